"""Quantiles of Student's t and of the normal distribution, by which limits lie from a value."""

from __future__ import annotations

import math


def t_quantile(df: float, confidence: float) -> float:
    """Return how many standard errors the limits of a two-sided interval lie from the value."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + confidence) / 2))


def normal_quantile(confidence: float) -> float:
    """Return the same for a standard error that is known."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def on_logit_scale(value: float, reach: float, bounds: tuple[float, float]) -> float:
    """Return the limit that lies ``reach`` from a value within bounds, by the delta method on their logit scale.

    Half a standard error of 0.5 above a share of 0.5 is as far on the logit scale as 0.25 / (0.5 · 0.5) = 1:

    >>> round(on_logit_scale(0.5, 0.25, (0.0, 1.0)), 4)
    0.7311
    """
    width = bounds[1] - bounds[0]
    share = (value - bounds[0]) / width
    moved = math.log(share / (1 - share)) + reach / width / (share * (1 - share))
    return bounds[0] + width * (0.5 + 0.5 * math.tanh(moved / 2))
