"""Raters one by one: severity, drift, a mixed model, and consensus labels by Dawid and Skene."""
