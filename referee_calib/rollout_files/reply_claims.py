"""What one reply holds for an import: its claims, and what is counted of it, in plain values.

Plain, because replies are read in processes of their own when a file is long (:mod:`.reply_workers`).
"""

from __future__ import annotations

from typing import NamedTuple

from referee_calib.claims import Duration, ReadingOptions, Rollout, WrittenBox, claims_of
from referee_calib.errors import ClaimError
from referee_calib.records import Claim, Span


class PlainClaim(NamedTuple):
    """A claim on its way into a study."""

    id: str
    video: str
    times: tuple[float, ...]  # of its boxes, in seconds
    span: Span | None
    perturbed: bool
    dimensions: str  # on which it can be judged, separated by spaces
    record: str  # the whole claim as ASCII JSON


class ReplyClaims(NamedTuple):
    """One reply, read."""

    error: ClaimError | None  # why nothing of it can be used
    claims: tuple[PlainClaim, ...] = ()
    formats: tuple[str, ...] = ()  # notations that gave a claim
    failures: tuple[str, ...] = ()  # reasons of the pieces that became no claim
    remarks: tuple[str, ...] = ()  # reasons of what was assumed
    written: tuple[WrittenBox, ...] = ()  # its boxes as the text has them


def read_reply(rollout: Rollout, options: ReadingOptions, duration: Duration) -> ReplyClaims:
    """Read the claims of a reply; never raises for what a model wrote."""
    try:
        parsed = claims_of(rollout, options=options, duration=duration)
    except ClaimError as error:
        return ReplyClaims(error)
    return ReplyClaims(
        None,
        tuple([plain(one) for one in parsed.claims]),
        parsed.formats,
        tuple([one.reason for one in parsed.failures]),
        tuple([one.reason for one in parsed.remarks]),
        parsed.written,
    )


def plain(claim: Claim) -> PlainClaim:
    """Return a claim in plain values."""
    times = tuple([box[0] for box in claim.boxes])
    dimensions = " ".join(claim.dimensions)
    return PlainClaim(claim.id, claim.video, times, claim.span, claim.perturbed, dimensions, claim.to_ascii_json())
