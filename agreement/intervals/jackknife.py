"""The jackknife-t interval on a statistic's own scale, for differences and shifts, which have no natural end."""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.intervals.confidence_intervals import Interval, Totals

METHOD = "jackknife-t"


def plain_jackknife(totals: Totals, *, confidence: float = 0.95, unit: float = 1.0) -> Interval:
    """Return ``value ± t(G − 1) se`` with ``se² = (G − 1)/G Σ (v_g − v̄)²``, v_g the value without group g.

    Parameters
    ----------
    totals : Totals
    confidence : float, default 0.95
    unit : float, default 1
        Size of the numbers that the statistic is made of: an error of 1e-12 of it, or less, is rounding.

    Returns
    -------
    Interval

    Examples
    --------
    The jackknife of a mean is its t interval: 2.5 ± 3.182 · 0.6455.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> mean = Totals(np.stack([x, np.ones(4)], axis=1), np.ones(4), lambda t: t[..., 0] / t[..., 1])
    >>> found = plain_jackknife(mean)
    >>> round(found.low, 3), round(found.high, 3)
    (0.446, 4.554)
    """
    from scipy.special import stdtrit

    n = totals.n_groups
    if n < 2:
        return Interval(None, None, METHOD, reason=f"only {n} independent group of ratings, an interval needs two")
    left = totals.left_out()
    if not np.isfinite(left).all():
        return Interval(None, None, METHOD, reason="leaving out one group of ratings leaves the statistic undefined")
    error = jackknife_error(left, totals.repeats)
    if error < 1e-12 * unit or error == 0:
        return Interval(None, None, METHOD, standard_error=0.0, reason="no group of ratings differs from another")
    reach, point = float(stdtrit(n - 1, (1 + confidence) / 2)) * error, totals.point()
    return Interval(point - reach, point + reach, METHOD, standard_error=error)


def jackknife_error(left: Floats, repeats: Floats) -> float:
    """Return the jackknife standard error from left-out values, each standing for ``repeats`` groups."""
    n = repeats.sum()
    mean = repeats @ left / n
    return float(np.sqrt((n - 1) / n * (repeats @ np.square(left - mean))))
