"""Statistics of columns of numbers that are recomputed group by group: ranks have no sums that could stand for them.

Correlations and their like come here; what is a function of counts or moments does not need to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.coefficient import Options
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.inputs import cluster_codes, few_clusters_note, rating_values, unused_weights_note
from agreement.pair_tables import Known
from agreement.ratings import Ratings
from agreement.resample import Interval, jackknife_t, percentile

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], float | None]
MOST_GROUPS = 400


def over_pairs(
    ratings: Ratings | ArrayLike, of_pair: Callable[[Floats, Floats], float | None], options: Options, least: int
) -> Estimate:
    """Estimate a statistic of two columns; of more columns the mean over pairs, with the pairs in ``parts``.

    Parameters
    ----------
    ratings : Ratings or array (units, raters)
    of_pair : callable
        Maps two columns without gaps to the statistic, None where undefined.
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
        both = ~np.isnan(pair).any(axis=1)
        return of_pair(pair[both, 0], pair[both, 1]) if both.sum() >= least else None

    def mean(table: Floats) -> float | None:
        found = [of_two(table[:, [j, k]]) for j, k in combinations(range(table.shape[1]), 2)]
        known = [v for v in found if v is not None]
        return float(np.mean(known)) if known else None

    several = np.asarray((~np.isnan(values)).sum(axis=1) >= 2)
    why = _why(values, several, least)
    whole = recomputed(values[several], None if group is None else group[several], mean, options, why)
    whole = replace(whole, n_dropped=int((~np.isnan(values[~several])).sum()), notes=whole.notes + _used(ratings))
    if values.shape[1] <= 2:
        return whole
    parts = {}
    for j, k in combinations(range(values.shape[1]), 2):
        both = np.asarray(~np.isnan(values[:, [j, k]]).any(axis=1))
        one = values[both][:, [j, k]]
        parts[f"{names[j]} & {names[k]}"] = recomputed(
            one, None if group is None else group[both], of_two, options, _why(one, both[both], least)
        )
    lost = [name for name, part in parts.items() if part.value is None]
    note = (f"undefined for {len(lost)} pair(s) of raters, left out: {', '.join(lost[:10])}",) if lost else ()
    return replace(whole, parts=parts, notes=whole.notes + note)


def read(ratings: Ratings | ArrayLike, options: Options) -> tuple[Floats, NDArray[np.intp] | None]:
    """Return numbers (units, raters) and groups; refuse intervals that need counts."""
    if options.interval not in ("jackknife", "bootstrap", None):
        raise AgreementError(f"interval={options.interval!r}", "choose 'jackknife', 'bootstrap' or None here")
    values = rating_values(ratings)
    return values, cluster_codes(options.cluster, ratings, len(values))


def recomputed(
    values: Floats,
    group: NDArray[np.intp] | None,
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
    clustered = group is not None
    member = np.arange(len(values)) if group is None else np.unique(group, return_inverse=True)[1].reshape(-1)
    n_groups = int(member.max(initial=-1)) + 1
    blank = Estimate(
        None,
        None,
        None,
        confidence=options.confidence,
        n_units=len(values),
        n_raters=int((~np.isnan(values)).any(axis=0).sum()),
        n_ratings=int((~np.isnan(values)).sum()),
        n_clusters=n_groups if clustered else None,
        reason=why,
    )
    value = statistic(values)
    if value is None or not np.isfinite(value):
        return blank
    interval = _interval(values, member, n_groups, statistic, value, options, bounds)
    return replace(
        blank,
        value=float(value),
        low=interval.low,
        high=interval.high,
        method=interval.method,
        standard_error=interval.standard_error,
        reason=interval.reason,
        notes=interval.notes + (few_clusters_note(n_groups) if clustered and options.interval else ()),
    )


def _interval(
    values: Floats,
    member: NDArray[np.intp],
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
    if n_groups > MOST_GROUPS:  # a jackknife of random blocks of groups, all of about one size
        member = rng.permutation(np.arange(n_groups) % MOST_GROUPS)[member]
        n_groups = MOST_GROUPS
    left = _numbers(statistic(values[member != g]) for g in range(n_groups))
    at = Known(np.empty((n_groups, 0)), np.ones(n_groups), lambda total: total[..., 0], value, left)
    return jackknife_t(at, confidence=options.confidence, bounds=bounds)


def _numbers(found: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in found], dtype=np.float64)


def _used(ratings: Ratings | ArrayLike) -> tuple[str, ...]:
    return unused_weights_note(ratings)


def _why(values: Floats, several: NDArray[np.bool_], least: int) -> str:
    if values.shape[1] < 2:
        return "there is only one rater, and a correlation needs two"
    if several.sum() < least:
        return f"{int(several.sum())} units were rated by two raters, and {least} are needed"
    return "a rater gave one value to every unit that two raters share, so nothing can vary together"
