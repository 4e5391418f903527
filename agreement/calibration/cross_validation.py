"""What recalibration does to ratings it was not fitted on: predictions out of fold, whole clusters left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import counts_of
from agreement.arrays import Bools, Floats, Ints
from agreement.calibration.curve import calibration_curve
from agreement.calibration.recalibration import rated
from agreement.calibration.recalibration_fits import RecalibrationData, cells_of, check_kind, fit_map
from agreement.calibration.recalibration_maps import THRESHOLD_KINDS
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.tables.result_frames import Tabular

FEWEST = 2


@dataclass(frozen=True)
class CrossValidation(Tabular):
    """A referee's error before and after recalibration, on ratings that no fit has seen.

    Attributes
    ----------
    predictions : array (units,)
        What a fit without the unit's fold makes of its score; NaN for units without score or rating.
    fold : array (units,) of int
        −1 for units without score or rating.
    mse_raw, mse_recalibrated, mse_constant : float
        Mean squared difference from the ratings, every unit once: of the score as it is, recalibrated, and of one
        number for every unit (the mean rating of the other folds), which knows nothing of the score.
    gain : Estimate
        ``mse_raw - mse_recalibrated`` with a jackknife interval over clusters; above 0 when recalibration helps.
    gain_over_constant : Estimate
        ``mse_constant - mse_recalibrated`` likewise; not above 0 where the score tells nothing about the ratings, so
        that all a recalibrator learns is their mean.
    msc_raw, msc_recalibrated : float or None
        Corrected miscalibration (see :class:`agreement.CalibrationCurve`).
    """

    kind: str
    predictions: Floats
    fold: Ints
    mse_raw: float
    mse_recalibrated: float
    gain: Estimate
    mse_constant: float
    gain_over_constant: Estimate
    msc_raw: float | None
    msc_recalibrated: float | None
    n_folds: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON types, without the predictions."""
        row = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("predictions", "fold")}
        return {**row, "gain": self.gain.to_json(), "gain_over_constant": self.gain_over_constant.to_json()}


def cross_validate_recalibrator(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    kind: str = "isotonic",
    scale: Sequence[float] | None = None,
    threshold: float | None = None,
    n_folds: int = 5,
    confidence: float = 0.95,
    seed: int = 0,
) -> CrossValidation:
    """Recalibrate every unit by a fit that has seen none of its cluster.

    Parameters
    ----------
    score, humans, cluster, kind, scale, threshold
        As of :func:`agreement.fit_recalibrator`. With a threshold the error is the Brier score of
        1{level >= threshold}, and the raw prediction the score's share of the scale.
    n_folds : int, default 5
        At most the number of clusters.
    confidence : float, default 0.95
    seed : int, default 0
        Of the folds.

    Returns
    -------
    CrossValidation

    Raises
    ------
    AgreementError
        When fewer than two clusters have a score and a rating.

    Notes
    -----
    The interval takes the fits as given: it says how the gain varies over clusters, not over fits.

    Examples
    --------
    A referee that is one level too generous, in six videos: its error is 1, and 0 once recalibrated.

    >>> video = [v for v in range(6) for _ in range(3)]
    >>> found = cross_validate_recalibrator([1, 2, 3] * 6, [0, 1, 2] * 6, cluster=video)
    >>> found.mse_raw, found.mse_recalibrated
    (1.0, 0.0)
    """
    data, kept, n_clusters = rated(score, humans, cluster, scale)
    check_kind(kind, data.scale, threshold)
    n_groups = int(data.group.max()) + 1
    if n_groups < FEWEST or n_folds < FEWEST:
        raise AgreementError(
            f"{n_groups} independent groups in {n_folds} folds", "predictions out of fold need at least two of each"
        )
    fold = folds(n_groups, n_folds, seed)[data.group]
    predictions = _predict(kind, data, fold, threshold)
    raw, target = _raw(kind, data), data.values
    if threshold is not None:
        target = np.where(np.isnan(target), np.nan, target >= threshold)
    constant = _constant(target, fold)
    before, after, without = (np.nanmean((target - one[:, None]) ** 2, axis=1) for one in (raw, predictions, constant))
    group = None if n_clusters is None else data.group
    return CrossValidation(
        kind=kind,
        predictions=_spread(predictions, kept, np.nan),
        fold=_spread(fold, kept, -1),
        mse_raw=float(before.mean()),
        mse_recalibrated=float(after.mean()),
        gain=_gain(before - after, data, n_clusters, confidence),
        mse_constant=float(without.mean()),
        gain_over_constant=_gain(without - after, data, n_clusters, confidence),
        msc_raw=calibration_curve(raw, target, cluster=group, n_resamples=0).msc_corrected,
        msc_recalibrated=calibration_curve(predictions, target, cluster=group, n_resamples=0).msc_corrected,
        n_folds=int(fold.max()) + 1,
        seed=seed,
    )


def folds(n_groups: int, n_folds: int, seed: int) -> Ints:
    """Deal groups to folds at random, as evenly as they go; array (n_groups,)."""
    dealt = np.arange(n_groups) % min(n_folds, n_groups)
    return np.asarray(np.random.default_rng(seed).permutation(dealt))


def _predict(kind: str, data: RecalibrationData, fold: Ints, threshold: float | None) -> Floats:
    predictions = np.empty(len(data.score))
    for one in np.unique(fold):
        cells = cells_of(data.take(fold != one))
        predictions[fold == one] = fit_map(kind, cells.x, cells.table(), data.scale, threshold)(data.score[fold == one])
    return predictions


def _constant(target: Floats, fold: Ints) -> Floats:
    """Return the mean of the units of the other folds, every unit once."""
    mean = np.nanmean(target, axis=1)
    return np.array([mean[fold != one].mean() for one in range(int(fold.max()) + 1)])[fold]


def _raw(kind: str, data: RecalibrationData) -> Floats:
    if kind not in THRESHOLD_KINDS:
        return data.score
    lowest, highest = data.scale[0], data.scale[-1]
    return np.asarray(np.clip((data.score - lowest) / (highest - lowest), 0.0, 1.0))


def _gain(difference: Floats, data: RecalibrationData, n_clusters: int | None, confidence: float) -> Estimate:
    sums = np.stack([np.bincount(data.group, weights=difference), np.bincount(data.group)], axis=1)
    mean = StatisticOfSums(sums, np.ones(len(sums)), lambda t: t[..., 0] / t[..., 1])
    blank = Estimate.undefined(
        "not yet computed", confidence=confidence, n_clusters=n_clusters, **counts_of(data.values)
    )
    interval = plain_jackknife_t(mean.jackknife(), confidence=confidence)
    return blank.with_interval(mean.point, interval, notes=few_clusters_note(n_clusters))


def _spread(values: Floats | Ints, kept: Bools, missing: float) -> Any:
    every = np.full(len(kept), missing, dtype=values.dtype)
    every[kept] = values
    return every
