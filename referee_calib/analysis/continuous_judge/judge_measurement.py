"""Hand a judge's raw scores to `agreement`, and keep what a report needs of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referee_calib.analysis.continuous_judge.judge_reading import JudgeReading, read_judge
from referee_calib.analysis.human_agreement.agreement_results import CoefficientSummary

if TYPE_CHECKING:
    from agreement import Estimate, FoldLevels, JudgeCorrelations, ScoreCurve, ScoreShape

Floats = NDArray[np.float64]
N_FOLDS = 5
N_RESAMPLES = 400  # of the curve's band


@dataclass(frozen=True, slots=True, eq=False)
class ContinuousJudge:
    """Everything about one judge with scores in its own unit, on one dimension.

    Attributes
    ----------
    lower_is_better : bool
        Whether scores were turned round before anything else.
    shape : ScoreShape
        Of the scores as they came.
    correlations : JudgeCorrelations
        Of raw scores with people, beside a person with the others.
    curve : ScoreCurve
        People's mean at each raw score, discrimination, AUC and average precision.
    levels : FoldLevels
        Levels recalibrated out of fold: what everything below is about.
    coefficients : tuple of CoefficientSummary
        As of a dimension's result, of people with each other and with these levels.
    leniency : Estimate
        Mean of recalibrated level minus person.
    expected_gap : Estimate
        Mean of the expected level, out of fold, minus people's mean: 0 where recalibration is without bias.
    reading : JudgeReading
        What the correlations show, in one word.
    notes : tuple of str
        Remarks on scores and comparison, each once.
    """

    judge: str
    dimension: str
    scale: tuple[float, ...]
    lower_is_better: bool
    shape: ScoreShape
    correlations: JudgeCorrelations
    curve: ScoreCurve
    levels: FoldLevels
    coefficients: tuple[CoefficientSummary, ...]
    leniency: Estimate
    expected_gap: Estimate
    reading: JudgeReading
    notes: tuple[str, ...]


def measure_continuous_judge(
    score: ArrayLike,
    people: ArrayLike,
    *,
    scale: Sequence[float],
    judge: str,
    dimension: str = "",
    cluster: ArrayLike | None = None,
    lower_is_better: bool = False,
    confidence: float = 0.95,
    n_resamples: int = N_RESAMPLES,
    n_folds: int = N_FOLDS,
    seed: int = 0,
) -> ContinuousJudge:
    """Measure a judge whose scores are in any affine or increasing unit.

    Parameters
    ----------
    score : array (units,)
        NaN where the judge gave none; infinite ones count as missing, and are counted.
    people : array (units, raters)
        Levels of `scale`, NaN where nobody rated.
    scale : sequence of float
        All levels of people, in order.
    judge, dimension : str
        Names, kept with the result.
    cluster : array (units,), optional
        What is independent (the video), for intervals and folds; by default each unit.
    lower_is_better : bool, default False
        Change the sign of the scores first: a distance or a loss.
    confidence : float, default 0.95
    n_resamples : int, default 400
        Of clusters, for the band of the curve.
    n_folds, seed : int, default 5 and 0

    Returns
    -------
    ContinuousJudge

    Raises
    ------
    AgreementError
        When lengths differ or a rating is off the scale.
    """
    from agreement import judge_correlations, recalibrated_levels, score_curve, score_shape

    given = np.asarray(score, dtype=np.float64)
    upward = -given if lower_is_better else given
    levels = np.asarray(people, dtype=np.float64)
    shape = score_shape(given, levels, cluster=cluster)
    correlations = judge_correlations(upward, levels, cluster=cluster, confidence=confidence, seed=seed)
    curve = score_curve(
        upward, levels, scale=scale, cluster=cluster, n_resamples=n_resamples, confidence=confidence, seed=seed
    )
    folded = recalibrated_levels(upward, levels, scale=scale, cluster=cluster, n_folds=n_folds, seed=seed)
    compared = _compared(folded, levels, scale, cluster, confidence, seed)
    notes = (*shape.notes, *correlations.notes, *compared.notes)
    return ContinuousJudge(
        judge=judge,
        dimension=dimension,
        scale=tuple(scale),
        lower_is_better=lower_is_better,
        shape=shape,
        correlations=correlations,
        curve=curve,
        levels=folded,
        coefficients=compared.coefficients,
        leniency=compared.leniency,
        expected_gap=_gap(folded.expected, levels, cluster, confidence),
        reading=read_judge(correlations),
        notes=tuple(dict.fromkeys(map(str, notes))),
    )


@dataclass(frozen=True, slots=True)
class _ComparedLevels:
    coefficients: tuple[CoefficientSummary, ...]
    leniency: Estimate
    notes: tuple[str, ...]


def _compared(
    folded: FoldLevels,
    people: Floats,
    scale: Sequence[float],
    cluster: ArrayLike | None,
    confidence: float,
    seed: int,
) -> _ComparedLevels:
    from agreement import Ratings, compare

    ratings = Ratings.from_array(people, scale=list(scale), wide=True)
    on_rated = np.where(np.isnan(people).all(axis=1), np.nan, folded.levels)  # the others are remarked once, as scores
    found = compare(ratings, on_rated, cluster=cluster, confidence=confidence, seed=seed)
    rows = tuple(
        CoefficientSummary(name, one.ceiling, one.human_referee, one.difference, one.p_value)
        for name, one in found.compared.items()
    )
    return _ComparedLevels(rows, found.leniency, found.notes)


def _gap(expected: Floats, people: Floats, cluster: ArrayLike | None, confidence: float) -> Estimate:
    """Return the mean of expected level minus people's mean, every unit once."""
    from agreement import Estimate, group_means

    rated = ~np.isnan(people)
    count = rated.sum(axis=1)
    mean = np.where(rated, people, 0.0).sum(axis=1) / np.maximum(count, 1)
    gap = np.where(count > 0, expected - mean, np.nan)
    if np.isnan(gap).all():
        return Estimate.undefined("no unit has both a recalibrated level and a rating", confidence=confidence)
    return group_means(gap, ["all"] * len(gap), cluster=cluster, confidence=confidence).means["all"]
