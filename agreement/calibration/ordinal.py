"""Calibration of a referee on an ordinal scale: what people's whole distribution of levels is at each score.

Isotonic distributional regression (IDR; Henzi, Ziegel & Gneiting 2021, Journal of the Royal Statistical Society B
83(5), 963-993): for every level but the last, the isotonic regression of "the rating is above it" on the score.
Forecasts are judged by the ranked probability score (RPS; Epstein 1969; Gneiting & Raftery 2007) in levels: the
absolute difference of score and rating where the forecast is one point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.calibration.corp import fit_curve, noise_fitted
from agreement.calibration.rated_units import NOTHING, RatedUnits, level_distribution, rated_units, rating_levels
from agreement.calibration.score_level_sums import MAX_CELLS, level_sums
from agreement.estimate import Estimate
from agreement.intervals.statistic_of_sums import sum_by_group
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings


@dataclass(frozen=True, eq=False)
class OrdinalCalibration(JsonFields):
    """What people's ratings are, level by level, at each score of the referee, and what that is worth in RPS.

    Attributes
    ----------
    scores : array (k,)
        The referee's score levels; means of cells where more than 256 distinct scores were pooled.
    levels : array (L,)
        Levels of the rating scale.
    probability : array (k, L)
        P(rating = level | score), stochastically increasing with the score.
    weight : array (k,)
        Units at each score.
    rps : Estimate
        Of the referee as it is: mean ``|score - rating|``, or the RPS of its distribution where one was given.
    recalibrated : Estimate
        Of IDR, with what fitting to noise hides added back.
    climatology : Estimate
        Of always forecasting how often people give each level, likewise.
    msc, dsc, unc : float or None
        As they stand in the sample: ``rps = msc - dsc + unc``.
    msc_corrected, dsc_corrected : Estimate
        Without what fitting to noise adds.
    noise_floor : Estimate
        Half the mean absolute difference of two raters of one unit: for raters drawn at random no forecast has a lower
        RPS in expectation. Where the same few people rate everything, what always sets them apart counts as noise
        here, though a forecast of exactly these people could know it.
    explained, explained_as_is : Estimate
        ``dsc_corrected`` and ``dsc_corrected - msc_corrected``, over ``climatology - noise_floor``: the share of what
        is there to explain, after recalibration and as it is (below 0 where always forecasting climatology is better).
    reason : str or None
        Why there is nothing.
    """

    scores: Floats
    levels: Floats
    probability: Floats
    weight: Floats
    rps: Estimate
    recalibrated: Estimate
    climatology: Estimate
    msc: float | None
    dsc: float | None
    unc: float | None
    msc_corrected: Estimate
    dsc_corrected: Estimate
    noise_floor: Estimate
    explained: Estimate
    explained_as_is: Estimate
    n_units: int
    n_clusters: int | None
    n_dropped: int
    reason: str | None
    notes: tuple[str, ...]


ESTIMATES = (
    "rps",
    "recalibrated",
    "climatology",
    "msc_corrected",
    "dsc_corrected",
    "noise_floor",
    "explained",
    "explained_as_is",
)


def ordinal_calibration(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    distribution: ArrayLike | None = None,
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> OrdinalCalibration:
    r"""Estimate the distribution of human ratings at each score, and decompose the referee's RPS.

    With levels :math:`l_1 < \dots < l_L`, the chance :math:`e_m` that a forecast gives to ratings above :math:`l_m`,
    and the gaps between levels,

    .. math:: RPS = \sum_{m < L} (l_{m+1} - l_m) \, (e_m - 1\{y > l_m\})^2 .

    Each rating weighs 1/J of its unit's J raters. :math:`MSC = RPS - RPS_{IDR}`, :math:`DSC = RPS_{clim} - RPS_{IDR}`,
    :math:`UNC = RPS_{clim}`. In the sample :math:`RPS_{IDR}` is too low by about :math:`D s^2 / n` per threshold, for a
    fit of D pieces and n units; that is put back in ``recalibrated`` and the corrected values, times the design effect
    of clusters, as in :func:`agreement.calibration_curve`. :math:`RPS_{clim}` is too low by the variance of the shares
    of levels between clusters, which is put back in ``climatology``.

    Parameters
    ----------
    score : array (units,)
        The referee's level or expected level on the scale of the ratings; NaN where it failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    distribution : array (units, L), optional
        The referee's probabilities of the levels: ``rps`` is then theirs. The score still orders the units.
    scale : sequence of float, optional
        Levels of the scale, where ratings are an array; by default those that occur.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    confidence : float, default 0.95

    Returns
    -------
    OrdinalCalibration
        Intervals by cluster, with Student's t, from the influence of each unit on the losses (fits need not be made
        again: the derivative of a least loss is the loss at the fit).

    Raises
    ------
    AgreementError
        When lengths differ, a rating is off the scale, or a distribution does not sum to 1.

    Examples
    --------
    >>> found = ordinal_calibration([0, 0, 2, 2], [[0, 0], [0, 1], [2, 2], [1, 2]], scale=(0, 1, 2))
    >>> found.probability.tolist()
    [[0.75, 0.25, 0.0], [0.0, 0.25, 0.75]]
    >>> found.rps.value, round(found.msc - found.dsc + found.unc, 9), found.noise_floor.value
    (0.25, 0.25, 0.25)
    """
    units = rated_units(score, humans, cluster, confidence)
    levels = rating_levels(humans, units, scale)
    if not units.n:
        return _nothing(units, levels)
    above = np.stack([units.share_above(level) for level in levels[:-1]], axis=1) if len(levels) > 1 else None
    if above is None:
        return _nothing(units, levels, "every rating is at one level: there is no scale to order")
    gaps = np.diff(levels)
    data, _ = level_sums(units.score, units.values, units.member)
    fits = [replace(data, mean=share) for share in above.T]
    curves = [fit_curve(each) for each in fits]
    exceed = np.stack([curve.fitted for curve in curves], axis=1)
    excess = [noise_fitted(each, curve) for each, curve in zip(fits, curves, strict=True)]
    hidden = float(_share_variance(units, above) @ gaps)
    lost = None if None in excess else (float(gaps @ np.array(excess)[:, 0]), hidden)
    if distribution is None:
        own = units.mean_of(np.abs(units.values - units.score[:, None]))
    else:
        chance = level_distribution(distribution, units, levels)
        own = _rps(1 - np.cumsum(chance, axis=1)[:, :-1], above, gaps)
    losses = own, _rps(exceed[data.level], above, gaps), _rps(above.mean(axis=0), above, gaps)
    msc, dsc, unc = (float(each.mean()) for each in (losses[0] - losses[1], losses[2] - losses[1], losses[2]))
    return OrdinalCalibration(
        scores=data.x,
        levels=levels,
        probability=-np.diff(exceed, axis=1, prepend=1.0, append=0.0) + 0.0,
        weight=data.weight,
        **_estimates(units, losses, lost),
        msc=msc,
        dsc=dsc,
        unc=unc,
        n_units=units.n,
        n_clusters=units.n_clusters,
        n_dropped=units.n_dropped,
        reason=None,
        notes=units.notes
        + ((f"more than {MAX_CELLS} distinct scores, pooled into {len(data.x)} cells",) if data.pooled else ()),
    )


def rater_difference(units: RatedUnits) -> Floats:
    """Half the mean absolute difference of two raters of each unit, 0 where there is one."""
    several = units.n_raters >= 2
    ordered = np.sort(units.values[several], axis=1)  # NaN last
    n = units.n_raters[several][:, None]
    rank = np.arange(1, ordered.shape[1] + 1)
    # Σ_{a<b} |y_a − y_b| = Σ (2 rank − J − 1) y_(rank); the mean over J (J − 1) / 2 pairs is halved
    pairs = np.where(rank <= n, (2 * rank - n - 1) * np.nan_to_num(ordered), 0.0).sum(axis=1)
    half = np.zeros(units.n)
    half[several] = pairs / (n * (n - 1))[:, 0]
    return half


def _rps(exceed: Floats, above: Floats, gaps: Floats) -> Floats:
    """RPS of a forecast against every rating of a unit, averaged: ``e² − 2 e s + s`` for the share s above."""
    return np.asarray((exceed**2 - 2 * exceed * above + above) @ gaps)


def _share_variance(units: RatedUnits, above: Floats) -> Floats:
    """Variance of the mean share above each level, between clusters; 0 for a single one, which shows none."""
    away = above - above.mean(axis=0)
    sums = away if units.member is None else sum_by_group(away, units.member, units.n_clusters or 1)
    n = len(sums)
    return np.asarray(np.square(sums).sum(axis=0) / units.n**2 * n / max(n - 1, 1))


def _estimates(
    units: RatedUnits, losses: tuple[Floats, Floats, Floats], lost: tuple[float, float] | None
) -> dict[str, Estimate]:
    own, fitted, climate = losses
    floor, floor_influence = units.noise_floor(rater_difference(units))
    found = {"rps": units.mean_estimate(own), "noise_floor": floor}
    if lost is None:
        none = units.blank("as many pieces of the fit as units: noise cannot be told from miscalibration")
        return {name: found.get(name, none) for name in ESTIMATES}
    for name, per_unit, shift in (
        ("recalibrated", fitted, lost[0]),
        ("climatology", climate, lost[1]),
        ("msc_corrected", own - fitted, -lost[0]),
        ("dsc_corrected", climate - fitted, lost[1] - lost[0]),
    ):
        influence = (per_unit - per_unit.mean()) / units.n
        found[name] = units.estimate(float(per_unit.mean() + shift), influence)
    to_explain = None if floor.value is None else float(climate.mean()) + lost[1] - floor.value
    if floor_influence is None or to_explain is None or to_explain <= 0:
        why = floor.reason or "ratings differ no more between units than within one: there is nothing to explain"
        return found | dict.fromkeys(("explained", "explained_as_is"), units.blank(why))
    below = (climate - climate.mean()) / units.n - floor_influence
    dsc, msc = found["dsc_corrected"].value, found["msc_corrected"].value
    gained = {"explained": (dsc, climate - fitted), "explained_as_is": ((dsc or 0) - (msc or 0), climate - own)}
    for name, (top, per_unit) in gained.items():
        ratio = float(top or 0) / to_explain
        influence = ((per_unit - per_unit.mean()) / units.n - ratio * below) / to_explain
        found[name] = units.estimate(ratio, influence)
    return found


def _nothing(units: RatedUnits, levels: Floats, reason: str = NOTHING) -> OrdinalCalibration:
    empty: dict[str, Any] = dict.fromkeys(ESTIMATES, units.blank(reason)) | dict.fromkeys(("msc", "dsc", "unc"))
    return OrdinalCalibration(
        **empty,
        scores=np.empty(0),
        levels=levels,
        probability=np.empty((0, len(levels))),
        weight=np.empty(0),
        n_units=units.n,
        n_clusters=units.n_clusters,
        n_dropped=units.n_dropped,
        reason=reason,
        notes=units.notes,
    )
