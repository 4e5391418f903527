"""Baseline rewards: overlap with annotation, Open-o3-Video's, and rewards that do not look."""
