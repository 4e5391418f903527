"""Maps from a referee's score to what people mean by it: isotonic, linear, cumulative logit, Platt, beta.

Each is a small frozen record of numbers, callable on an array of scores; none ever falls as the score rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.calibration.cumulative_logit import sigmoid


@dataclass(frozen=True)
class IsotonicMap:
    """The CORP curve: the fitted value at each level, straight lines between, constant beyond the ends."""

    levels: tuple[float, ...]
    values: tuple[float, ...]
    kind: ClassVar[str] = "isotonic"

    def __call__(self, score: ArrayLike) -> Floats:
        """Map scores; NaN stays NaN."""
        return np.asarray(np.interp(np.asarray(score, dtype=float), self.levels, self.values))


@dataclass(frozen=True)
class LinearMap:
    """``intercept + slope * score``, kept between the ends of the scale."""

    intercept: float
    slope: float
    lowest: float
    highest: float
    kind: ClassVar[str] = "linear"

    def __call__(self, score: ArrayLike) -> Floats:
        """Map scores; NaN stays NaN."""
        return np.clip(self.intercept + self.slope * np.asarray(score, dtype=float), self.lowest, self.highest)


@dataclass(frozen=True)
class OrdinalMap:
    """Expected level under ``P(y > level_j) = sigma(slope * score - threshold_j)``.

    At score 1 both logits are 1 - 1 = 0 and 1 - 1 = 0: half of the way from 0 to 4, 0 + 1 * 0.5 + 3 * 0.5.

    >>> OrdinalMap((0.0, 1.0, 4.0), (1.0, 1.0), 1.0)(1.0).tolist()
    2.0
    """

    levels: tuple[float, ...]
    thresholds: tuple[float, ...]
    slope: float
    kind: ClassVar[str] = "ordinal"

    def __call__(self, score: ArrayLike) -> Floats:
        """Map scores; NaN stays NaN."""
        x = np.asarray(score, dtype=float)
        above = sigmoid(self.slope * x[..., None] - np.array(self.thresholds))
        expected = self.levels[0] + above @ np.diff(np.array(self.levels))
        return np.asarray(np.where(np.isnan(x), np.nan, expected))


@dataclass(frozen=True)
class PlattMap:
    """``sigma(intercept + slope * score)``: the probability that a person's level reaches the threshold."""

    intercept: float
    slope: float
    kind: ClassVar[str] = "platt"

    def __call__(self, score: ArrayLike) -> Floats:
        """Map scores; NaN stays NaN."""
        return sigmoid(self.intercept + self.slope * np.asarray(score, dtype=float))


@dataclass(frozen=True)
class BetaMap:
    """``sigma(c + a ln s - b ln(1 - s))``: the probability that a person's level reaches the threshold.

    ``s`` puts the scale inside (0, 1) with half a step to spare at both ends, so that 0 … 4 are .1, .3, .5, .7, .9.
    """

    a: float
    b: float
    c: float
    lowest: float
    highest: float
    half_step: float
    kind: ClassVar[str] = "beta"

    def __call__(self, score: ArrayLike) -> Floats:
        """Map scores; NaN stays NaN."""
        up, down = log_shares(np.asarray(score, dtype=float), self.lowest, self.highest, self.half_step)
        return sigmoid(self.c + self.a * up + self.b * down)


Map = IsotonicMap | LinearMap | OrdinalMap | PlattMap | BetaMap
MAPS: dict[str, type[Map]] = {one.kind: one for one in (IsotonicMap, OrdinalMap, LinearMap, PlattMap, BetaMap)}
THRESHOLD_KINDS = ("platt", "beta")


def log_shares(x: Floats, lowest: float, highest: float, half_step: float) -> tuple[Floats, Floats]:
    """Return ``ln s`` and ``-ln(1 - s)`` of the share s at which a score lies on the widened scale."""
    share = (np.clip(x, lowest, highest) - lowest + half_step) / (highest - lowest + 2 * half_step)
    return np.log(share), -np.log1p(-share)
