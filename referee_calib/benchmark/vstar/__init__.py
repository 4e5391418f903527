"""V-STaR: both public evaluators' rules, every figure with its interval, differences, traps counted."""
