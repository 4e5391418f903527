"""A statistic of two raters for a crowd: of all pairs of ratings of a unit, in both orders, in one table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np

from agreement.array_inputs import counts_of, renumbered
from agreement.arrays import Floats, Ints
from agreement.correlation.table_correlations import OfTables, unit_spread
from agreement.cross_tables import counted, pooled_pairs
from agreement.estimate import Estimate, Interval
from agreement.intervals.bootstrap import bootstrap, percentile
from agreement.intervals.jackknife import jackknife_t
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.options import Options
from agreement.result_notes import few_clusters_note


def pooled_tables(
    values: Floats, member: Ints | None, of_tables: OfTables, options: Options, *, least: int, why: str
) -> Estimate:
    """Estimate a statistic of the pooled pairs of values (units, raters), of which few are distinct.

    Every unit has two ratings or more and adds 1 to the table, as in :func:`agreement.cohen_kappa`. ``member`` is the
    cluster of each unit, ``least`` counts the units that the statistic needs, ``why`` is the reason without a value.
    """
    categories, spread = np.unique(values[~np.isnan(values)]), len(values)
    q = len(categories)
    tally = np.stack([(values == category).sum(axis=1) for category in categories], axis=1).astype(float)
    m = tally.sum(axis=1)[:, None, None]
    rows = (pooled_pairs(tally) / (m * (m - 1))).reshape(spread, -1)

    def formula(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], q, q)
        return np.where(counted(tables) >= least - 1e-9, of_tables(tables, unit_spread(categories)), np.nan)

    group = np.arange(spread) if member is None else renumbered(member)
    statistic = StatisticOfSums.by_group(rows, group, formula)
    n_clusters = None if member is None else statistic.n_groups
    blank = Estimate.undefined(why, confidence=options.confidence, n_clusters=n_clusters, **counts_of(values))
    if not np.isfinite(statistic.point):
        return blank
    notes = few_clusters_note(n_clusters) if options.interval else ()
    return blank.with_interval(statistic.point, _interval(statistic, options), notes=notes)


def _interval(statistic: StatisticOfSums, options: Options) -> Interval:
    if options.interval is None:
        return Interval()
    if options.interval == "jackknife":
        return jackknife_t(statistic.jackknife(), confidence=options.confidence)
    values = bootstrap(statistic, n_resamples=options.n_resamples, seed=options.seed)
    return percentile(values, confidence=options.confidence)


def pooled_columns(
    values: Floats,
    member: Ints | None,
    of_columns: Callable[[Floats, Floats], float | None],
    options: Options,
    *,
    least: int,
    why: str,
) -> Estimate:
    """Estimate a statistic of the pooled pairs of measurements, each pair of ratings of a unit weighing alike.

    ``of_columns`` maps two columns without gaps to the statistic, None where undefined; the rest is as of
    :func:`pooled_tables`.
    """

    def of_all(table: Floats) -> float | None:
        if len(table) < least:
            return None
        both = [table[:, list(pair)] for pair in permutations(range(table.shape[1]), 2)]
        stacked = np.concatenate([pair[~np.isnan(pair).any(axis=1)] for pair in both])
        return of_columns(stacked[:, 0], stacked[:, 1])

    return estimate_from_rows(_packed(values), member, of_all, options, why)


def _packed(values: Floats) -> Floats:
    """Move the ratings of each unit into its first columns: who gave them does not matter here."""
    most = int((~np.isnan(values)).sum(axis=1).max(initial=0))
    return np.asarray(np.sort(values, axis=1)[:, :most])
