"""Correlations of raters: Pearson, Spearman, Kendall, Lin; with their forms on cross-tables and ranks."""
