"""What a training step brings to a reward: columns, batches, failing referees, a trainer of some version."""
