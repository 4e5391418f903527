"""Where a study's records lie, and bringing them elsewhere."""
