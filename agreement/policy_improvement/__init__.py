"""What a reward is worth to a policy: what people think of the rollouts that it prefers within a group."""
