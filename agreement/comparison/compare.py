"""People with people beside people with a referee, on the same units, and the difference with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, ratings_beside_referee
from agreement.arrays import Codes, Ints
from agreement.coefficients.krippendorff import LevelName, distance_of_level
from agreement.comparison.comparison_notes import comparison_notes
from agreement.comparison.comparison_result import AllUnits, CoefficientComparison, Comparison, RaterRow, SliceRow
from agreement.comparison.identical_raters import identical_raters
from agreement.comparison.like_with_like import comparable
from agreement.comparison.noise_ceiling import noise_ceilings
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.cross_tables import pools_pairs
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, Estimate
from agreement.options import RESAMPLED, ResampledName, check_confidence, check_interval, check_resamples, check_seed
from agreement.ratings import Ratings
from agreement.significance.raters_as_sample import check_raters
from agreement.validation import group_labels

UNCERTAINTY = "human uncertainty"
SPREADS = (("people agree", 0, 0), ("people differ by 1 level", 1, 1), ("people differ by 2 or more", 2, 127))


def compare(
    humans: Ratings | ArrayLike,
    referee: ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    people_scale: Sequence[Any] | None = None,
    cluster: ArrayLike | None = None,
    level: LevelName = "ordinal",
    slices: Mapping[str, ArrayLike] | None = None,
    every: bool = False,
    interval: ResampledName | None = "jackknife",
    raters: Literal["fixed", "sample"] = "fixed",
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    r"""Compare how people agree with a referee with how they agree with each other.

    For a coefficient c of two raters (raw agreement, Cohen's kappa, Krippendorff's alpha, Gwet's AC) on the units both
    rated,

    .. math:: \text{ceiling} = \operatorname{mean}_{j<k} c(y_j, y_k), \quad
              \text{human–referee} = \operatorname{mean}_j c(y_j, x),

    so both sides are means of the same function of two columns, and both are about the same units: those that the
    referee scored and at least two people rated. Where people rated different units, each pair (j, k) is compared with
    (j, x) and (k, x) on the units that j and k share. So a referee exchangeable with the people has an expected
    difference of exactly 0, whoever rated which units, as long as ratings did not decide who was asked. The referee
    never enters the ceiling. Units with one person are counted and left out; ``all_units`` has either side on all of
    its units.

    Where some pair of people shares fewer than half of the units, and fewer than 20 or than twice their square root
    (crowds), coefficients of single pairs are unstable and biased; then both sides pool the pairs into one cross-table
    each, and ``averaging`` says so. In the table of people with people each unit weighs alike, its pairs in both orders
    (in that of alpha, units weigh by their ratings, as alpha has it); kappa is then Fleiss' kappa, as in
    :func:`agreement.cohen_kappa` of a crowd. The expected difference of a referee exchangeable with the people is then
    exactly 0 for raw agreement. For the others it is of the order of 0.01 where people differ in leniency, because the
    chance agreement of one rater with a crowd is not quite that of the crowd with itself.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
    referee : array (units,)
        Levels on the same scale, NaN where it failed. Expected levels belong into
        :func:`agreement.calibration.curve.calibration_curve`.
    people_scale : sequence, optional
        Categories of people, where the scale also holds some that only the referee gave. AC and Brennan–Prediger spread
        chance over these on both sides, so that what a referee gives does not change what people's agreement is. By
        default all of a scale that was given or that ratings have, and without one those that people gave.
    scale : sequence, optional
        Categories of an array; by default the numbers that occur, and a note says so.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    level : {"ordinal", "nominal", "interval", "ratio"}, default "ordinal"
        Quadratic kappa and AC2, ordinal, interval or ratio alpha; or unweighted kappa, AC1 and nominal alpha.
    slices : mapping of str to array (units,), optional
        Further comparisons on the units that share a value, such as ``{"source": sources}``.
    every : bool, default False
        Compare in every coefficient that two raters have, not only in raw agreement, kappa, alpha and AC (slices keep
        to those four).
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
        By cluster: jackknife-t (on the atanh scale for coefficients), or percentiles of resampled clusters.
    raters : {"fixed", "sample"}, default "fixed"
        Whom intervals and tests speak of: these people, or people like them, of whom these are a sample. Then the test
        asks whether the referee is one more such rater, and with few people intervals are wide.
    confidence : float, default 0.95
    n_resamples : int, default 2000
        Of the bootstrap, and of the swaps behind the test. With 0 there is no test, and a note says so.
    seed : int, default 0

    Returns
    -------
    Comparison

    Raises
    ------
    AgreementError
        When the referee has a value that is not on the scale, lengths differ, words come without ``scale``, nobody
        rated anything, or an option is unknown.

    Notes
    -----
    The test of a difference is the larger of two p-values, and its interval the wider of two, so that the p-value is at
    most .05 when, and only when, the 95 % interval leaves out 0. One swaps the referee with the people, or with nobody,
    at random within clusters: exact for a referee like the people, and where few units tell them apart all swaps are
    taken. The other is Student's t with the jackknife's standard error, which holds for a referee that agrees as well
    in another way. (Intervals of a bootstrap are percentiles, with which the test need not agree.)

    For raters like these (``raters="sample"``) the difference is compared with how much one more rater would differ, by
    Student's t over the people; the other statistics add the variance over people to that over clusters.

    Examples
    --------
    >>> humans = [[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0], [2, 2], [3, 3]]
    >>> found = compare(humans, [0, 1, 2, 3, 4, 1, 2, 4])
    >>> for name, c in found.compared.items():
    ...     print(name, *(round(e.value, 3) for e in (c.ceiling, c.human_referee, c.difference)))
    percent_agreement 0.625 0.562 -0.062
    cohen_kappa_quadratic 0.903 0.882 -0.021
    krippendorff_alpha_ordinal 0.904 0.9 -0.004
    gwet_ac2_quadratic 0.907 0.895 -0.012
    >>> found.leniency.value
    0.0625
    """
    check_interval(interval, RESAMPLED)
    check_resamples(n_resamples, 2 if interval == "bootstrap" else 0)
    check_seed(seed)
    like_these = check_raters(raters) == RATERS_LIKE_THESE
    if like_these and interval == "bootstrap":
        raise AgreementError(
            "interval='bootstrap' with raters='sample'", "it resamples units alone", "Use 'jackknife'."
        )
    people, given = ratings_beside_referee(humans, referee, scale)
    whole = isinstance(humans, Ratings) or scale is not None
    own = _of_people(people, people_scale, whole=whole)
    distance_of_level(people.scale, level)  # refuses a level that is unknown, or not one of this scale
    groups = cluster_codes(cluster, people, people.n_units)
    plan = ComparisonPlan(
        people.scale,
        tuple(map(str, people.raters)),
        level,
        interval,
        check_confidence(confidence),
        n_resamples,
        seed,
        every=every,
        like_these=like_these,
        people_scale=own,
    )
    codes = np.concatenate([people.codes, given[:, None]], axis=1)
    like = comparable(codes)
    used = codes[like]
    averaging = _averaging(codes)
    compared, rows, leniency = _measure(codes, groups, plan, averaging)
    chosen = {**dict(slices or {}), UNCERTAINTY: _spread_labels(people)}
    numbers = np.append(category_values(people.scale), np.nan)
    n_clusters = None if groups is None else len(np.unique(groups[like]))
    n_single = _single(codes)
    identical = identical_raters(codes, plan.raters)
    return Comparison(
        compared=compared,
        leave_one_out=rows,
        leniency=leniency,
        noise=noise_ceilings(people, numbers[given], cluster=groups, confidence=confidence, seed=seed),
        slices=_slices(chosen, codes, groups, plan),
        averaging=averaging,
        n_units=int(like.sum()),
        n_raters=int((used[:, :-1] >= 0).any(axis=0).sum()),
        n_ratings=int((used[:, :-1] >= 0).sum()),
        n_single=n_single,
        n_dropped=len(codes) - int(like.sum()) - n_single,
        n_clusters=n_clusters,
        identical=identical,
        notes=comparison_notes(people, codes, averaging, n_clusters, plan, identical),
    )


def _of_people(people: Ratings, people_scale: Sequence[Any] | None, *, whole: bool) -> tuple[Any, ...] | None:
    """Return the categories of people: those named, None for the ``whole`` scale, else those that people gave."""
    if people_scale is not None:
        outside = [category for category in people_scale if category not in people.scale]
        if outside or not people_scale:
            seen = f"{outside[0]!r} in people_scale" if outside else "an empty people_scale"
            raise AgreementError(seen, f"the scale is {people.scale}", "Name categories of the scale.")
        return tuple(people_scale)
    if whole:
        return None
    given = np.unique(people.codes[people.codes >= 0])
    return tuple(people.scale[k] for k in given.tolist()) or None


def _averaging(codes: Codes) -> str:
    """Pool where people themselves are pooled, or where the units that the referee scored leave a pair too few."""
    pooled = pools_pairs(codes[:, :-1]) or pools_pairs(codes[codes[:, -1] >= 0, :-1])
    return "pooled" if pooled else "pairs"


def _single(codes: Codes) -> int:
    return int(((codes[:, -1] >= 0) & (np.count_nonzero(codes[:, :-1] >= 0, axis=1) == 1)).sum())


def _measure(
    codes: Codes, group: Ints | None, plan: ComparisonPlan, averaging: str
) -> tuple[dict[str, CoefficientComparison], tuple[RaterRow, ...], Estimate]:
    found, tests = estimates(codes, group, plan, averaging)
    compared = {
        name: CoefficientComparison(
            found["ceiling", i],
            found["referee", i],
            found["difference", i],
            tests[i],
            AllUnits(found["all people", i], found["all referee", i]),
        )
        for i, name in enumerate(plan.names)
    }
    rows = [
        RaterRow(
            rater,
            {name: found[f"rater {j}", i] for i, name in enumerate(plan.names)},
            {name: found[f"instead {j}", i] for i, name in enumerate(plan.names)},
            found[f"rater {j}", -1],
        )
        for j, rater in enumerate(plan.raters)
    ]
    rows.append(RaterRow("referee", {name: c.human_referee for name, c in compared.items()}, {}, None))
    return compared, tuple(rows), found["leniency", -1]


def _slices(
    chosen: Mapping[str, ArrayLike], codes: Codes, groups: Ints | None, plan: ComparisonPlan
) -> tuple[SliceRow, ...]:
    rows = []
    judged = (codes[:, -1] >= 0) & (codes[:, :-1] >= 0).any(axis=1)
    for by, labels in chosen.items():
        of = group_labels(labels, len(codes), f"slice {by!r}")
        for value in sorted(set(of.tolist()) - {""}):
            inside = of == value
            if (inside & judged).any():
                rows.append(_slice(by, value, codes[inside], None if groups is None else groups[inside], plan))
    return tuple(rows)


def _slice(by: str, value: str, codes: Codes, group: Ints | None, plan: ComparisonPlan) -> SliceRow:
    light = replace(plan, raters=(), interval=plan.interval and "jackknife", n_resamples=0, every=False)
    compared, _, leniency = _measure(codes, group, light, _averaging(codes))
    if by == UNCERTAINTY:
        compared = {name: _chosen_by(c) for name, c in compared.items()}
    return SliceRow(by, value, int(comparable(codes).sum()), _single(codes), compared, leniency)


def _chosen_by(found: CoefficientComparison) -> CoefficientComparison:
    """Leave out what people's agreement is on units that were chosen by it."""
    why = "these units were chosen by how far people agree on them"
    return CoefficientComparison(
        _without(found.ceiling, why),
        found.human_referee,
        _without(found.difference, why),
        replace(found.test, p_value=None, reason=why),
        replace(found.all_units, people=_without(found.all_units.people, why)),
    )


def _without(estimate: Estimate, reason: str) -> Estimate:
    return replace(estimate, value=None, low=None, high=None, standard_error=None, reason=reason)


def _spread_labels(people: Ratings) -> list[str]:
    rated = people.codes >= 0
    top = np.where(rated, people.codes, -1).max(axis=1)
    bottom = np.where(rated, people.codes, 127).min(axis=1)
    apart, several = top - bottom, rated.sum(axis=1) >= 2
    return [
        next(name for name, low, high in SPREADS if low <= d <= high) if s else ""
        for d, s in zip(apart.tolist(), several.tolist(), strict=True)
    ]
