"""McGraw and Wong's limits of intraclass correlations, for complete tables of independent units.

K. O. McGraw and S. P. Wong, "Forming inferences about some intraclass correlation coefficients", Psychological
Methods 1 (1996), tables 5 to 7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agreement.resample import Interval
from agreement.variance_components import N_SHARED

Floats = NDArray[np.float64]


def limits(total: Floats, n: int, k: int, form: str, confidence: float) -> Interval:
    """Return the limits of one form.

    Parameters
    ----------
    total : ndarray of shape (7 + 2 k,)
        See :mod:`agreement.variance_components`.
    n, k : int
        Units and raters.
    form : {"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}
    confidence : float

    Returns
    -------
    Interval
    """
    squared_mean = total[1] ** 2 / total[0]
    whole, rows = total[2] - squared_mean, total[4] - squared_mean
    columns = total[N_SHARED + k :] @ total[N_SHARED + k :] / n - squared_mean
    between, rater = rows / (n - 1), columns / max(k - 1, 1)
    within, error = (whole - rows) / (n * (k - 1)), (whole - rows - columns) / ((n - 1) * (k - 1))
    noise = within if form.startswith("1") else error
    method = "McGraw & Wong"
    if noise <= 1e-12:
        return Interval(None, None, method, reason="ratings leave no error variance to build an interval from")
    if form.startswith("2"):
        low, high = _agreement_limits(n, k, between, rater, error, confidence)
    else:
        free = n * (k - 1) if form.startswith("1") else (n - 1) * (k - 1)
        low, high = _consistency_limits(n, k, between / noise, free, confidence)
    if form.endswith("k"):
        low, high = (k * limit / (1 + (k - 1) * limit) for limit in (low, high))
    return Interval(float(low), float(high), method)


def _consistency_limits(n: int, k: int, f: float, free: int, confidence: float) -> tuple[float, float]:
    tail = (1 + confidence) / 2
    low, high = f / _f(n - 1, free, tail), f * _f(free, n - 1, tail)
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_limits(
    n: int, k: int, between: float, rater: float, error: float, confidence: float
) -> tuple[float, float]:
    r = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    free = (a * rater + b * error) ** 2 / ((a * rater) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + confidence) / 2
    upper, lower = _f(n - 1, free, tail), _f(free, n - 1, tail)
    rest = k * rater + (k * n - k - n) * error
    return (
        n * (between - upper * error) / (upper * rest + n * between),
        n * (lower * between - error) / (rest + n * lower * between),
    )


def _f(first: float, second: float, share: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(first, second, share))
