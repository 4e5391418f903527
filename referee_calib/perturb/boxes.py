"""Perturbations of a claim's boxes: dataclasses that are called on a claim.

Magnitudes are shares of the box's own width and height. What is random, such as the direction of a
shift, follows from the seed and the claim's id alone and is the same at every magnitude. None means
that the perturbation does not apply to this claim, which is counted and is not a result.
"""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from referee_calib.errors import InputError
from referee_calib.records import Claim, TimedBox

Direction = Literal["x", "y", "diagonal", "any"]
Rect = tuple[float, float, float, float]
KEEP = 0.5  # least share of a moved box that must stay in the frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation(ABC):
    """What all have in common.

    Attributes
    ----------
    delta : float
        Magnitude, 0 for none.
    seed : int
    on : {"boxes", "span"}
        Which part of a claim it changes.
    """

    delta: float = 0.0
    seed: int = 0
    on: ClassVar[Literal["boxes", "span"]] = "boxes"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.delta) and self.delta >= 0):
            raise InputError(f"delta={self.delta!r:.40}", "a magnitude is a finite number from 0")

    @property
    @abstractmethod
    def key(self) -> str:
        """Name of the family, without magnitude and seed: "shift_x"."""

    @abstractmethod
    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim.

        Parameters
        ----------
        claim : Claim
        duration : float, optional
            Of its video in seconds, where known: times beyond it do not apply.

        Returns
        -------
        Claim or None
            With its own id; None when the perturbation does not apply.
        """

    def dice(self, claim: Claim) -> random.Random:
        """Return the random numbers of this claim: from seed, family and claim id only."""
        return random.Random(f"{self.seed}:{self.key}:{claim.id}")  # noqa: S311 - reproducible, not secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Perturbation):
    """Move the boxes, keeping their size.

    Attributes
    ----------
    direction : {"x", "y", "diagonal", "any"}
        ``x`` by delta widths, ``y`` by delta heights, ``diagonal`` by both, ``any`` by delta along a random
        angle measured in widths and heights. The side is random among those that stay in the frame; where
        none does, a box is cut at the frame as long as half of it remains.
    """

    direction: Direction = "any"

    @property
    def key(self) -> str:
        """Name of the family."""
        return f"shift_{self.direction}"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
        if not claim.boxes:
            return None
        moves = self._moves(self.dice(claim))
        moved = ([_moved(box, self.delta * dx, self.delta * dy) for box in claim.boxes] for dx, dy in moves)
        return _with_boxes(claim, _inside(moved))

    def _moves(self, dice: random.Random) -> Sequence[tuple[float, float]]:
        if self.direction == "any":
            turn = dice.random()
            angles = [2 * math.pi * (turn + i / 8) for i in dice.sample(range(8), 8)]
            return [(math.cos(a), math.sin(a)) for a in angles]
        x, y = self.direction != "y", self.direction != "x"
        sides = [(a * x, b * y) for a in (1, -1) for b in (1, -1)]
        return dice.sample(sides, len(sides))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grow(Perturbation):
    """Make every box larger about its centre: sides times 1 + delta; cut at the frame."""

    @property
    def key(self) -> str:
        """Name of the family."""
        return "grow"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
        return _with_boxes(claim, _inside([[_scaled(box, 1 + self.delta) for box in claim.boxes]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrink(Perturbation):
    """Make every box smaller about its centre: sides times 1 - delta; applies below delta = 1."""

    @property
    def key(self) -> str:
        """Name of the family."""
        return "shrink"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
        if self.delta >= 1:
            return None
        return _with_boxes(claim, _inside([[_scaled(box, 1 - self.delta) for box in claim.boxes]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Background(Perturbation):
    """Wrong evidence: a box of the same size elsewhere in the frame; `delta` plays no part.

    Attributes
    ----------
    most : float
        IoU with every true box must stay below it.
    tries : int
        Places tried before it does not apply.
    """

    most: float = 0.1
    tries: int = 200

    @property
    def key(self) -> str:
        """Name of the family."""
        return "background"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
        dice = self.dice(claim)
        boxes = [self._elsewhere(box, claim, dice) for box in claim.boxes]
        found = [box for box in boxes if box is not None]
        return _with_boxes(claim, found if len(found) == len(boxes) else None)

    def _elsewhere(self, box: TimedBox, claim: Claim, dice: random.Random) -> TimedBox | None:
        t, x1, y1, x2, y2 = box
        width, height = x2 - x1, y2 - y1
        true = [box, *(other for other in claim.reference_boxes or () if abs(other[0] - t) < 1e-9)]
        for _ in range(self.tries):
            x, y = dice.uniform(0, 1 - width), dice.uniform(0, 1 - height)
            placed = (t, x, y, min(x + width, 1.0), min(y + height, 1.0))
            if all(overlap(placed[1:], other[1:]) < self.most for other in true):
                return placed
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherObject(Perturbation):
    """Wrong evidence: the true box of another thing in the same video; `delta` plays no part.

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

    @property
    def key(self) -> str:
        """Name of the family."""
        return "other_object"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
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
        return _with_boxes(claim, [min(others, key=lambda box: (abs(box[0] - t), box))] if others else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTime(Perturbation):
    """Wrong evidence: the same boxes at another time; `delta` is in seconds here.

    Earlier or later at random, the other way where that leaves the video. A thing that stands still is
    still there: this lowers a score only where things move or leave.
    """

    @property
    def key(self) -> str:
        """Name of the family."""
        return "wrong_time"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`Perturbation`)."""
        end = math.inf if duration is None else duration
        for sign in self.dice(claim).sample((1, -1), 2):
            times = [box[0] + sign * self.delta for box in claim.boxes]
            if times and min(times) >= 0 and max(times) < end:
                boxes = [(t, *box[1:]) for t, box in zip(times, claim.boxes, strict=True)]
                return _with_boxes(claim, boxes)
        return None


def overlap(a: Rect, b: Rect) -> float:
    """IoU of two boxes as plain numbers."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (_area(a) + _area(b) - across * down)


def _area(box: Rect) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _moved(box: TimedBox, dx: float, dy: float) -> TimedBox:
    t, x1, y1, x2, y2 = box
    across, down = dx * (x2 - x1), dy * (y2 - y1)
    return t, x1 + across, y1 + down, x2 + across, y2 + down


def _scaled(box: TimedBox, factor: float) -> TimedBox:
    t, x1, y1, x2, y2 = box
    across, down = (factor - 1) * (x2 - x1) / 2, (factor - 1) * (y2 - y1) / 2
    return t, x1 - across, y1 - down, x2 + across, y2 + down


def _inside(candidates: Iterable[Sequence[TimedBox]]) -> list[TimedBox] | None:
    """Take the first set of boxes wholly in the frame, else the first that keeps enough of each when cut."""
    cut: list[TimedBox] | None = None
    for boxes in candidates:
        clipped = list(_clipped(boxes))
        if clipped == list(boxes):
            return clipped
        enough = all(_area(c[1:]) >= KEEP * _area(b[1:]) for c, b in zip(clipped, boxes, strict=True))
        if cut is None and enough:
            cut = clipped
    return cut


def _clipped(boxes: Sequence[TimedBox]) -> Iterator[TimedBox]:
    for t, x1, y1, x2, y2 in boxes:
        left, top = min(max(x1, 0.0), 1.0), min(max(y1, 0.0), 1.0)
        yield t, left, top, max(min(x2, 1.0), left), max(min(y2, 1.0), top)


def _with_boxes(claim: Claim, boxes: Sequence[TimedBox] | None) -> Claim | None:
    return replace(claim, boxes=tuple(boxes), id="") if boxes else None
