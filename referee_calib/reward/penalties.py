"""Temporal penalties: how much of a claim's score its timing costs, 0 (nothing) to 1.

Each is a small frozen dataclass. `None` means that the penalty does not apply to that claim; a fact that is
needed and not there (the length of the video, a true span) is an error at the door, never a penalty of 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.rubric import Rubric

FIVE_LEVELS = 4.0  # the best of five levels, in which relevance is told to a penalty whatever the rubric's scale is


@dataclass(frozen=True, slots=True)
class ClaimContext:
    """What is known about a claim beside the claim.

    Attributes
    ----------
    duration : float or None
        Length of the video in seconds.
    key_times : tuple of float
        Seconds at which the evidence is known to be seen; empty when nobody knows.
    sights : tuple of float
        Expected relevance of each of the penalty's probes, as the referee gave it; 0 to 4 on every scale, so that 2 is
        the middle of any.
    """

    duration: float | None = None
    key_times: tuple[float, ...] = ()
    sights: tuple[float, ...] = ()


class TemporalPenalty(Protocol):
    """Takes a claim and what is known to 0 … 1, or None when it does not apply."""

    def probes(self, claim: Claim) -> Sequence[Claim]:
        """Return further claims whose relevance the referee is to judge; their levels come back as `sights`."""

    def __call__(self, claim: Claim, known: ClaimContext) -> float | None:
        """Return the penalty."""


class _NoProbes:
    def probes(self, claim: Claim) -> Sequence[Claim]:
        """Return nothing: this penalty asks the referee nothing."""
        return ()


@dataclass(frozen=True)
class Looseness(_NoProbes):
    """Length of a span beyond a tolerance, relative to the video.

    `max(0, (length / duration - tolerance) / (1 - tolerance))`: a span up to the tolerance costs nothing, the
    whole video costs 1. Does not apply to a claim without a span.

    Attributes
    ----------
    tolerance : float
        Share of the video that a span may cover freely, at least 0 and below 1. Set it no lower than the share that
        true spans of the data cover: nobody tells this penalty which long span is right. :meth:`of_people` takes it
        from spans that people marked.
    """

    tolerance: float = 0.75

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < 1:
            raise InputError(f"Looseness(tolerance={self.tolerance})", "it is a share of the video below 1")

    @classmethod
    def of_people(cls, shares: Sequence[float], covered: float = 0.95) -> Self:
        """Return the penalty that leaves people's own spans alone.

        Parameters
        ----------
        shares : sequence of float
            Length of each of people's spans over that of its video, above 0 and up to 1.
        covered : float
            Share of those spans that the tolerance is to cover; it is their quantile, interpolated linearly.

        Raises
        ------
        InputError
            When there are none, one is no share, or so many cover the whole video that no tolerance is below 1.

        Examples
        --------
        >>> Looseness.of_people([0.1, 0.2, 0.3, 0.4, 0.5], covered=0.5)
        Looseness(tolerance=0.3)
        """
        spans = sorted(shares)
        if not spans or not all(0 < one <= 1 for one in spans) or not 0 < covered <= 1:
            raise InputError(f"{len(spans)} shares of a video and covered={covered}", "shares lie above 0 and up to 1")
        place = covered * (len(spans) - 1)
        low = int(place)
        tolerance = spans[low] + (place - low) * (spans[min(low + 1, len(spans) - 1)] - spans[low])
        if tolerance >= 1:
            raise InputError(
                f"people's spans, of which {1 - covered:.0%} cover the whole video",
                "no length is too long then",
                "Take another penalty, or a smaller covered=.",
            )
        return cls(tolerance)

    def __call__(self, claim: Claim, known: ClaimContext) -> float | None:
        """Return the penalty."""
        if claim.span is None:
            return None
        share = min(1.0, (claim.span[1] - claim.span[0]) / _duration(self, known))
        return max(0.0, (share - self.tolerance) / (1 - self.tolerance))


@dataclass(frozen=True)
class Support:
    """Share of the span's parts in which the referee does not see the evidence.

    The span is cut into equal parts; each goes to the referee as a claim of its own, and counts as unseen when
    its expected relevance lies below `seen`. Does not apply to a claim without a span.

    Attributes
    ----------
    parts : int
        Into how many parts a span is cut; as many further questions go to the referee.
    seen : float
        Expected relevance from which a part counts as showing the evidence; 0 to 4 on every scale, 2 is its middle.
    """

    parts: int = 4
    seen: float = 2.0

    def __post_init__(self) -> None:
        if self.parts < 1 or not 0 < self.seen <= FIVE_LEVELS:
            raise InputError(f"{self}", f"it needs at least one part and a level above 0 and up to {FIVE_LEVELS:g}")

    def probes(self, claim: Claim) -> Sequence[Claim]:
        """Return one claim for each part of the span."""
        if claim.span is None:
            return ()
        start, step = claim.span[0], (claim.span[1] - claim.span[0]) / self.parts
        ends = [(start + i * step, start + (i + 1) * step) for i in range(self.parts)]
        return [replace(claim, boxes=(), span=part, id="") for part in ends if part[0] < part[1]]

    def __call__(self, claim: Claim, known: ClaimContext) -> float | None:
        """Return the penalty."""
        if claim.span is None or not known.sights:
            return None
        return sum(sight < self.seen for sight in known.sights) / len(known.sights)


@dataclass(frozen=True)
class Proximity(_NoProbes):
    """Distance to the nearest time at which the evidence is known to be seen.

    `1 - exp(-d² / 2σ²)` up to the gate, 1 beyond it; d is absolute, so that late and early cost the same. The
    times are the known key times, or the true span (d = 0 within it). A claim's time is that of its boxes (their
    mean penalty is taken), or the middle of its span.

    Attributes
    ----------
    sigma, gate : float
        Seconds.
    """

    sigma: float = 1.0
    gate: float = math.inf

    def __post_init__(self) -> None:
        if not (self.sigma > 0 and self.gate > 0):
            raise InputError(f"{self}", "sigma and gate are positive numbers of seconds")

    def __call__(self, claim: Claim, known: ClaimContext) -> float | None:
        """Return the penalty."""
        times = sorted({box[0] for box in claim.boxes})
        if not times and claim.span is not None:
            times = [sum(claim.span) / 2]
        return sum(self._at(_distance(time, claim, known)) for time in times) / len(times)

    def _at(self, distance: float) -> float:
        return 1.0 if distance >= self.gate else -math.expm1(-((distance / self.sigma) ** 2) / 2)


@dataclass(frozen=True)
class TimeR1(_NoProbes):
    """The timing factors of Time-R1's reward: `1 - (1 - |Δstart| / D)(1 - |Δend| / D)`, D the video's length.

    Does not apply to a claim without a span.
    """

    def __call__(self, claim: Claim, known: ClaimContext) -> float | None:
        """Return the penalty."""
        if claim.span is None:
            return None
        if claim.reference_span is None:
            raise InputError("penalty TimeR1", "it needs the true span of every claimed one (reference_span)")
        return 1 - boundary_factor(claim.span, claim.reference_span, _duration(self, known))


def check_penalty(penalty: TemporalPenalty | None, rubric: Rubric) -> None:
    """Refuse a penalty that asks for a relevance which the rubric does not have."""
    if isinstance(penalty, Support) and "relevance" not in rubric:
        why = f"it asks for relevance, and the rubric {rubric.version} has {', '.join(rubric.dimensions)} only"
        raise InputError("penalty Support", why, "Take another one: penalty=Looseness(), or None.")


def boundary_factor(claimed: Sequence[float], true: Sequence[float], duration: float) -> float:
    """Time-R1's `(1 - |Δstart| / D)(1 - |Δend| / D)`; a boundary off by more than D counts as off by D."""
    offsets = (min(1.0, abs(a - b) / duration) for a, b in zip(claimed, true, strict=True))
    return math.prod(1 - offset for offset in offsets)


def _duration(penalty: object, known: ClaimContext) -> float:
    if known.duration is None or known.duration <= 0:
        raise InputError(f"penalty {type(penalty).__name__}", "it needs the length of the video in seconds")
    return known.duration


def _distance(time: float, claim: Claim, known: ClaimContext) -> float:
    if known.key_times:
        return min(abs(time - key) for key in known.key_times)
    if claim.reference_span is None:
        raise InputError("penalty Proximity", "it needs key times (key_times) or the true span (reference_span)")
    start, end = claim.reference_span
    return max(start - time, time - end, 0.0)
