"""Moving until the overlap is a given one, in closed form.

The magnitude is the overlap to be lost, 1 - IoU, so that 0 is the identity here too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from referee_calib.perturbation.families.boxes import BoxMove, angles
from referee_calib.perturbation.families.edge_moves import Floats, Way
from referee_calib.perturbation.families.perturbation import AGREEMENT, Dice, Unit
from referee_calib.perturbation.families.spans import SpanMove

How = Literal["shift", "grow", "shrink"]
SMALLEST = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class ToIoU(BoxMove):
    """Change the boxes until their IoU with themselves is 1 - delta, exactly.

    It does not apply where no such box lies in the frame, or where there is none: growing and shrinking never
    lose all overlap.

    Attributes
    ----------
    how : {"shift", "grow", "shrink"}
        ``shift``: the way of :class:`Shift` along a random angle, as far as it takes; the others about the centre.
    """

    how: How = "shift"
    unit: ClassVar[Unit] = "1 - IoU"

    @property
    def key(self) -> str:
        return f"iou_{self.how}"

    def ways(self, rng: Dice) -> Sequence[Way]:
        if self.how == "shift":
            return angles(rng)
        return [(-0.5, -0.5, 0.5, 0.5)] if self.how == "grow" else [(0.5, 0.5, -0.5, -0.5)]

    def edges(self, ways: Floats) -> Floats:
        target = 1 - self.delta
        if target < 0 or (target == 0 and self.how != "shift"):
            return np.full_like(ways, math.nan)
        if self.how == "shift":
            return ways * _reach(np.abs(ways[..., :1]), np.abs(ways[..., 1:2]), target)
        root = math.sqrt(target)
        return ways * (1 / root - 1 if self.how == "grow" else 1 - root)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTIoU(SpanMove):
    """Shift the span, to a random side, until its temporal IoU with itself is 1 - delta, exactly."""

    unit: ClassVar[Unit] = "1 - IoU"
    key: ClassVar[str] = "tiou_shift"
    fixed: ClassVar[tuple[Way, ...]] = ((1.0, 1.0), (-1.0, -1.0))

    def edges(self, ways: Floats) -> Floats:
        return ways * (self.delta / (2 - self.delta) if self.delta <= 1 else math.nan)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - agreement


def _reach(across: Floats, down: Floats, target: float) -> Floats:
    """Return how far to go along (across, down), in sizes, for an IoU of `target`.

    What is shared of two boxes of one size is (1 - s a)(1 - s b), which must be 2 I / (1 + I): the smaller root of
    a b s² - (a + b) s + (1 - I) / (1 + I) = 0, in the form that keeps its digits where a or b is 0.
    """
    lost = (1 - target) / (1 + target)
    both = across + down
    divisor = both + np.sqrt(np.maximum(both**2 - 4 * across * down * lost, 0.0))
    root: Floats = 2 * lost / np.maximum(divisor, SMALLEST)  # claims without boxes have no way: 0 stays 0
    return root
