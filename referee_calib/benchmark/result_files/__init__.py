"""Readers of benchmarks' result files and annotations, one for each form in which public evaluators keep them."""
