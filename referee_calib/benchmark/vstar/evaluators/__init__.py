"""The two public evaluators: how they read answers, what an item gets, and in which means it counts."""
