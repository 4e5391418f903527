"""Bootstrap intervals of statistics of sums: percentile and BCa."""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.estimate import Interval
from agreement.intervals.bootstrap_weights import draw
from agreement.intervals.jackknife import Jackknife
from agreement.intervals.statistic_of_sums import StatisticOfSums, blocks

UNDEFINED_SHARE = 0.5  # an interval made from less than half of its resamples is not one


def bootstrap(statistic: StatisticOfSums, *, n_resamples: int = 2000, seed: int = 0) -> Floats:
    """Return the statistic of bootstrap resamples of groups, NaN where a resample leaves it undefined."""
    rng, width = np.random.default_rng(seed), len(statistic.repeats)
    widest = max(width, statistic.n_groups if statistic.n_groups <= 4 * width else 0)
    drawn = (draw(rng, statistic.repeats, b.stop - b.start) for b in blocks(n_resamples, widest))
    return np.concatenate([statistic.resampled(weights) for weights in drawn])


def percentile(values: Floats, *, confidence: float = 0.95, method: str = "bootstrap percentile") -> Interval:
    """Return the percentile interval of bootstrap values; undefined ones are left out and counted in a note."""
    kept, notes, reason = _defined(values)
    if reason:
        return Interval(method=method, reason=reason)
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high), method, float(kept.std(ddof=1)), notes=notes)


def bca(values: Floats, found: Jackknife, *, confidence: float = 0.95) -> Interval:
    """Return the bias-corrected and accelerated bootstrap interval; the acceleration is the jackknife's.

    B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987).
    """
    from scipy.special import ndtr, ndtri

    method = "bootstrap BCa"
    kept, notes, reason = _defined(values)
    if reason is None and not np.isfinite(found.replicates).all():
        reason = "leaving out one group of units leaves the coefficient undefined"
    if reason:
        return Interval(method=method, reason=reason)
    share = (np.count_nonzero(kept < found.point) + np.count_nonzero(kept == found.point) / 2) / len(kept)
    if not 0 < share < 1:
        return Interval(method=method, reason="no interval: all resamples lie on one side of the coefficient")
    bias, speed = ndtri(share), _acceleration(found.replicates, found.repeats)
    z = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(kept, ndtr(bias + z / (1 - speed * z)))
    return Interval(float(low), float(high), method, float(kept.std(ddof=1)), notes=notes)


def _defined(values: Floats) -> tuple[Floats, tuple[str, ...], str | None]:
    kept = values[np.isfinite(values)]
    lost = len(values) - len(kept)
    if lost > UNDEFINED_SHARE * len(values):
        return kept, (), f"the coefficient is undefined in {lost} of {len(values)} resamples"
    if kept.size and np.ptp(kept) == 0:
        return kept, (), "no interval: every resample gives the same value"
    return kept, ((f"undefined in {lost} of {len(values)} resamples, which were left out",) if lost else ()), None


def _acceleration(replicates: Floats, repeats: Floats) -> float:
    away = repeats @ replicates / repeats.sum() - replicates
    spread = repeats @ np.square(away)
    return float(repeats @ away**3 / (6 * spread**1.5)) if spread > 0 else 0.0
