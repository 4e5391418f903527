"""Calibration of a referee's scores against several people's ratings: curve, bands, decomposition.

The curve is the isotonic regression of the ratings on the referee's score (CORP; Dimitriadis, Gneiting & Jordan
2021, PNAS 118(8), e2016191118), each rating with the weight 1/J of its unit's J raters, so that every unit counts
once. Scores are discrete, so everything rests on a few sums per score level.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats, Ints
from agreement.calibration.corp import (
    FEW_UNITS,
    bands,
    debiased_decomposition,
    fit_curve,
    noise_fitted,
    noise_floor,
    resampled_miscalibration,
    score_decomposition,
)
from agreement.calibration.rated_units import NOTHING, rated_units
from agreement.calibration.score_level_sums import MAX_CELLS, LevelSums, level_sums
from agreement.encoding import category_values
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings


@dataclass(frozen=True)
class CalibrationCurve(JsonFields):
    """What the ratings are, on average, at each score of the referee.

    Attributes
    ----------
    scores : array (k,)
        The referee's score levels, on the scale of the ratings.
    fitted : array (k,)
        The mean rating fitted at each of them.
    weight : array (k,)
        Units at each level.
    n_ratings : array (k,) of int
        Ratings at each level.
    confidence_low, confidence_high : array (k,)
        Confidence band: where the true curve may lie.
    consistency_low, consistency_high : array (k,)
        Consistency band: where the fitted curve would lie if the referee were calibrated. A curve outside rejects
        calibration at that score.
    p_calibrated : float or None
        Share of simulations of a calibrated referee whose miscalibration is at least the one seen; the one seen counts.
    mean_squared_error : float or None
        Of the score as a prediction of a rating; equals ``msc - dsc + unc``.
    msc, dsc, unc : float or None
        Miscalibration, discrimination and uncertainty as they stand in the sample.
    msc_corrected, dsc_corrected : float or None
        The same less what fitting to noise adds; may be slightly below 0 for a calibrated referee. ``dsc_corrected``,
        as ``unc``, is that of the units at hand, see Notes.
    msc_low, msc_high : float or None
        Bootstrap interval of ``msc_corrected``.
    noise_floor : float or None
        Mean variance of the ratings of one unit: what no referee can explain.
    explained, explained_as_is : float or None
        ``dsc_corrected / (unc - noise_floor)`` and ``(dsc_corrected - msc_corrected) / (unc - noise_floor)``: the
        share of what is there to explain that the referee explains once recalibrated, and as it is.
    n_blocks : int
        Constant pieces of the fitted curve.
    confidence : float
        Of the bands and of the interval, pointwise.
    n_units, n_clusters, n_dropped : int
        Units used, their clusters (None without), units without a score or without a rating.
    reason : str or None
        Why there is no curve.
    """

    frame_columns = (
        "scores",
        "fitted",
        "weight",
        "n_ratings",
        "confidence_low",
        "confidence_high",
        "consistency_low",
        "consistency_high",
    )

    scores: Floats
    fitted: Floats
    weight: Floats
    n_ratings: Ints
    confidence_low: Floats
    confidence_high: Floats
    consistency_low: Floats
    consistency_high: Floats
    p_calibrated: float | None
    mean_squared_error: float | None
    msc: float | None
    dsc: float | None
    unc: float | None
    msc_corrected: float | None
    dsc_corrected: float | None
    msc_low: float | None
    msc_high: float | None
    noise_floor: float | None
    explained: float | None
    explained_as_is: float | None
    n_blocks: int
    confidence: float
    n_units: int
    n_clusters: int | None
    n_dropped: int
    reason: str | None
    notes: tuple[str, ...]


def calibration_curve(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> CalibrationCurve:
    """Estimate the mean human rating at each score of a referee, with both bands and the decomposition.

    ``f`` is the isotonic regression of the ratings on the score. With ``S``, ``S_f`` and ``S_0`` the mean squared
    differences of the ratings from the score, from ``f`` and from their mean, miscalibration ``MSC = S - S_f``,
    discrimination ``DSC = S_0 - S_f`` and uncertainty ``UNC = S_0``, so that ``S = MSC - DSC + UNC``.

    Fitting to noise makes MSC of a calibrated referee positive, by ``D s^2 / n`` for a curve of D constant pieces
    and n units whose means scatter about it with variance ``s^2 = SSE / (n - D)``; that is taken off in
    ``msc_corrected``, and ``(D - 1) s^2 / n`` in ``dsc_corrected``. Where units come in clusters both are
    multiplied by the design effect seen in the residuals. Where levels hold fewer than 5 units on average, D counts
    1.4-fold: levels that sparse do not order themselves, and the fit takes more than one mean per piece.

    Parameters
    ----------
    score : array (units,)
        The referee's level or expected level, on the scale of the ratings; NaN where it failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    cluster : array (units,), optional
        What is resampled together (the video); by default the clusters of the ratings, or each unit by itself.
    n_resamples : int, default 1000
        For either band; 0 for none.
    confidence : float, default 0.95
    seed : int, default 0

    Returns
    -------
    CalibrationCurve

    Raises
    ------
    ValueError
        When lengths differ, a unit has no cluster, or a value is infinite.

    Notes
    -----
    The confidence band is the percentile bootstrap of ``f`` over clusters. The consistency band and ``p_calibrated``
    keep the scores and simulate ratings whose mean is the score: what the ratings of each cluster differ from the score
    by gets a random sign. That is exact where they differ as often upwards as downwards, whatever the size of clusters;
    with fewer than six clusters at a score no curve there can leave the band. More than
    256 distinct scores are pooled into 256 cells of about equally many units; the notes say so. Bands end where the
    scale of a :class:`Ratings` ends: no mean rating lies beyond.

    Discrimination and uncertainty are variances about the mean of the units at hand, with the divisor n. Over all
    clusters that might have been drawn both are larger by what the mean owes to which were drawn: in simulation by
    1.4 % with 40 videos of 3 claims, 0.5 % with 100 of 5. The shares explained, ratios of the two, do not change.

    Examples
    --------
    >>> curve = calibration_curve([0, 1, 2, 2, 4, 4], [[0, 1], [1, 0], [2, 3], [1, 1], [4, 4], [3, 4]])
    >>> curve.scores.tolist(), curve.fitted.tolist()
    ([0.0, 1.0, 2.0, 4.0], [0.5, 0.5, 1.75, 3.75])
    >>> round(curve.msc - curve.dsc + curve.unc, 9) == round(curve.mean_squared_error, 9)
    True
    """
    units = rated_units(score, humans, cluster, confidence)
    if not units.n:
        return _no_curve(confidence, units.n_dropped)
    data, n_ratings = level_sums(units.score, units.values, units.member)
    fit = fit_curve(data)
    raw = score_decomposition(data, fit)
    limits, simulated, resampled = bands(data, fit, n_resamples, confidence, np.random.default_rng(seed))
    limits = _within_scale(limits, humans)
    parts = debiased_decomposition(raw, noise_fitted(data, fit), noise_floor(units.values))
    return CalibrationCurve(
        scores=data.x,
        fitted=fit.fitted,
        weight=data.weight,
        n_ratings=n_ratings,
        **limits,
        **raw,
        **parts,
        **resampled_miscalibration(raw, parts, simulated, resampled, confidence),
        n_blocks=fit.n_blocks,
        confidence=confidence,
        n_units=data.n,
        n_clusters=units.n_clusters,
        n_dropped=units.n_dropped,
        reason=None,
        notes=units.notes + _notes(data, parts),
    )


def _within_scale(limits: dict[str, Any], humans: Ratings | ArrayLike) -> dict[str, Any]:
    """End bands at the ends of a known scale; the correction for fitting stretches them beyond."""
    if not isinstance(humans, Ratings):
        return limits
    ends = category_values(humans.scale)
    return {name: np.clip(band, ends.min(), ends.max()) for name, band in limits.items()}


def _notes(data: LevelSums, parts: dict[str, float | None]) -> tuple[str, ...]:
    notes = []
    if data.pooled:
        notes.append(f"more than {MAX_CELLS} distinct scores, pooled into {len(data.x)} cells")
    if len(data.x) == 1:
        notes.append("the referee gave one score to every unit: it cannot discriminate")
    sparse = int((data.weight < FEW_UNITS).sum())
    if sparse and not data.pooled:
        notes.append(f"{sparse} of {len(data.x)} score levels hold fewer than {FEW_UNITS} units: bands there are rough")
    if parts["msc_corrected"] is None:
        notes.append("as many curve pieces as units: noise cannot be told from miscalibration, no correction, no bands")
    if parts["noise_floor"] is None:
        notes.append("no unit has two ratings: the noise of the ratings cannot be estimated")
    elif parts["explained"] is None and parts["msc_corrected"] is not None:
        notes.append("ratings differ no more between units than within one: there is nothing to explain")
    return tuple(notes)


def _no_curve(confidence: float, n_dropped: int) -> CalibrationCurve:
    empty: dict[str, Any] = {field.name: None for field in fields(CalibrationCurve)}
    arrays = ("scores", "fitted", "weight", "confidence_low", "confidence_high", "consistency_low", "consistency_high")
    return CalibrationCurve(
        **empty
        | {name: np.empty(0) for name in arrays}
        | {"n_ratings": np.empty(0, dtype=np.intp), "n_blocks": 0, "confidence": confidence}
        | {"n_units": 0, "n_dropped": n_dropped, "notes": ()}
        | {"reason": NOTHING}
    )
