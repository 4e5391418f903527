"""People's mean rating at each raw score, and how much of what sets units apart the scores discriminate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.calibration.classification import ThresholdMetrics, classification_at_thresholds
from agreement.calibration.curve import calibration_curve
from agreement.calibration.ordinal import ordinal_calibration
from agreement.continuous_judge.raw_scores import RawScores, people_levels, raw_scores
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields
from agreement.options import check_resamples
from agreement.ratings import Ratings


@dataclass(frozen=True)
class ScoreCurve(JsonFields):
    """What the ratings are, on average, at each raw score, and how well scores tell units apart.

    A score in a unit of its own predicts no level, so it has no miscalibration: what stands here rests on the order of
    the scores, and is the same in any increasing unit.

    Attributes
    ----------
    scores : array (k,)
        Raw scores; more than 256 distinct ones are pooled into as many cells, each at its middle.
    fitted : array (k,)
        Mean rating at each, by isotonic regression (CORP).
    weight : array (k,)
        Units at each.
    low, high : array (k,)
        Confidence band.
    dsc, unc : float or None
        Discrimination and uncertainty of the squared error, as they stand in the sample.
    dsc_corrected, noise_floor : float or None
        Discrimination less what fitting to noise adds; mean variance of the ratings of one unit.
    explained : float or None
        ``dsc_corrected / (unc - noise_floor)``: the share of what is there to explain, in squares.
    rps_dsc, rps_unc, rps_noise_floor, rps_explained : Estimate
        The same of the ranked probability score, which takes levels in their order, with intervals.
    thresholds : tuple of ThresholdMetrics
        AUC, average precision and (recalibrated out of fold) Brier score of "rated c or more", by level c.
    reason : str or None
        Why there is no curve.
    """

    frame_columns = ("scores", "fitted", "weight", "low", "high")

    scores: Floats
    fitted: Floats
    weight: Floats
    low: Floats
    high: Floats
    dsc: float | None
    unc: float | None
    dsc_corrected: float | None
    noise_floor: float | None
    explained: float | None
    rps_dsc: Estimate
    rps_unc: Estimate
    rps_noise_floor: Estimate
    rps_explained: Estimate
    thresholds: tuple[ThresholdMetrics, ...]
    confidence: float
    n_units: int
    n_clusters: int | None
    reason: str | None
    notes: tuple[str, ...]


def score_curve(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    n_resamples: int = 400,
    confidence: float = 0.95,
    seed: int = 0,
) -> ScoreCurve:
    """Estimate the mean rating at each raw score, discrimination, and ranking at every threshold of the scale.

    The statistics are those of :func:`agreement.calibration_curve`, :func:`agreement.ordinal_calibration` and
    :func:`agreement.classification_at_thresholds`, of the ranks of the scores.

    Parameters
    ----------
    score : array (units,)
        In any unit; NaN where there is none, and an infinite one counts as missing.
    humans : Ratings or array (units, raters)
    scale : sequence of float, optional
        Levels of an array of ratings; by default those that occur.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    n_resamples : int, default 400
        Of clusters, for the band; 0 for none.
    confidence : float, default 0.95
    seed : int, default 0

    Returns
    -------
    ScoreCurve

    Examples
    --------
    >>> found = score_curve([-3.1, -3.0, 0.4, 12.4], [[0, 0], [1, 0], [2, 2], [2, 1]], n_resamples=0)
    >>> found.fitted.tolist(), round(found.thresholds[0].auc.value, 3)
    ([0.0, 0.5, 1.75, 1.75], 0.967)
    """
    check_resamples(n_resamples, 0)
    data = raw_scores(score, humans, cluster)
    people, levels = data.values, people_levels(humans, data, scale).tolist()
    asked: dict[str, Any] = {"cluster": data.member, "confidence": confidence}
    curve = calibration_curve(data.rank, people, n_resamples=n_resamples, seed=seed, **asked)
    ordinal = ordinal_calibration(data.rank, people, scale=levels, **asked)
    at = classification_at_thresholds(data.rank, people, scale=levels, seed=seed, **asked)
    return ScoreCurve(
        scores=_raw(curve.scores, data),
        fitted=curve.fitted,
        weight=curve.weight,
        low=curve.confidence_low,
        high=curve.confidence_high,
        dsc=curve.dsc,
        unc=curve.unc,
        dsc_corrected=curve.dsc_corrected,
        noise_floor=curve.noise_floor,
        explained=curve.explained,
        rps_dsc=ordinal.dsc_corrected,
        rps_unc=ordinal.climatology,
        rps_noise_floor=ordinal.noise_floor,
        rps_explained=ordinal.explained,
        thresholds=at.thresholds,
        confidence=confidence,
        n_units=data.n,
        n_clusters=data.n_clusters,
        reason=curve.reason,
        notes=data.notes(),
    )


def _raw(ranks: Floats, data: RawScores) -> Floats:
    """Return the raw score at each rank."""
    order = np.argsort(data.rank, kind="stable")
    return np.asarray(np.interp(ranks, data.rank[order], data.score[order])) if data.n else np.empty(0)
