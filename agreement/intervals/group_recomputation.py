"""Statistics of columns of numbers that are recomputed group by group: ranks have no sums that could stand for them.

Correlations and their like come here; what is a function of counts or moments does not need to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats, Ints
from agreement.coefficients.base import Options
from agreement.comparison.pair_correlation import OfTables
from agreement.comparison.pair_tables import Known, count_pairs
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.confidence_intervals import Interval, draw, jackknife_t, percentile
from agreement.ratings import Ratings
from agreement.score_inputs import cluster_codes, few_clusters_note, rating_values, unused_weights_note

Statistic = Callable[[Floats], float | None]
MOST_GROUPS, LEAST_GROUPS, ENOUGH_ROWS = 400, 80, 1_000_000
MOST_VALUES = 32
BLOCK = 1 << 22


def over_pairs(
    ratings: Ratings | ArrayLike,
    of_pair: Callable[[Floats, Floats], float | None],
    of_tables: OfTables,
    options: Options,
    least: int,
) -> Estimate:
    """Estimate a statistic of two columns; of more columns the mean over pairs, with the pairs in ``parts``.

    Parameters
    ----------
    ratings : Ratings or array (units, raters)
    of_pair : callable
        Maps two columns without gaps to the statistic, None where undefined.
    of_tables : callable
        Maps cross-tables and the values behind them to the statistic, NaN where undefined: for few distinct values.
    options : Options
    least : int
        Units that a pair needs.

    Returns
    -------
    Estimate
    """
    values, group = read(ratings, options)
    names = [str(r) for r in (ratings.raters if isinstance(ratings, Ratings) else range(values.shape[1]))]

    def of_two(pair: Floats) -> float | None:
        both = np.asarray(~np.isnan(pair).any(axis=1))
        return of_pair(pair[both, 0], pair[both, 1]) if both.sum() >= least else None

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
    whole = held.mean(why) if held else recomputed(used, member, mean, options, why)
    whole = replace(whole, n_dropped=int((~np.isnan(values[~several])).sum()), notes=whole.notes + _used(ratings))
    if values.shape[1] <= 2:
        return whole
    parts = {}
    for t, (j, k) in enumerate(pairs):
        both = np.asarray(~np.isnan(used[:, [j, k]]).any(axis=1))
        one, of = used[both][:, [j, k]], None if member is None else member[both]
        reason = _why(one, both[both], least)
        parts[f"{names[j]} & {names[k]}"] = (
            held.of_pair(t, one, of, reason) if held else recomputed(one, of, of_two, options, reason)
        )
    lost = [name for name, part in parts.items() if part.value is None]
    note = (f"undefined for {len(lost)} pair(s) of raters, left out: {', '.join(lost[:10])}",) if lost else ()
    return replace(whole, parts=parts, notes=whole.notes + note)


class _Tables:
    """A statistic of the cross-tables of all pairs, with its left-out or resampled values."""

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
            row = np.unique(member, return_inverse=True)[1].reshape(-1)
            repeats = np.ones(int(row.max()) + 1)
        sums = count_pairs(codes, pairs, row, len(repeats), q)

        def evaluate(total: Floats) -> Floats:
            tables = total.reshape(*total.shape[:-1], len(pairs), q, q)
            found = of_tables(tables, categories)
            return np.where(tables.sum(axis=(-2, -1)) >= least, found, np.nan)

        self.sums, self.repeats = sums, repeats
        self.present: Bools = np.asarray(sums.reshape(len(sums), len(pairs), -1).any(axis=2))
        self.point: Floats = evaluate((repeats @ sums)[None, :])[0]
        self.found: Floats = np.empty((0, len(pairs)))
        if options.interval == "jackknife":
            total = repeats @ sums
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
        return self._estimate(self.values, self.member, _mean(self.point[None, :])[0], _mean(self.found), active, why)

    def of_pair(self, t: int, one: Floats, member: Ints | None, why: str) -> Estimate:
        """Estimate one pair."""
        return self._estimate(one, member, self.point[t], self.found[:, t], self.present[:, t], why)

    def _estimate(
        self,
        values: Floats,
        member: Ints | None,
        point: float,
        found: Floats,
        active: Bools,
        why: str,
    ) -> Estimate:
        n_clusters = None if member is None else len(np.unique(member))
        blank = blank_of(values, n_clusters, self.options, why)
        if not np.isfinite(point):
            return blank
        if self.options.interval is None:
            interval = Interval(None, None, "none")
        elif self.options.interval == "bootstrap":
            interval = percentile(found, confidence=self.options.confidence)
        else:
            at = Known(self.sums[active, :0], self.repeats[active], lambda total: total[..., 0], point, found[active])
            interval = jackknife_t(at, confidence=self.options.confidence)
        return filled(blank, float(point), interval, n_clusters, self.options)


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))


def read(ratings: Ratings | ArrayLike, options: Options) -> tuple[Floats, Ints | None]:
    """Return numbers (units, raters) and groups; refuse intervals that need counts."""
    if options.interval not in ("jackknife", "bootstrap", None):
        raise AgreementError(f"interval={options.interval!r}", "choose 'jackknife', 'bootstrap' or None here")
    values = rating_values(ratings)
    return values, cluster_codes(options.cluster, ratings, len(values))


def recomputed(
    values: Floats,
    group: Ints | None,
    statistic: Statistic,
    options: Options,
    why: str,
    bounds: tuple[float, float] = (-1.0, 1.0),
) -> Estimate:
    """Estimate any statistic of rows by leaving out, or resampling, groups of them.

    Parameters
    ----------
    values : array (units, raters)
    group : array (units,) of int or None
    statistic : callable
        Maps rows to a number, None where undefined.
    options : Options
    why : str
        Reason, should the statistic be undefined.
    bounds : (float, float)
        Range of the statistic.

    Returns
    -------
    Estimate
    """
    member = np.arange(len(values)) if group is None else np.unique(group, return_inverse=True)[1].reshape(-1)
    n_groups = int(member.max(initial=-1)) + 1
    n_clusters = None if group is None else n_groups
    blank = blank_of(values, n_clusters, options, why)
    value = statistic(values)
    if value is None or not np.isfinite(value):
        return blank
    interval = _interval(values, member, n_groups, statistic, value, options, bounds)
    return filled(blank, value, interval, n_clusters, options)


def blank_of(values: Floats, n_clusters: int | None, options: Options, why: str) -> Estimate:
    """Return an estimate without a value: what was counted, and why there is none."""
    return Estimate(
        None,
        None,
        None,
        confidence=options.confidence,
        n_units=len(values),
        n_raters=int((~np.isnan(values)).any(axis=0).sum()),
        n_ratings=int((~np.isnan(values)).sum()),
        n_clusters=n_clusters,
        reason=why,
    )


def filled(blank: Estimate, value: float, interval: Interval, n_clusters: int | None, options: Options) -> Estimate:
    """Return the estimate with its value and interval."""
    few = few_clusters_note(n_clusters) if n_clusters is not None and options.interval else ()
    return replace(
        blank,
        value=float(value),
        low=interval.low,
        high=interval.high,
        method=interval.method,
        standard_error=interval.standard_error,
        reason=interval.reason,
        notes=interval.notes + few,
    )


def _interval(
    values: Floats,
    member: Ints,
    n_groups: int,
    statistic: Statistic,
    value: float,
    options: Options,
    bounds: tuple[float, float],
) -> Interval:
    if options.interval is None:
        return Interval(None, None, "none")
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
    at = Known(np.empty((n_groups, 0)), np.ones(n_groups), lambda total: total[..., 0], value, left)
    return jackknife_t(at, confidence=options.confidence, bounds=bounds)


def _numbers(found: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in found], dtype=np.float64)


def _used(ratings: Ratings | ArrayLike) -> tuple[str, ...]:
    return unused_weights_note(ratings)


def _why(values: Floats, several: Bools, least: int) -> str:
    if values.shape[1] < 2:
        return "there is only one rater, and a correlation needs two"
    if several.sum() < least:
        return f"{int(several.sum())} units were rated by two raters, and {least} are needed"
    return "a rater gave one value to every unit that two raters share, so nothing can vary together"
