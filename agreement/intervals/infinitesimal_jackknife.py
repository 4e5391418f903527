"""Intervals from influences: how far each unit moves a statistic, added up within clusters.

A statistic of weighted units changes, to first order, by the sum of what each unit's weight adds to it. The scatter of
those sums between clusters is its standard error (infinitesimal jackknife: Jaeckel 1972; B. Efron, *The Jackknife,
the Bootstrap and Other Resampling Plans*, 1982, chapter 6). Where the statistic is the least loss over a family of
curves, a unit's influence is its own loss at the fitted curve, so nothing has to be fitted again.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.estimate import Interval
from agreement.intervals.degrees_of_freedom import freedom_of_groups, freedom_of_spread
from agreement.intervals.quantiles import on_logit_scale, t_quantile

METHOD = "infinitesimal jackknife-t"
TINY = 1e-12


def influence_interval(
    value: float,
    influence: Floats,
    member: Ints | None,
    *,
    confidence: float = 0.95,
    bounds: tuple[float, float] | None = None,
) -> Interval:
    """Return ``value ± t(df) se``, ``se² = (G − 1)/G Σ_g (Σ_{i in g} influence_i / (1 − f_g))²``.

    An influence (n,) is the first-order change of the statistic when a unit's weight grows by 1; ``member`` are the
    clusters of the units, and f_g is the share of units in cluster g: what remains without it changes by so much more.
    Without clusters, or with clusters of one size, ``se² = G/(G − 1) Σ_g (…)²``. With bounds the limits are made on
    their logit scale, and stay inside.
    """
    sums = influence if member is None else np.bincount(member, weights=influence)
    size = np.ones(len(sums)) if member is None else np.bincount(member).astype(float)
    n = len(sums)
    if n < 2:
        return Interval(method=METHOD, reason=f"only {n} independent group of units, an interval needs two")
    moved = sums / (1 - size / size.sum())
    error = float(np.sqrt((n - 1) / n * np.square(moved).sum()))
    df = min(freedom_of_groups(np.ones(n), size), freedom_of_spread(moved, np.ones(n)))
    reach = t_quantile(df, confidence)
    if bounds is not None and not bounds[0] + TINY < value < bounds[1] - TINY:
        return Interval(method=METHOD, standard_error=error, reason=_AT_THE_END)
    if error < TINY:
        return Interval(method=METHOD, standard_error=0.0, reason="no group of units differs from another")
    if bounds is None:
        return Interval(value - reach * error, value + reach * error, METHOD, error, degrees_of_freedom=df)
    low, high = (on_logit_scale(value, side * reach * error, bounds) for side in (-1, 1))
    return Interval(low, high, METHOD, error, degrees_of_freedom=df)


_AT_THE_END = "no interval: the statistic is at the end of its range, so the ratings do not show how it would vary"
