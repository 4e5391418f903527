"""A statistic of two raters for any number of them: the mean over pairs, with the pairs in ``parts``.

Of a crowd, whose pairs share too few units for a statistic of their own, it is that of all pairs pooled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, counts_of, rater_names, rating_values, renumbered, unused_weights_note
from agreement.arrays import Bools, Floats, Ints
from agreement.correlation.pooled_correlation import pooled_columns, pooled_tables
from agreement.correlation.table_correlations import OfTables, unit_spread
from agreement.cross_tables import count_pairs, mean_of_known, sparse_pairs
from agreement.estimate import Estimate, Interval
from agreement.intervals.bootstrap import percentile
from agreement.intervals.bootstrap_weights import draw
from agreement.intervals.jackknife import Jackknife, jackknife_t
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.options import Options
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note, pooled_pairs_note, undefined_pairs_note

MOST_VALUES = 32
BLOCK = 1 << 22


def over_pairs(
    ratings: Ratings | ArrayLike,
    cluster: ArrayLike | None,
    options: Options,
    *,
    of_columns: Callable[[Floats, Floats], float | None],
    of_tables: OfTables,
    least: int,
) -> Estimate:
    """Estimate a statistic of two columns; of more the mean over pairs, with the pairs in ``parts``, of a crowd pooled.

    :func:`~agreement.cross_tables.pools_pairs` says which, and a note with the code ``POOLED_PAIRS``.

    ``of_columns`` maps two columns without gaps to the statistic, None where undefined; ``of_tables``, for few distinct
    values, cross-tables and the values behind them, up to a unit. ``least`` counts the units that a pair needs.
    """
    values = rating_values(ratings)
    group = cluster_codes(cluster, ratings, len(values))
    names = rater_names(ratings, values.shape[1])

    def of_two(pair: Floats) -> float | None:
        both = np.asarray(~np.isnan(pair).any(axis=1))
        return of_columns(pair[both, 0], pair[both, 1]) if both.sum() >= least else None

    def mean(table: Floats) -> float | None:
        found = [of_two(table[:, [j, k]]) for j, k in combinations(range(table.shape[1]), 2)]
        known = [v for v in found if v is not None]
        return float(np.mean(known)) if known else None

    several = np.asarray((~np.isnan(values)).sum(axis=1) >= 2)
    used, member = values[several], None if group is None else group[several]
    pairs = list(combinations(range(values.shape[1]), 2))
    few = len(used) and len(np.unique(used[~np.isnan(used)])) <= MOST_VALUES
    held = _Tables(used, member, pairs, of_tables, options, least) if few and pairs else None
    why = _why(values, several, least)
    n_sparse, enough = sparse_pairs(np.where(np.isnan(values), -1, 0).astype(np.int8))
    if n_sparse and few:
        whole = pooled_tables(used, member, of_tables, options, least=least, why=why)
    elif n_sparse:
        whole = pooled_columns(used, member, of_columns, options, least=least, why=why)
    else:
        whole = held.mean(why) if held else estimate_from_rows(used, member, mean, options, why)
    if n_sparse:
        note = pooled_pairs_note(enough, n_sparse, where="into one table")
        whole = replace(whole, notes=whole.notes + note, n_raters=int((~np.isnan(used)).any(axis=0).sum()))
    n_dropped = int((~np.isnan(values[~several])).sum())
    whole = replace(whole, n_dropped=n_dropped, notes=whole.notes + unused_weights_note(ratings))
    if values.shape[1] <= 2:
        return whole
    parts = {}
    for t, (j, k) in enumerate(pairs):
        both = np.asarray(~np.isnan(used[:, [j, k]]).any(axis=1))
        one, of = used[both][:, [j, k]], None if member is None else member[both]
        reason = _why(one, both[both], least)
        parts[f"{names[j]} & {names[k]}"] = (
            held.of_pair(t, one, of, reason) if held else estimate_from_rows(one, of, of_two, options, reason)
        )
    lost = [] if n_sparse else [name for name, part in parts.items() if part.value is None]
    return replace(whole, parts=parts, notes=whole.notes + undefined_pairs_note(lost))


class _Tables:
    """A statistic of the cross-tables of all pairs, with its jackknife replicates or bootstrap values."""

    def __init__(
        self,
        values: Floats,
        member: Ints | None,
        pairs: list[tuple[int, int]],
        of_tables: OfTables,
        options: Options,
        least: int,
    ) -> None:
        self.values, self.member, self.options = values, member, options
        categories = np.unique(values[~np.isnan(values)])
        q = len(categories)
        codes = np.where(np.isnan(values), -1, np.searchsorted(categories, np.nan_to_num(values))).astype(np.int8)
        if member is None:
            codes, counts = np.unique(codes, axis=0, return_counts=True)
            row, repeats = np.arange(len(codes)), counts.astype(float)
        else:
            row = renumbered(member)
            repeats = np.ones(int(row.max()) + 1)
        sums = count_pairs(codes, pairs, row, len(repeats), q)

        def evaluate(total: Floats) -> Floats:
            tables = total.reshape(*total.shape[:-1], len(pairs), q, q)
            found = of_tables(tables, unit_spread(categories))
            return np.where(tables.sum(axis=(-2, -1)) >= least, found, np.nan)

        self.repeats, total = repeats, repeats @ sums
        self.present: Bools = np.asarray(sums.reshape(len(sums), len(pairs), -1).any(axis=2))
        self.point: Floats = evaluate(total[None, :])[0]
        self.found: Floats = np.empty((0, len(pairs)))
        if options.interval == "jackknife":
            blocks = np.array_split(np.arange(len(sums)), max(1, sums.size // BLOCK))
            self.found = np.concatenate([evaluate(total - sums[block]) for block in blocks])
        elif options.interval == "bootstrap":
            rng = np.random.default_rng(options.seed)
            step = max(1, BLOCK // max(len(repeats), sums.shape[1]))
            sizes = [min(step, options.n_resamples - start) for start in range(0, options.n_resamples, step)]
            self.found = np.concatenate([evaluate(draw(rng, repeats, size) @ sums) for size in sizes])

    def mean(self, why: str) -> Estimate:
        """Estimate the mean over the pairs that have a value."""
        active = np.ones(len(self.repeats), dtype=bool)
        point, found = mean_of_known(self.point[None, :])[0], mean_of_known(self.found)
        return self._estimate(self.values, self.member, point, found, active, why)

    def of_pair(self, t: int, one: Floats, member: Ints | None, why: str) -> Estimate:
        """Estimate one pair."""
        return self._estimate(one, member, self.point[t], self.found[:, t], self.present[:, t], why)

    def _estimate(
        self, values: Floats, member: Ints | None, point: float, found: Floats, active: Bools, why: str
    ) -> Estimate:
        confidence, interval = self.options.confidence, Interval()
        n_clusters = None if member is None else len(np.unique(member))
        blank = Estimate.undefined(why, confidence=confidence, n_clusters=n_clusters, **counts_of(values))
        if not np.isfinite(point):
            return blank
        if self.options.interval == "bootstrap":
            interval = percentile(found, confidence=confidence)
        elif self.options.interval == "jackknife":
            size = None if member is None else np.bincount(renumbered(member)).astype(float)
            interval = jackknife_t(Jackknife(point, found[active], self.repeats[active], size), confidence=confidence)
        notes = few_clusters_note(n_clusters) if self.options.interval else ()
        return blank.with_interval(point, interval, notes=notes)


def _why(values: Floats, several: Bools, least: int) -> str:
    if values.shape[1] < 2:
        return "there is only one rater, and a correlation needs two"
    if several.sum() < least:
        return f"{int(several.sum())} units were rated by two raters, and {least} are needed"
    return "a rater gave one value to every unit that two raters share, so nothing can vary together"
