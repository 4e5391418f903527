"""Perturbations of a claim's span; magnitudes are shares of the span's own length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from referee_calib.perturb.boxes import KEEP, Perturbation
from referee_calib.records import Claim, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanShift(Perturbation):
    """Move the span by delta lengths.

    Earlier or later at random among those that stay in the video; where neither does, it is cut at the
    video's ends as long as half of it remains.
    """

    on: ClassVar[Literal["boxes", "span"]] = "span"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "span_shift"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        if claim.span is None:
            return None
        start, end = claim.span
        by = self.delta * (end - start)
        signs = self.dice(claim).sample((1, -1), 2)
        return _with_span(claim, [(start + sign * by, end + sign * by) for sign in signs], duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanGrow(Perturbation):
    """Lengthen the span about its middle: length times 1 + delta; cut at the video's ends."""

    on: ClassVar[Literal["boxes", "span"]] = "span"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "span_grow"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        return _with_span(claim, [_scaled(claim.span, 1 + self.delta)] if claim.span else [], duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanShrink(Perturbation):
    """Shorten the span about its middle: length times 1 - delta; applies below delta = 1."""

    on: ClassVar[Literal["boxes", "span"]] = "span"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "span_shrink"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        if claim.span is None or self.delta >= 1:
            return None
        return _with_span(claim, [_scaled(claim.span, 1 - self.delta)], duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSpan(Perturbation):
    """Wrong evidence: a span of the same length that does not meet the claim's own; `delta` plays no part."""

    on: ClassVar[Literal["boxes", "span"]] = "span"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "wrong_span"

    def __call__(self, claim: Claim, duration: float | None = None) -> Claim | None:
        """Perturb a claim; it needs the video's duration (see :class:`referee_calib.perturb.Perturbation`)."""
        if claim.span is None or duration is None:
            return None
        start, end = claim.span
        length = end - start
        rooms = [(0.0, start - length), (end, duration - length)]  # where such a span may start
        open_rooms = [room for room in rooms if room[1] >= room[0]]
        if not open_rooms:
            return None
        dice = self.dice(claim)
        begin = dice.uniform(*dice.choice(open_rooms))
        return _with_span(claim, [(begin, begin + length)], duration)


def _scaled(span: Span, factor: float) -> Span:
    middle, half = (span[0] + span[1]) / 2, factor * (span[1] - span[0]) / 2
    return middle - half, middle + half


def _with_span(claim: Claim, candidates: Sequence[Span], duration: float | None) -> Claim | None:
    """Take the first span wholly in the video, else the first of which enough is in it, cut."""
    last = math.inf if duration is None else duration
    cut: Span | None = None
    for start, end in candidates:
        if start >= 0 and end <= last:
            return replace(claim, span=(start, end), id="")
        kept = max(start, 0.0), min(end, last)
        if cut is None and kept[1] - kept[0] >= KEEP * (end - start):
            cut = kept
    return replace(claim, span=cut, id="") if cut else None
