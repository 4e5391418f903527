"""Wrong evidence by place and time: what a reward must pay less for, whatever it forgives."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from referee_calib.perturb.base import Dice, Perturbation, Unit
from referee_calib.perturb.boxes import with_boxes
from referee_calib.records import Claim, TimedBox

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background(Perturbation):
    """Wrong evidence: a box of the same size elsewhere in the frame, off everything that is known to be there.

    Attributes
    ----------
    most : float
        IoU with every known box must stay below it.
    tries : int
        Places tried before it does not apply.
    """

    most: float = 0.1
    tries: int = 200
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = ""

    @property
    def key(self) -> str:
        """Name of the family."""
        return "background"

    def __call__(
        self, claim: Claim, rng: Dice, *, duration: float | None = None, fps: float | None = None
    ) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        boxes = [self._elsewhere(box, claim, rng) for box in claim.boxes]
        found = [box for box in boxes if box is not None]
        return with_boxes(claim, found) if found and len(found) == len(boxes) else None

    def _elsewhere(self, box: TimedBox, claim: Claim, rng: Dice) -> TimedBox | None:
        t, x1, y1, x2, y2 = box
        width, height = x2 - x1, y2 - y1
        true = [box, *(other for other in claim.reference_boxes or () if abs(other[0] - t) < 1e-9)]
        for _ in range(self.tries):
            x, y = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
            placed = (t, x, y, min(x + width, 1.0), min(y + height, 1.0))
            if all(overlap(placed[1:], other[1:]) < self.most for other in true):
                return placed
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherObject(Perturbation):
    """Wrong evidence: the true box of another thing in the same video.

    Attributes
    ----------
    known : tuple of Claim
        Claims whose boxes are true. One of another object that is boxed at a time nearest to the claim's is
        taken, at its own time; its box must hardly meet the claim's own.
    most : float
        IoU with the claim's own box must stay below it.
    """

    known: tuple[Claim, ...] = field(default=(), repr=False)
    most: float = 0.1
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = ""

    @property
    def key(self) -> str:
        """Name of the family."""
        return "other_object"

    def __call__(
        self, claim: Claim, rng: Dice, *, duration: float | None = None, fps: float | None = None
    ) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        if not claim.boxes:
            return None
        t, own = claim.boxes[0][0], claim.boxes[0][1:]
        others = [
            box
            for other in self.known
            if other.video == claim.video and other.object != claim.object
            for box in other.boxes
            if overlap(box[1:], own) < self.most
        ]
        return with_boxes(claim, [min(others, key=lambda box: (abs(box[0] - t), box))]) if others else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTime(Perturbation):
    """Wrong evidence: the same boxes `delta` seconds earlier or later.

    At random, the other way where that leaves the video. A thing that stands still is still there: this is
    wrong only where things move or leave.
    """

    delta: float = 2.0
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = "seconds"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "wrong_time"

    def __call__(
        self, claim: Claim, rng: Dice, *, duration: float | None = None, fps: float | None = None
    ) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        end = math.inf if duration is None else duration
        for sign in rng.sample((1, -1), 2):
            times = [box[0] + sign * self.delta for box in claim.boxes]
            if times and min(times) >= 0 and max(times) < end:
                return with_boxes(claim, [(t, *box[1:]) for t, box in zip(times, claim.boxes, strict=True)])
        return None


def overlap(a: Rect, b: Rect) -> float:
    """IoU of two boxes as plain numbers."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (_area(a) + _area(b) - across * down)


def _area(box: Rect) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
