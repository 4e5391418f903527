"""Intraclass correlations and their kin: variance of units against the variance of ratings within a unit."""
