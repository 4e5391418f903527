"""The alternative annotator test, which asks whether the referee may stand in for a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.array_inputs import (
    cluster_codes,
    rater_names,
    rating_values,
    refuse_counts,
    renumbered,
    scores_of,
    unused_weights_note,
)
from agreement.arrays import Floats, Ints
from agreement.errors import AgreementError
from agreement.intervals.multiple_testing import benjamini_yekutieli
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.validation import plain_array, refuse_transposed

Metric = Literal["accuracy", "rmse"]
FEW = "nobody shares enough units with the referee and another person"
ONE_GROUP = "all units belong to one cluster, and a test needs two"


@dataclass(frozen=True)
class AltTestRow(JsonFields):
    """The referee against one person, judged by the other people.

    Attributes
    ----------
    n_units : int
        Units that this person, the referee and another person have.
    referee_wins, person_wins : float or None
        Share of units on which the one is at least as near to the other people as the other; ties count for both.
    p_value : float or None
        One-sided, of "the person's share exceeds the referee's by epsilon or more".
    rejected : bool
        After Benjamini and Yekutieli's correction over people: the referee wins against this person.
    reason : str or None
        Why there is no test.
    """

    rater: str
    n_units: int
    referee_wins: float | None
    person_wins: float | None
    p_value: float | None
    rejected: bool
    reason: str | None


@dataclass(frozen=True)
class AltTest(JsonFields):
    """Result of the alternative annotator test.

    Attributes
    ----------
    winning_rate : float or None
        Share of tested people against whom the referee wins.
    average_advantage : float or None
        Mean of ``referee_wins`` over tested people.
    passed : bool or None
        Whether the winning rate is 0.5 or more.
    """

    winning_rate: float | None
    average_advantage: float | None
    passed: bool | None
    epsilon: float
    metric: str
    rows: tuple[AltTestRow, ...]
    n_clusters: int | None
    reason: str | None
    notes: tuple[str, ...]


def alt_test(
    humans: Ratings | ArrayLike,
    referee: ArrayLike,
    *,
    epsilon: float = 0.2,
    metric: Metric = "accuracy",
    cluster: ArrayLike | None = None,
    min_units: int = 30,
    q: float = 0.05,
) -> AltTest:
    r"""Test for every person whether the referee is, up to epsilon, as good a substitute for the others as that person.

    Person j is left out. On each unit the score S of a rating is its mean agreement with the other people (accuracy),
    or minus its root mean squared difference from them (rmse). With :math:`W^f = [S(\text{referee}) \ge S(j)]`,
    :math:`W^h = [S(j) \ge S(\text{referee})]`, a one-sided t test of :math:`\overline{W^h - W^f} < \varepsilon` over
    units, Benjamini–Yekutieli over people, and the winning rate is the share of rejections.

    Without clusters this is the test as published. With clusters (videos) the standard error is that of cluster sums,
    with G − 1 degrees of freedom; units of one video are not independent, and the published test then rejects too
    often. Where nothing scatters, the p-value is the largest that G equal outcomes can have under the null, not 0.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        Numbers or words; words have distances, as rmse needs them, only on a declared scale.
    referee : array (units,)
        NaN (among words None) where it failed. On a declared scale it must be one of the categories, for rmse lie
        between the ends.
    epsilon : float, default 0.2
        What a cheap judge may fall behind: 0.2 against experts, 0.15 against skilled people, 0.1 against crowds.
        Below 1, for shares cannot differ by more.
    metric : {"accuracy", "rmse"}, default "accuracy"
    cluster : array (units,), optional
        By default the clusters of the ratings.
    min_units : int, default 30
        People with fewer units are not tested.
    q : float, default 0.05
        False discovery rate.

    Returns
    -------
    AltTest

    References
    ----------
    N. Calderon, R. Reichart, R. Dror, ACL 2025, arXiv 2501.10970.

    Examples
    --------
    >>> humans = [[i % 3, i % 3, (i + i // 20) % 3] for i in range(40)]
    >>> found = alt_test(humans, [i % 3 for i in range(40)])
    >>> found.winning_rate, found.average_advantage
    (1.0, 1.0)
    """
    if metric not in ("accuracy", "rmse"):
        raise AgreementError(f"metric={metric!r}", "choose 'accuracy' or 'rmse'")
    _check_options(epsilon, min_units, q)
    values, score = _read(humans, referee, metric)
    group = cluster_codes(cluster, humans, len(values))
    names = rater_names(humans, values.shape[1])
    usable = ~np.isnan(score) & ((~np.isnan(values)).sum(axis=1) >= 2)
    rows: list[AltTestRow] = []
    notes: tuple[str, ...] = unused_weights_note(humans)
    for j, name in enumerate(names):
        mine = usable & ~np.isnan(values[:, j])
        if mine.sum() < min_units:
            why = f"{int(mine.sum())} units with the referee and another person, fewer than {min_units}"
            rows.append(AltTestRow(name, int(mine.sum()), None, None, None, False, why))
            continue
        others = np.delete(values[mine], j, axis=1)
        wins, loses = _outcomes(score[mine], values[mine, j], others, metric)
        p = _p_value(loses - wins, epsilon, None if group is None else group[mine])
        untested = None if p is not None else ONE_GROUP if mine.sum() > 1 else "one unit, and a test needs two"
        rows.append(AltTestRow(name, int(mine.sum()), float(wins.mean()), float(loses.mean()), p, False, untested))
    n_clusters = None if group is None else len(np.unique(group[usable]))
    return _conclude(rows, epsilon, metric, q, n_clusters, notes + few_clusters_note(n_clusters))


def _check_options(epsilon: float, min_units: int, q: float) -> None:
    if not isinstance(epsilon, Real) or not -1 < epsilon < 1:
        raise AgreementError(f"epsilon={epsilon!r}", "it is a difference of two shares, such as 0.2")
    if not isinstance(min_units, Integral) or min_units < 1:
        raise AgreementError(f"min_units={min_units!r}", "it is a whole number, 1 or more")
    if not isinstance(q, Real) or not 0 < q < 1:
        raise AgreementError(f"q={q!r}", "it is a rate between 0 and 1, such as 0.05")


def _read(humans: Ratings | ArrayLike, referee: ArrayLike, metric: Metric) -> tuple[Floats, Floats]:
    """People's ratings and the referee's as numbers, NaN where there is none; words as numbers of their categories."""
    refuse_counts(humans, "alt_test")
    declared = humans if isinstance(humans, Ratings) and humans.declared else None
    words = _words(humans)
    if words is None:
        values = rating_values(humans)
        score = scores_of(referee, len(values))
        if declared is not None:
            _refuse_off_scale(score, declared, metric)
        return values, score
    column = plain_array(referee).astype(object)
    if column.shape != (len(words),):
        raise AgreementError(
            f"the referee has levels of shape {column.shape}, people rated {len(words)} units", "one each is expected"
        )
    if declared is not None:
        alone = Ratings.from_array(
            column[:, None], scale=declared.scale, units=declared.units, raters=["referee"], wide=True
        )
        return declared.values(), alone.values()[:, 0]
    if metric == "rmse":
        raise AgreementError(
            "metric='rmse' of words", "words have no distances", "Use 'accuracy', or Ratings with scale= in order."
        )
    both = Ratings.from_array(np.column_stack([words, column]), wide=True).values()
    return both[:, :-1], both[:, -1]


def _words(humans: Ratings | ArrayLike) -> NDArray[Any] | None:
    """Return ratings that are words, (units, raters), None where they are numbers."""
    if isinstance(humans, Ratings):
        if all(isinstance(v, (int, float)) for v in humans.scale):
            return None
        return np.array([*humans.scale, None], dtype=object)[humans.codes]
    array = plain_array(humans)
    try:
        array.astype(float)
    except (TypeError, ValueError):
        table = array.astype(object)
        table = table[:, None] if table.ndim == 1 else table
        if table.ndim == 2:
            refuse_transposed(*table.shape, wide=False)
            return table
    return None


def _refuse_off_scale(score: Floats, people: Ratings, metric: Metric) -> None:
    levels, known = np.asarray(people.scale, dtype=float), ~np.isnan(score)
    if metric == "accuracy":
        off = known & ~np.isin(score, levels)
    else:
        off = known & ((score < levels.min() - 1e-9) | (score > levels.max() + 1e-9))
    if off.any():
        first = int(np.flatnonzero(off)[0])
        raise AgreementError(
            f"{int(off.sum())} value(s) of the referee outside the scale, first {score[first]:g}, "
            f"unit {people.units[first]!r}",
            f"the scale is {people.scale}",
            "Expected levels, between categories, are for metric='rmse'." if metric == "accuracy" else "Correct them.",
        )


def _outcomes(referee: Floats, person: Floats, others: Floats, metric: Metric) -> tuple[Floats, Floats]:
    ours, theirs = (_nearness(x[:, None], others, metric) for x in (referee, person))
    # Scores that are equal on paper may differ in the last bit.
    tied = np.isclose(ours, theirs, rtol=0, atol=1e-12)
    return ((ours > theirs) | tied).astype(float), ((theirs > ours) | tied).astype(float)


def _nearness(rating: Floats, others: Floats, metric: Metric) -> Floats:
    if metric == "accuracy":
        hits = np.where(np.isnan(others), np.nan, (rating == others).astype(float))
        return np.asarray(np.nanmean(hits, axis=1))
    return np.asarray(-np.sqrt(np.nanmean(np.square(rating - others), axis=1)))


def _p_value(behind: Floats, epsilon: float, group: Ints | None) -> float | None:
    from scipy.special import stdtr

    n = len(behind)
    member = np.arange(n) if group is None else renumbered(group)
    n_groups = int(member.max()) + 1
    if n_groups < 2:
        return None
    sums = np.bincount(member, weights=behind - behind.mean())
    error = float(np.sqrt(n_groups / (n_groups - 1) * np.square(sums).sum()) / n)
    if error == 0:
        return _without_scatter(float(behind.mean()), epsilon, n_groups)
    return float(stdtr(n_groups - 1, (behind.mean() - epsilon) / error))


def _without_scatter(behind: float, epsilon: float, n_groups: int) -> float:
    """Return the p-value where no group differs from another, which shows no error but is no certainty.

    Groups lie between −1 and 1. If their mean is epsilon or more, at most a share (1 − ε)/(1 − b) of them can be at b.
    """
    return ((1 - epsilon) / (1 - behind)) ** n_groups if behind < epsilon else 1.0


def _conclude(
    rows: list[AltTestRow], epsilon: float, metric: str, q: float, n_clusters: int | None, notes: tuple[str, ...]
) -> AltTest:
    tested = [row for row in rows if row.p_value is not None]
    if not tested:
        given = {row.reason for row in rows if row.referee_wins is not None}
        why = FEW if not given else ONE_GROUP if given == {ONE_GROUP} else "nobody could be tested, the rows say why"
        return AltTest(None, None, None, epsilon, metric, tuple(rows), n_clusters, why, notes)
    rejected = iter(benjamini_yekutieli(np.array([row.p_value for row in tested], dtype=float), q))
    rows = [row if row.p_value is None else replace(row, rejected=bool(next(rejected))) for row in rows]
    rate = sum(row.rejected for row in rows) / len(tested)
    advantage = float(np.mean([row.referee_wins for row in rows if row.p_value is not None]))
    if len(tested) < len(rows):
        notes = (*notes, f"{len(rows) - len(tested)} of {len(rows)} people were not tested, their rows say why")
    return AltTest(rate, advantage, rate >= 0.5, epsilon, metric, tuple(rows), n_clusters, None, notes)
