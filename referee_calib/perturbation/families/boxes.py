"""Changes of a claim's boxes; magnitudes are shares of the box's own width and height.

With I the IoU of the box and its perturbed self: a shift along one axis by d has I = (1 - d) / (1 + d), by d
along both I = (1 - d)² / (2 - (1 - d)²); growing has I = (1 + d)⁻², shrinking I = (1 - d)²; one edge moved has
I = 1 - d inwards and 1 / (1 + d) outwards; a change of aspect has I = 1 / (1 + 2 d).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from referee_calib.perturbation.families.edge_moves import EdgeMove, Floats, Way, moved
from referee_calib.perturbation.families.perturbation import AGREEMENT, Dice, Known
from referee_calib.records import Claim, TimedBox

Direction = Literal["x", "y", "diagonal", "any"]
EdgeName = Literal["left", "top", "right", "bottom", "any"]
EDGES: tuple[str, ...] = ("left", "top", "right", "bottom")
OUTWARD = np.array([-1.0, -1.0, 1.0, 1.0])
N_ANGLES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxMove(EdgeMove):
    """A change of all boxes of a claim, each by the same shares of its own size."""

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        if not claim.boxes:
            return None
        rows = [box[1:] for box in claim.boxes]
        edges = self.edges(np.array(self.chosen(rng, rows)))
        corners, applies = moved(np.array(rows), edges, keep=self.keep)
        if not applies.all():
            return None
        return with_boxes(claim, [(b[0], *c) for b, c in zip(claim.boxes, corners.tolist(), strict=True)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(BoxMove):
    """Move the boxes, keeping their size.

    Attributes
    ----------
    direction : {"x", "y", "diagonal", "any"}
        ``x`` by delta widths, ``y`` by delta heights, ``diagonal`` by both, ``any`` by delta along a random
        angle measured in widths and heights. To which side is random among those with room.
    """

    direction: Direction = "any"

    @property
    def key(self) -> str:
        return f"shift_{self.direction}"

    def ways(self, rng: Dice) -> Sequence[Way]:
        if self.direction == "any":
            return angles(rng)
        x, y = self.direction != "y", self.direction != "x"
        sides = {(a * x, b * y, a * x, b * y) for a in (1.0, -1.0) for b in (1.0, -1.0)}
        return rng.sample(sorted(sides), len(sides))

    def small(self, agreement: float = AGREEMENT) -> float:
        if self.direction in ("x", "y"):
            return (1 - agreement) / (1 + agreement)
        both = 1 - math.sqrt(2 * agreement / (1 + agreement))
        return both if self.direction == "diagonal" else math.sqrt(2) * both


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(BoxMove):
    """Move one edge by delta widths or heights, inwards or outwards at random; inwards applies below delta = 1.

    Attributes
    ----------
    edge : {"left", "top", "right", "bottom", "any"}
    """

    edge: EdgeName = "any"

    @property
    def key(self) -> str:
        return f"edge_{self.edge}"

    def ways(self, rng: Dice) -> Sequence[Way]:
        edge = rng.choice(EDGES) if self.edge == "any" else self.edge
        ways = [tuple(side * (name == edge) for name in EDGES) for side in (1.0, -1.0)]
        return rng.sample(ways, 2)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter(BoxMove):
    """Move every edge by a share of its own, each drawn evenly from -delta to delta."""

    key: ClassVar[str] = "jitter"

    def ways(self, rng: Dice) -> Sequence[Way]:
        return [tuple(rng.uniform(-1.0, 1.0) for _ in EDGES)]

    def small(self, agreement: float = AGREEMENT) -> float:
        return (1 - math.sqrt(agreement)) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Grow(BoxMove):
    """Make every box larger about its centre: sides times 1 + delta."""

    key: ClassVar[str] = "grow"
    fixed: ClassVar[tuple[Way, ...]] = ((-0.5, -0.5, 0.5, 0.5),)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 / math.sqrt(agreement) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrink(BoxMove):
    """Make every box smaller about its centre: sides times 1 - delta; applies below delta = 1."""

    key: ClassVar[str] = "shrink"
    fixed: ClassVar[tuple[Way, ...]] = ((0.5, 0.5, -0.5, -0.5),)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - math.sqrt(agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect(BoxMove):
    """Change the shape about the centre at equal area: one side times 1 + delta, the other divided by it."""

    key: ClassVar[str] = "aspect"
    fixed: ClassVar[tuple[Way, ...]] = ((-0.5, 0.5, 0.5, -0.5), (0.5, -0.5, -0.5, 0.5))

    def edges(self, ways: Floats) -> Floats:
        inwards = (1 - 1 / (1 + self.delta)) / 2
        found: Floats = OUTWARD * np.where(ways * OUTWARD > 0, self.delta / 2, -inwards)
        return found

    def small(self, agreement: float = AGREEMENT) -> float:
        return (1 / agreement - 1) / 2


def angles(rng: Dice) -> Sequence[Way]:
    """Draw eight angles an eighth of a turn apart, in random order."""
    turn = rng.random()
    found = [2 * math.pi * (turn + i / N_ANGLES) for i in rng.sample(range(N_ANGLES), N_ANGLES)]
    return [(math.cos(a), math.sin(a), math.cos(a), math.sin(a)) for a in found]


def with_boxes(claim: Claim, boxes: Sequence[TimedBox]) -> Claim:
    """Return the claim with other boxes, under its own id."""
    return replace(claim, boxes=tuple(boxes), id="")
