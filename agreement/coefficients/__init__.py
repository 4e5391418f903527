"""Coefficients of agreement and correlation, one file each: the formula, its source, its chance term."""
