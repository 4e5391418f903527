"""Paired differences between judges in their errors, on all ratings and where the other people agree or differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import rating_values, scores_of
from agreement.arrays import Floats
from agreement.comparison.ablation import METHOD, SWAPS
from agreement.error_split.split import EDGES, NOTHING, checked_edges
from agreement.error_split.unit_losses import LossName, UnitLosses, undefined_error, unit_losses
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.multiple_testing import holm
from agreement.intervals.statistic_of_sums import StatisticOfSums, sum_by_group
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_resamples, check_seed
from agreement.ratings import Ratings
from agreement.significance.difference_from_zero import NULL, difference_from_zero
from agreement.significance.rater_swaps import swaps_of_two
from agreement.significance.swap_distribution import swap_distributions

ALL = "all ratings"


@dataclass(frozen=True)
class ErrorDifference(JsonFields):
    """How much more one judge errs than another, on the ratings of one stratum.

    Attributes
    ----------
    stratum : str
        "all ratings", "others agree", …
    estimate : Estimate
        Mean error of the second less that of the first, on the same ratings.
    test : HypothesisTest
        Of no difference, two-sided; it agrees with the interval.
    p_holm : float or None
        Corrected by Holm over all differences of this call.
    """

    stratum: str
    first: str
    second: str
    estimate: Estimate
    test: HypothesisTest
    p_holm: float | None


def error_differences(
    humans: Ratings | ArrayLike,
    judges: Mapping[str, ArrayLike],
    *,
    loss: LossName = "squared",
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    edges: Sequence[float] = EDGES,
    confidence: float = 0.95,
    n_resamples: int = 5_000,
    seed: int = 0,
) -> tuple[ErrorDifference, ...]:
    """Compare the errors of judges on the units that all of them scored, by how far the other people agree.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
    judges : mapping of str to array (units,)
        Levels or expected levels by judge, NaN where it failed; at least two.
    loss, scale, cluster, edges, confidence
        As of :func:`agreement.error_split`.
    n_resamples, seed : int, default 5000 and 0
        Random swaps of two judges within clusters behind each test.

    Returns
    -------
    tuple of ErrorDifference
        Every pair of judges on all ratings and on every stratum that occurs. Jackknife-t over clusters, widened where
        the swaps ask for it, so that interval and p-value agree.

    Raises
    ------
    AgreementError
        With fewer than two judges, or lengths that differ.

    Examples
    --------
    >>> people = [[0, 0, 1], [2, 2, 2], [4, 3, 4], [1, 1, 1], [3, 3, 3], [0, 0, 0]]
    >>> found = error_differences(people, {"old": [1, 3, 3, 2, 2, 0], "new": [0, 2, 4, 1, 3, 0]})
    >>> found[0].stratum, round(found[0].estimate.value, 3)
    ('all ratings', -0.611)
    """
    names = list(judges)
    if len(names) < 2:
        raise AgreementError(f"{len(names)} judge", "a difference needs two", "Name another judge.")
    check_confidence(confidence)
    swaps = check_resamples(n_resamples, 1), check_seed(seed)
    n = len(rating_values(humans, wide=True))
    scores = {name: scores_of(judges[name], n, name) for name in names}
    shared = np.all([~np.isnan(one) for one in scores.values()], axis=0)
    edges = checked_edges(edges)
    of = {
        name: unit_losses(humans, one, loss=loss, scale=scale, cluster=cluster, edges=edges, also=shared)
        for name, one in scores.items()
    }
    found = [
        _difference(stratum, which, (first, of[first]), (second, of[second]), confidence, swaps)
        for first, second in combinations(names, 2)
        for stratum, which in _strata(of[first])
    ]
    adjusted = holm([one.test.p_value for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, adjusted, strict=True))


def _strata(data: UnitLosses) -> list[tuple[str, list[int]]]:
    every = list(range(len(data.strata)))
    return [(ALL, every), *((data.strata[s], [s]) for s in every if data.sums[:, s, 0].any())]


def _difference(
    stratum: str,
    which: list[int],
    first: tuple[str, UnitLosses],
    second: tuple[str, UnitLosses],
    confidence: float,
    swaps: tuple[int, int],
) -> ErrorDifference:
    data = first[1]
    blank = undefined_error(data, NOTHING, confidence)
    test = HypothesisTest(None, NULL, "none", reason=NOTHING)
    if not len(data.sums):
        return ErrorDifference(stratum, first[0], second[0], blank, test, None)
    weight = data.sums[:, which, 0].sum(axis=1)
    apart: Floats = (second[1].sums[:, which, 1] - data.sums[:, which, 1]).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = np.stack([apart, weight], axis=1)
        held = StatisticOfSums.by_group(rows, data.group, lambda t: t[..., 0] / t[..., 1])
        left = held.jackknife()
    of_group = sum_by_group(rows[:, :1], data.group, held.n_groups)[:, 0] / weight.sum()
    observed = np.array([of_group.sum()])
    swapped = swap_distributions(swaps_of_two(of_group), observed, swaps[0], np.random.default_rng(swaps[1]))[0]
    interval, test = difference_from_zero(left, swapped, confidence=confidence, what=SWAPS)
    if interval.standard_error == 0:
        same = "the judges err alike everywhere" if held.point == 0 else "no group of units changes it"
        interval, test = replace(interval, reason=same), replace(test, p_value=None, reason=same)
    estimate = blank.with_interval(held.point, replace(interval, method=METHOD))
    return ErrorDifference(stratum, first[0], second[0], estimate, test, None)
