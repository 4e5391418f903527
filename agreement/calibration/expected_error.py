"""Expected calibration error: how far, on average, a score lies from what people say where it is given.

Four ways to say "where it is given": bins of equal width, bins of equally many units, the second with the noise of
the bins taken off (Kumar, Liang & Ma 2019, "Verified uncertainty calibration"), and a smooth kernel
(Błasiok & Nakkiran 2023). Bins hide errors that cancel inside them, and see errors in noise: compare all four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats, Ints
from agreement.calibration.rated_units import NOTHING, RatedUnits, rated_units, rating_levels
from agreement.calibration.smooth_error import NARROWEST, smooth_error
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings


@dataclass(frozen=True)
class CalibrationError(JsonFields):
    """Calibration errors between 0 and 1, as shares of the rating scale (or of probability, at a threshold).

    Attributes
    ----------
    binned : Estimate
        Bins of equal width; biased upward, the more so the fewer units a bin holds.
    adaptive : Estimate
        Bins of about equally many units; equal scores are never parted. Biased upward as well.
    debiased_square : Estimate
        Squared error over the same bins without the variance of their means: unbiased, may be below 0.
    debiased : Estimate
        Its root, 0 where it is below 0. A root mean square: not below ``adaptive`` but for the noise taken off.
    smooth : Estimate
        Smooth calibration error.
    bandwidth : float or None
        Of the smooth error.
    n_bins : int
        Bins asked for.
    threshold : float or None
        Rating from which an item counts as acceptable; None where the score is on the rating scale.
    """

    binned: Estimate
    adaptive: Estimate
    debiased_square: Estimate
    debiased: Estimate
    smooth: Estimate
    bandwidth: float | None
    n_bins: int
    threshold: float | None
    reason: str | None
    notes: tuple[str, ...]


def calibration_error(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    threshold: float | None = None,
    n_bins: int = 15,
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CalibrationError:
    r"""Return binned, adaptive, debiased and smooth calibration errors.

    Without a threshold, score x and mean rating m are put on 0 … 1: :math:`p = (x - l_1)/(l_L - l_1)`, :math:`o`
    likewise. With a threshold c the score is the probability p of a rating of c or more, and o the share of raters who
    gave one. Over bins B, :math:`ECE = \sum_B \frac{n_B}{n} |\bar o_B - \bar p_B|`, and debiased
    :math:`\sum_B \frac{n_B}{n} [(\bar o_B - \bar p_B)^2 - \widehat{Var}(\bar o_B - \bar p_B)]`.

    Parameters
    ----------
    score : array (units,)
        On the rating scale, or a probability where a threshold is given; NaN where the referee failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    threshold : float, optional
    n_bins : int, default 15
    scale : sequence of float, optional
        Levels of the rating scale; needed where ratings are an array and there is no threshold.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    confidence : float, default 0.95

    Returns
    -------
    CalibrationError
        Intervals by cluster with Student's t, limited to 0 and 1, bins and the signs of their errors held; those of
        plain errors are centred on a biased value and do not hold 0, so calibration is judged by ``debiased_square``.

    Raises
    ------
    AgreementError
        When a score lies outside the scale, or the scale is not known.

    Notes
    -----
    For one score per bin and 0/1 outcomes the debiased square is Kumar, Liang and Ma's estimator, whose variance
    term is :math:`\bar o (1 - \bar o)/(n_B - 1)`; here the variance is that of the differences o − p, between
    clusters where there are any. Bins of one unit (or cluster) show no variance and are left out; the notes count them.

    Examples
    --------
    >>> found = calibration_error([0, 0, 2, 2], [[0, 0], [0, 1], [2, 2], [1, 2]], scale=(0, 1, 2))
    >>> found.binned.value, found.adaptive.value, round(found.debiased_square.value, 12)
    (0.125, 0.125, 0.0)
    """
    if isinstance(n_bins, bool) or not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise AgreementError(f"n_bins={n_bins!r}", "a whole number of at least 1 is expected")
    units = rated_units(score, humans, cluster, confidence)
    p, outcome = _shares(units, humans, threshold, scale)
    if not units.n:
        none = units.blank(NOTHING)
        return CalibrationError(none, none, none, none, none, None, int(n_bins), threshold, NOTHING, units.notes)
    away = outcome - p
    equal_mass = _equal_mass(p, n_bins)
    square, left_out = _debiased(units, away, equal_mass)
    smooth, bandwidth, influence = smooth_error(p, away)
    notes = units.notes
    if left_out:
        notes += (f"{left_out} unit(s) alone in their bin did not enter the debiased errors",)
    if bandwidth <= NARROWEST:
        notes += (f"the smooth error is below its narrowest bandwidth, {NARROWEST}: taken at that bandwidth",)
    return CalibrationError(
        binned=_plug_in(units, away, np.minimum((p * n_bins).astype(np.intp), n_bins - 1)),
        adaptive=_plug_in(units, away, equal_mass),
        debiased_square=square,
        debiased=_root(square),
        smooth=_within(units.estimate(smooth, influence)),
        bandwidth=bandwidth,
        n_bins=int(n_bins),
        threshold=threshold,
        reason=None,
        notes=notes,
    )


def _shares(
    units: RatedUnits, humans: Ratings | ArrayLike, threshold: float | None, scale: Sequence[float] | None
) -> tuple[Floats, Floats]:
    """Score and outcome of each unit between 0 and 1."""
    if threshold is not None:
        low, high, outcome = 0.0, 1.0, units.mean_of(units.values >= threshold)
    else:
        low, high = _ends(units, humans, scale)
        outcome = (units.mean_of(units.values) - low) / (high - low)
    beyond = units.score[(units.score < low - 1e-9) | (units.score > high + 1e-9)]
    if len(beyond):
        what = (
            "a probability, from 0 to 1" if threshold is not None else f"on the rating scale, from {low:g} to {high:g}"
        )
        raise AgreementError(f"score {beyond[0]:g}", f"it has to be {what}", "Recalibrate or clip the scores first.")
    return np.clip((units.score - low) / (high - low), 0.0, 1.0), outcome


def _ends(units: RatedUnits, humans: Ratings | ArrayLike, scale: Sequence[float] | None) -> tuple[float, float]:
    """Lowest and highest level of the scale; ratings that are measurements may lie between levels."""
    if scale is not None:
        levels = np.asarray(scale, dtype=float)
    elif isinstance(humans, Ratings):
        levels = rating_levels(humans, units, None)
    else:
        raise AgreementError(
            "ratings without a scale", "errors are shares of the scale's length", "Give scale=(0, 1, 2, 3, 4)."
        )
    if not len(levels) or levels.min() == levels.max():
        raise AgreementError(f"a scale of {len(levels)} level(s)", "it has no length", "Give all levels in scale=.")
    low, high = float(levels.min()), float(levels.max())
    beyond = units.values[units.rated & ((units.values < low) | (units.values > high))]
    if len(beyond):
        raise AgreementError(f"rating {beyond[0]:g}", f"it is outside the scale, {low:g} to {high:g}")
    return low, high


def _equal_mass(p: Floats, n_bins: int) -> Ints:
    """Bins of about equally many units; equal scores share a bin, by the middle of their ranks."""
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    if len(count) <= n_bins:
        return place
    middle = np.cumsum(count) - count / 2
    return np.asarray(np.unique((middle * n_bins / len(p)).astype(np.intp), return_inverse=True)[1].reshape(-1)[place])


def _plug_in(units: RatedUnits, away: Floats, bins: Ints) -> Estimate:
    totals = np.bincount(bins, weights=away)
    value = float(np.abs(totals).sum() / units.n)
    return _within(units.estimate(value, (np.sign(totals)[bins] * away - value) / units.n))


def _debiased(units: RatedUnits, away: Floats, bins: Ints) -> tuple[Estimate, int]:
    """Squared error over bins less the variance of their means, as a function of totals over clusters."""
    group = np.arange(units.n) if units.member is None else units.member
    n_bins, n_groups = int(bins.max()) + 1, int(group.max()) + 1
    cell = group * n_bins + bins
    size = np.bincount(cell, minlength=n_groups * n_bins).reshape(n_groups, n_bins).astype(float)
    total = np.bincount(cell, weights=away, minlength=n_groups * n_bins).reshape(n_groups, n_bins)
    usable = (size > 0).sum(axis=0) >= 2
    left_out = int(size[:, ~usable].sum())
    if not usable.any():
        return units.blank("no bin holds two independent units, so the noise of bins is unknown"), left_out
    size, total = size[:, usable], total[:, usable]
    rows = np.concatenate([size, total, total**2, total * size, size**2, size > 0], axis=1)
    used = size.any(axis=1)
    square = StatisticOfSums(rows[used], np.ones(used.sum()), _square)
    interval = plain_jackknife_t(square.jackknife(), confidence=units.confidence)
    return units.blank("not yet computed").with_interval(square.point, interval), left_out


def _square(t: Floats) -> Floats:
    n, d, dd, dn, nn, c = np.moveaxis(t.reshape(*t.shape[:-1], 6, -1), -2, 0)
    mean = np.divide(d, n, out=np.zeros_like(d), where=n > 0)
    scatter = np.maximum(dd - 2 * mean * dn + mean**2 * nn, 0.0)
    # A bin left with one group shows no variance: without that group it does not enter.
    many = c > 1.5
    weight = np.where(many, n, 0.0)
    variance = scatter / np.where(many, n**2, 1.0) * np.where(many, c / np.where(many, c - 1, 1.0), 0.0)
    with np.errstate(invalid="ignore"):
        return np.asarray((weight * (mean**2 - variance)).sum(axis=-1) / weight.sum(axis=-1))


def _root(square: Estimate) -> Estimate:
    """Root of a squared error and of its limits, 0 where those are below 0."""
    if square.value is None:
        return square
    root = [None if v is None else float(np.sqrt(max(v, 0.0))) for v in (square.value, square.low, square.high)]
    notes = ("the squared error came out below 0, as it does for a calibrated referee",) if square.value < 0 else ()
    return replace(square, value=root[0], low=root[1], high=root[2], standard_error=None, notes=square.notes + notes)


def _within(estimate: Estimate) -> Estimate:
    if estimate.low is None or estimate.high is None:
        return estimate
    return replace(estimate, low=max(estimate.low, 0.0), high=min(estimate.high, 1.0))
