"""Marginal homogeneity: whether raters use the categories equally often."""
