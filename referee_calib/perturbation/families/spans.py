"""Changes of a claim's span; magnitudes are shares of the span's own length.

With I the temporal IoU of the span and its perturbed self: a shift by d has I = (1 - d) / (1 + d), growing
I = 1 / (1 + d), shrinking I = 1 - d, one boundary moved I = 1 - d inwards and 1 / (1 + d) outwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from referee_calib.perturbation.families.edge_moves import EdgeMove, Way, moved
from referee_calib.perturbation.families.perturbation import AGREEMENT, Dice, Known, Perturbation, Unit
from referee_calib.records import Claim

When = Literal["any", "early", "late"]
Boundary = Literal["any", "start", "end"]
SIGNS = {"any": (1.0, -1.0), "early": (-1.0,), "late": (1.0,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanMove(EdgeMove):
    """A change of a claim's span by shares of its length."""

    on: ClassVar[Literal["boxes", "span"]] = "span"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        if claim.span is None:
            return None
        end = math.inf if duration is None else duration
        edges = self.edges(np.array(self.chosen(rng, [claim.span], end)))
        rows, applies = moved(np.array([claim.span]), edges, end, self.keep)
        return replace(claim, span=tuple(rows[0].tolist()), id="") if applies[0] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanShift(SpanMove):
    """Move the span by delta lengths.

    Attributes
    ----------
    when : {"any", "early", "late"}
        Any: to a random side among those with room.
    """

    when: When = "any"

    @property
    def key(self) -> str:
        return "span_shift" if self.when == "any" else f"span_{self.when}"

    def ways(self, rng: Dice) -> Sequence[Way]:
        signs = SIGNS[self.when]
        return [(sign, sign) for sign in rng.sample(signs, len(signs))]

    def small(self, agreement: float = AGREEMENT) -> float:
        return (1 - agreement) / (1 + agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanBoundary(SpanMove):
    """Move one boundary by delta lengths, inwards or outwards at random; inwards applies below delta = 1.

    Attributes
    ----------
    boundary : {"any", "start", "end"}
    """

    boundary: Boundary = "any"

    @property
    def key(self) -> str:
        return f"span_{self.boundary if self.boundary != 'any' else 'boundary'}"

    def ways(self, rng: Dice) -> Sequence[Way]:
        moves_end = self.boundary == "end" or (self.boundary == "any" and rng.random() < 0.5)
        ways = [(0.0, side) if moves_end else (side, 0.0) for side in (1.0, -1.0)]
        return rng.sample(ways, 2)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanGrow(SpanMove):
    """Lengthen the span about its middle: length times 1 + delta."""

    key: ClassVar[str] = "span_grow"
    fixed: ClassVar[tuple[Way, ...]] = ((-0.5, 0.5),)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 / agreement - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanShrink(SpanMove):
    """Shorten the span about its middle: length times 1 - delta; applies below delta = 1."""

    key: ClassVar[str] = "span_shrink"
    fixed: ClassVar[tuple[Way, ...]] = ((0.5, -0.5),)

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1 - agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSpan(Perturbation):
    """Wrong evidence: a span of the same length that does not meet the claim's own; it needs the video's length."""

    on: ClassVar[Literal["boxes", "span"]] = "span"
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = ""
    key: ClassVar[str] = "wrong_span"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        if claim.span is None or duration is None:
            return None
        start, end = claim.span
        length = end - start
        rooms = [(0.0, start - length), (end, duration - length)]  # where such a span may start
        open_rooms = [room for room in rooms if room[1] >= room[0]]
        if not open_rooms:
            return None
        begin = rng.uniform(*rng.choice(open_rooms))
        return replace(claim, span=(begin, min(begin + length, duration)), id="")
