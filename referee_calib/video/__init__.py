"""Videos: opening them, exact frames by presentation time, drawing on frames, renderings."""
