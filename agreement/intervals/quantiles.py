"""Quantiles of Student's t and of the normal distribution, by which limits lie from a value."""

from __future__ import annotations


def t_quantile(df: float, confidence: float) -> float:
    """Return how many standard errors the limits of a two-sided interval lie from the value."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + confidence) / 2))


def normal_quantile(confidence: float) -> float:
    """Return the same for a standard error that is known."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))
