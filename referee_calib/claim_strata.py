"""Which claims are alike: by the size of the object and by the length of the span.

A shift of 4 pixels is IoU 0.39 on a 16-pixel object and 0.94 on one of 256 pixels: a curve over all sizes says as much
about the sizes in a study as about a reward.
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.records import Claim

SMALL, LARGE = 0.025, 0.10  # share of the frame that a claim's boxes cover, their mean
SHORT, LONG = 2.0, 6.0  # seconds
MIN_CLAIMS, MIN_VIDEOS = 20, 5  # below either there are counts and no figures


def strata(claims: Sequence[Claim]) -> dict[str, tuple[str, ...]]:
    """Label claims by "size" (small, medium, large) and "span" (short, medium, long), "" without box or span."""
    return {"size": tuple(map(_size, claims)), "span": tuple(map(_span, claims))}


def _size(claim: Claim) -> str:
    areas = [(x2 - x1) * (y2 - y1) for _, x1, y1, x2, y2 in claim.boxes]
    return _banded(sum(areas) / len(areas), SMALL, LARGE, ("small", "medium", "large")) if areas else ""


def _span(claim: Claim) -> str:
    if claim.span is None:
        return ""
    return _banded(claim.span[1] - claim.span[0], SHORT, LONG, ("short", "medium", "long"))


def _banded(value: float, low: float, high: float, names: tuple[str, str, str]) -> str:
    return names[0] if value < low else names[1] if value < high else names[2]
