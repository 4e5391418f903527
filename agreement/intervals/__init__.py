"""Intervals and tests that respect clusters: jackknife-t, bootstrap, influence, published standard errors."""
