"""What the rewards of a study would improve: what people think of the rollouts that each prefers within a group."""
