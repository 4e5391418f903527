"""Fitting the maps of recalibration on pooled tables: weight of the ratings by score level and category."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Bools, Floats, Ints
from agreement.calibration.cumulative_logit import cumulative_logit
from agreement.calibration.isotonic import isotonic_fit
from agreement.calibration.recalibration_maps import (
    MAPS,
    THRESHOLD_KINDS,
    BetaMap,
    IsotonicMap,
    LinearMap,
    Map,
    OrdinalMap,
    PlattMap,
    log_shares,
)
from agreement.calibration.score_level_sums import level_sums
from agreement.errors import AgreementError


@dataclass(frozen=True)
class RecalibrationData:
    """Units with a score (n,) and at least one rating (n, raters), and the categories' values in increasing order (m,).

    ``group`` is what is drawn together: the cluster, or the unit itself.
    """

    score: Floats
    values: Floats
    group: Ints
    scale: Floats

    def take(self, rows: Bools) -> RecalibrationData:
        """Return some of the units."""
        return RecalibrationData(self.score[rows], self.values[rows], self.group[rows], self.scale)


@dataclass(frozen=True)
class Cells:
    """Where every rating falls, and what it weighs."""

    x: Floats  # (k,) score levels
    shape: tuple[int, int]
    cell: Ints  # per rating
    weight: Floats  # per rating, 1/J
    group: Ints  # per rating
    pooled: bool

    def table(self, drawn: Floats | None = None) -> Floats:
        """Weight per level and category, with how often each group was drawn."""
        weight = self.weight if drawn is None else self.weight * drawn[self.group]
        sums = np.bincount(self.cell, weights=weight, minlength=self.shape[0] * self.shape[1])
        return sums.reshape(self.shape).astype(float)


def cells_of(data: RecalibrationData) -> Cells:
    """Pool units by score; more than 256 distinct scores share 256 cells."""
    levels, _ = level_sums(data.score, data.values, None)
    unit, rater = np.nonzero(~np.isnan(data.values))
    category = np.searchsorted(data.scale, data.values[unit, rater])
    n_raters = np.bincount(unit, minlength=levels.n)
    shape = len(levels.x), len(data.scale)
    cell = levels.level[unit] * shape[1] + category
    return Cells(levels.x, shape, cell, 1.0 / n_raters[unit], data.group[unit], levels.pooled)


def fit_map(kind: str, x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    """Fit one kind of map on a table (k, m) of score levels by categories; levels nobody fell on are left out."""
    seen = table.sum(axis=1) > 0
    return _FITS[kind](x[seen], table[seen], scale, threshold)


def check_kind(kind: str, scale: Floats, threshold: float | None) -> None:
    """Refuse an unknown kind, and a threshold that is missing, unasked for, or not within the scale."""
    if kind not in MAPS:
        raise AgreementError(f"kind {kind!r:.40}", f"a recalibrator is one of {', '.join(MAPS)}")
    if kind not in THRESHOLD_KINDS:
        if threshold is not None:
            raise AgreementError(
                f"threshold={threshold}", f"{kind} gives a level, not a probability", "Leave threshold= out."
            )
    elif threshold is None or not scale[0] < threshold <= scale[-1]:
        raise AgreementError(
            f"kind {kind!r} with threshold={threshold}",
            f"it gives the probability that a level reaches the threshold, above {scale[0]:g} and up to {scale[-1]:g}",
            f"Pass threshold={scale[-2]:g}, say.",
        )


def _isotonic(x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    fitted, _ = isotonic_fit(table @ scale, table.sum(axis=1))
    rising = np.maximum.accumulate(fitted)  # neighbouring blocks may differ by less than rounding
    return IsotonicMap(tuple(x.tolist()), tuple(rising.tolist()))


def _linear(x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    weight = table.sum(axis=1)
    mean_x, mean_y = weight @ x / weight.sum(), (table @ scale).sum() / weight.sum()
    square = weight @ (x - mean_x) ** 2
    slope = float((table @ scale - weight * mean_y) @ (x - mean_x) / square) if square > 0 else 0.0
    slope = max(slope, 0.0)
    return LinearMap(float(mean_y - slope * mean_x), slope, float(scale[0]), float(scale[-1]))


def _ordinal(x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    used = table.sum(axis=0) > 0
    levels = tuple(scale[used].tolist())
    if len(levels) == 1:
        return OrdinalMap(levels, (), 0.0)
    thresholds, slopes = cumulative_logit(x[:, None], table[:, used])
    return OrdinalMap(levels, tuple(thresholds.tolist()), float(slopes[0]))


def _platt(x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    thresholds, slopes = cumulative_logit(x[:, None], _smoothed(table, scale, threshold))
    return PlattMap(-float(thresholds[0]), float(slopes[0]))


def _beta(x: Floats, table: Floats, scale: Floats, threshold: float | None) -> Map:
    lowest, highest = float(scale[0]), float(scale[-1])
    half_step = (highest - lowest) / (2 * (len(scale) - 1))
    z = np.stack(log_shares(x, lowest, highest, half_step), axis=1)
    thresholds, (a, b) = cumulative_logit(z, _smoothed(table, scale, threshold))
    return BetaMap(float(a), float(b), -float(thresholds[0]), lowest, highest, half_step)


def _smoothed(table: Floats, scale: Floats, threshold: float | None) -> Floats:
    """Weight below and at or above the threshold, each side lent to the other as Platt (1999) does.

    Targets ``(N1 + 1) / (N1 + 2)`` and ``1 / (N0 + 2)`` instead of 1 and 0 keep the fit finite.
    """
    above = scale >= (scale[-1] if threshold is None else threshold)
    sides = np.stack([table[:, ~above].sum(axis=1), table[:, above].sum(axis=1)], axis=1)
    n0, n1 = sides.sum(axis=0)
    lent = sides @ np.array([[(n0 + 1) / (n0 + 2), 1 / (n0 + 2)], [1 / (n1 + 2), (n1 + 1) / (n1 + 2)]])
    return np.asarray(lent)


_FITS: dict[str, Callable[[Floats, Floats, Floats, float | None], Map]] = {
    "isotonic": _isotonic,
    "ordinal": _ordinal,
    "linear": _linear,
    "platt": _platt,
    "beta": _beta,
}
