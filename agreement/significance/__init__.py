"""Tests whose p-values agree with their intervals, and intervals for raters that are a sample."""
