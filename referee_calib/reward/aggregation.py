"""How the claims of one reply are paid together.

- A claim that repeats another one (same words, same numbers) says nothing new: it is neither paid nor counted.
- Claims that point at nearly the same place at the same moment are shots at one target, whatever they call it: together
  they are paid once, what the worst of them is worth.
- Every distinct claim counts with what it falls short of 1.

With P the sum of what is paid and L the sum of the shortfalls, the reply earns `P / (P + L)`. For claims that point at
different things this is the mean of their scores. Adding a wrong claim (worth 0), a repeat or a further shot never
raises it, and adding a true one (worth 1) elsewhere never lowers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from referee_calib import geometry
from referee_calib.errors import InputError
from referee_calib.records import Claim

MOST_BOXES = 256


@dataclass(frozen=True)
class Near:
    """When two claims are shots at one target.

    Attributes
    ----------
    seconds : float
        Boxes at most so far apart in time …
    overlap : float
        … with at least this IoU; or spans without boxes with at least this temporal IoU.

    Notes
    -----
    Of a claim with hundreds of boxes the first 256 are compared.
    """

    seconds: float = 0.25
    overlap: float = 0.5

    def __post_init__(self) -> None:
        if self.seconds < 0 or not 0 < self.overlap <= 1:
            raise InputError(f"{self}", "seconds are not negative and an overlap lies above 0 and up to 1")

    def __call__(self, a: Claim, b: Claim) -> bool:
        """Tell whether the two are shots at one target."""
        if a.boxes and b.boxes:
            return self._boxes(a, b)
        if a.boxes or b.boxes or a.span is None or b.span is None:
            return False
        return bool(geometry.tiou(a.span, b.span) >= self.overlap)

    def _boxes(self, a: Claim, b: Claim) -> bool:
        reach = self.seconds + 1e-9
        if len(a.boxes) == len(b.boxes) == 1 and abs(a.boxes[0][0] - b.boxes[0][0]) > reach:
            return False  # most pairs: an array for each would take longer than all the rest of a reply
        first, last = (np.array(claim.boxes[:MOST_BOXES])[:, None] for claim in (a, b))
        last = last.swapaxes(0, 1)
        together = np.abs(first[..., 0] - last[..., 0]) <= reach
        return bool((together & (geometry.iou(first[..., 1:], last[..., 1:]) >= self.overlap)).any())


def claim_identity(claim: Claim) -> tuple[object, ...]:
    """Return what makes a claim the same statement as another, numbers rounded to 10 ms and a thousandth."""
    boxes = frozenset((round(t, 2), *(round(v, 3) for v in corners)) for t, *corners in claim.boxes)
    span = claim.span and tuple(round(v, 2) for v in claim.span)
    return " ".join(claim.object.casefold().split()), boxes, span


def distinct_claims(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without repeats, the first of each, in order."""
    first: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        first.setdefault(claim_identity(claim), claim)
    return list(first.values())


def pay_together(claims: Sequence[Claim], values: Sequence[float], near: Near, unjudged: int = 0) -> float:
    """Pay distinct claims of one reply, `P / (P + L)`, 0 to 1; each of the `unjudged` ones counts as worth 0."""
    worst: dict[int, float] = {}
    for root, value in zip(_targets(claims, near), values, strict=True):
        worst[root] = min(value, worst.get(root, 1.0))
    paid = sum(worst.values())
    shortfall = sum(1.0 - value for value in values) + unjudged
    return paid / (paid + shortfall)


def _targets(claims: Sequence[Claim], near: Near) -> list[int]:
    """Give claims that `near` connects, directly or over others, one number."""
    root = list(range(len(claims)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for i, j in combinations(range(len(claims)), 2):
        if find(i) != find(j) and near(claims[i], claims[j]):
            root[find(j)] = find(i)
    return [find(i) for i in range(len(claims))]
