"""Intervals of statistics that are recomputed from rows: ranks have no sums that could stand for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from agreement.array_inputs import counts_of, renumbered
from agreement.arrays import Floats, Ints
from agreement.estimate import Estimate, Interval
from agreement.intervals.bootstrap import percentile
from agreement.intervals.jackknife import Jackknife, jackknife_t
from agreement.options import Options
from agreement.result_notes import few_clusters_note

MOST_GROUPS, LEAST_GROUPS, ENOUGH_ROWS = 400, 80, 1_000_000


def estimate_from_rows(
    values: Floats,
    group: Ints | None,
    statistic: Callable[[Floats], float | None],
    options: Options,
    why: str,
    bounds: tuple[float, float] = (-1.0, 1.0),
) -> Estimate:
    """Estimate any statistic of rows (None where undefined) by leaving out, or resampling, groups of them.

    ``group`` is what is independent, None each row; ``why`` the reason, should the statistic be undefined.
    """
    member = np.arange(len(values)) if group is None else renumbered(group)
    n_groups = int(member.max(initial=-1)) + 1
    n_clusters = None if group is None else n_groups
    blank = Estimate.undefined(why, confidence=options.confidence, n_clusters=n_clusters, **counts_of(values))
    value = statistic(values)
    if value is None or not np.isfinite(value):
        return blank
    interval = _interval(values, member, n_groups, statistic, value, options, bounds)
    return blank.with_interval(value, interval, notes=few_clusters_note(n_clusters) if options.interval else ())


def _interval(
    values: Floats,
    member: Ints,
    n_groups: int,
    statistic: Callable[[Floats], float | None],
    value: float,
    options: Options,
    bounds: tuple[float, float],
) -> Interval:
    if options.interval is None:
        return Interval()
    rng = np.random.default_rng(options.seed)
    if options.interval == "bootstrap":
        rows = [np.flatnonzero(member == g) for g in range(n_groups)] if n_groups < len(values) else None
        drawn = (rng.integers(0, n_groups, n_groups) for _ in range(options.n_resamples))
        picked = (d if rows is None else np.concatenate([rows[g] for g in d]) for d in drawn)
        return percentile(_numbers(statistic(values[i]) for i in picked), confidence=options.confidence)
    most = max(LEAST_GROUPS, min(MOST_GROUPS, ENOUGH_ROWS // len(values)))
    if n_groups > most:  # a jackknife of random blocks of groups, all of about one size
        member = rng.permutation(np.arange(n_groups) % most)[member]
        n_groups = most
    left = _numbers(statistic(values[member != g]) for g in range(n_groups))
    size = np.bincount(member, minlength=n_groups).astype(float)
    return jackknife_t(Jackknife.of(value, left, size), confidence=options.confidence, bounds=bounds)


def _numbers(found: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in found], dtype=np.float64)
