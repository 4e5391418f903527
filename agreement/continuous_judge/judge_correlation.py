"""Correlation of a judge's raw scores with people, beside that of a person with the others, and the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import counts_of, renumbered
from agreement.arrays import Floats, Ints
from agreement.comparison.noise_ceiling import NoiseCeilings, noise_ceilings
from agreement.continuous_judge.association import ASSOCIATIONS, Moved
from agreement.continuous_judge.raw_scores import NOTHING, RawScores, raw_scores
from agreement.estimate import Estimate
from agreement.intervals.infinitesimal_jackknife import influence_interval
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_seed
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode

LEAST = 3  # units: two always correlate fully
ALONE = "no scored unit was rated by two people, so there is no correlation of a person with the others"


@dataclass(frozen=True)
class JudgeCorrelation(JsonFields):
    """One coefficient of association, on raw scores.

    Attributes
    ----------
    name : {"pearson", "spearman", "kendall_tau_b"}
    with_mean : Estimate
        Of the judge with the mean of all people who rated the unit.
    judge, person : Estimate
        Mean over people: of the judge, and of that person, with the mean of the others. Both are about the same units
        and the same means, so a judge exchangeable with the people has an expected difference of 0.
    difference : Estimate
        ``judge - person``, paired.
    """

    name: str
    with_mean: Estimate
    judge: Estimate
    person: Estimate
    difference: Estimate


@dataclass(frozen=True)
class JudgeCorrelations(JsonFields):
    """What raw scores say of people's ratings, whatever their unit.

    Attributes
    ----------
    pearson, spearman, kendall_tau_b : JudgeCorrelation
        Pearson's is the same in any affine unit, the others in any increasing one.
    ceilings : NoiseCeilings
        What a judge without error would reach with ratings this noisy (rho-Perfect, split halves), and the correlations
        with the noise taken out.
    n_units, n_clusters : int
        Units with a score and a rating.
    """

    pearson: JudgeCorrelation
    spearman: JudgeCorrelation
    kendall_tau_b: JudgeCorrelation
    ceilings: NoiseCeilings
    n_units: int
    n_clusters: int | None
    notes: tuple[str, ...]


def judge_correlations(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> JudgeCorrelations:
    r"""Correlate a judge's raw scores with people's means, and each person with the means of the others.

    With :math:`m_{-j}` the mean of the raters of a unit but j, over the units that j and another person rated,

    .. math:: \text{person} = \operatorname{mean}_j c(y_j, m_{-j}), \quad
              \text{judge} = \operatorname{mean}_j c(x, m_{-j}),

    so that both sides are held against means of equally many ratings.

    Parameters
    ----------
    score : array (units,)
        In any unit; NaN where the judge failed. An infinite score counts as missing, and a note says so.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    confidence : float, default 0.95
    seed : int, default 0
        Of the random halves behind the split-half ceiling.

    Returns
    -------
    JudgeCorrelations
        Intervals by cluster from the influence of each unit, on the logit scale for correlations and plain for
        differences.

    Raises
    ------
    AgreementError
        When lengths differ or a rating is infinite.

    Examples
    --------
    >>> humans = [[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0]]
    >>> found = judge_correlations([-3.1, -2.2, 0.5, 12.4, 11.0, -9.0], humans)
    >>> round(found.spearman.judge.value, 3), round(found.spearman.person.value, 3)
    (0.927, 0.909)
    """
    check_confidence(confidence)
    check_seed(seed)
    data = raw_scores(score, humans, cluster)
    correlations = {name: _correlation(name, data, confidence, of) for name, of in ASSOCIATIONS.items()}
    return JudgeCorrelations(
        **correlations,
        ceilings=noise_ceilings(data.values, data.score, cluster=data.member, confidence=confidence, seed=seed),
        n_units=data.n,
        n_clusters=data.n_clusters,
        notes=(*data.notes(), *_reversed(correlations["spearman"].with_mean)),
    )


def _correlation(
    name: str, data: RawScores, confidence: float, of: Callable[[Floats, Floats], Moved | None]
) -> JudgeCorrelation:
    whole = of(data.score, data.mean) if data.n >= LEAST else None
    judge, person = [], []
    for units, own, others in leave_one_out(data.values):
        both = of(data.score[units], others), of(own, others)
        if len(units) >= LEAST and both[0] is not None and both[1] is not None:
            judge.append(_placed(both[0], units, data.n))
            person.append(_placed(both[1], units, data.n))
    sides = _mean(judge), _mean(person)
    apart = None if sides[0] is None or sides[1] is None else (sides[0][0] - sides[1][0], sides[0][1] - sides[1][1])
    made = [
        _estimate(found, data, confidence, bounds)
        for found, bounds in zip((whole, *sides, apart), ((-1.0, 1.0),) * 3 + (None,), strict=True)
    ]
    return JudgeCorrelation(name, *made)


def leave_one_out(values: Floats) -> Iterator[tuple[Ints, Floats, Floats]]:
    """Yield for each rater: the units they rated with another, their ratings there, and the mean of the others."""
    rated = ~np.isnan(values)
    total, count = np.where(rated, values, 0.0).sum(axis=1), rated.sum(axis=1)
    for j in range(values.shape[1]):
        units = np.asarray(np.flatnonzero(rated[:, j] & (count >= 2)), dtype=np.intp)
        own = values[units, j]
        yield units, own, (total[units] - own) / (count[units] - 1)


def _placed(found: Moved, units: Ints, n: int) -> Moved:
    influence = np.zeros(n)
    influence[units] = found[1]
    return found[0], influence


def _mean(found: list[Moved]) -> Moved | None:
    if not found:
        return None
    return float(np.mean([value for value, _ in found])), np.mean([moved for _, moved in found], axis=0)


def _estimate(found: Moved | None, data: RawScores, confidence: float, bounds: tuple[float, float] | None) -> Estimate:
    counts = counts_of(data.values)
    blank = Estimate.undefined(_why(data), confidence=confidence, n_clusters=data.n_clusters, **counts)
    if found is None:
        return blank
    value, moved = round(found[0], 15), found[1]
    used = np.flatnonzero(moved != 0) if bounds is None else np.arange(data.n)
    if not len(used):  # the two sides are the same everywhere
        return replace(blank, value=value, reason="no unit tells the two sides apart")
    member = None if data.member is None else renumbered(data.member)
    return blank.with_interval(value, influence_interval(value, moved, member, confidence=confidence, bounds=bounds))


def _why(data: RawScores) -> str:
    if not data.n:
        return NOTHING
    if data.n < LEAST:
        return f"{data.n} units with a score and a rating: a correlation needs three"
    if np.ptp(data.score) == 0:
        return "the judge gave one score to every unit"
    if np.ptp(data.mean) == 0:
        return "people rated every unit alike"
    return ALONE


def _reversed(found: Estimate) -> tuple[Note, ...]:
    """Ask whether a low score is a good one, where the interval of the correlation lies below 0."""
    if found.high is None or found.high >= 0:
        return ()
    asked = (
        f"scores fall as people's ratings rise (Spearman {found.value:.2f}): if a low score is a good one, "
        "change its sign before anything else is read"
    )
    return (Note(asked, NoteCode.REVERSED_JUDGE),)
