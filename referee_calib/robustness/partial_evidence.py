"""Evidence that is right by half: half of the thing, the thing with half its neighbour, half a span, twice a span.

Overlap (IoU, tIoU) of each with the truth is at most 0.5. A reward that pays one of them as the truth has a hole in
precision or in recall: training finds the box that is never too large, or never too small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from referee_calib import geometry
from referee_calib.exploits import ReferenceEvidence, distractor_claim
from referee_calib.perturbation import On, with_boxes
from referee_calib.records import Claim, Span, TimedBox

AT_MOST = 0.5  # overlap with the truth; where the neighbour is so small that more is left, the test does not apply

Partial = Callable[[ReferenceEvidence], Claim | None]


def half_of_the_thing(reference: ReferenceEvidence) -> Claim | None:
    """Return the claim with its boxes cut in half, at the left, right, top or bottom at random."""
    side = reference.rng("half_of_the_thing").randrange(4)
    return with_boxes(reference.claim, [_half(box, side) for box in reference.claim.boxes])


def with_half_the_neighbour(reference: ReferenceEvidence) -> Claim | None:
    """Return the claim with boxes that hold the thing and the nearer half of another one."""
    other = distractor_claim(reference, "any")
    if other is None or len(other.boxes) != len(reference.claim.boxes):
        return None
    pairs = zip(reference.claim.boxes, other.boxes, strict=True)
    both = [_enclosing(true, _half(neighbour, _near_side(true, neighbour))) for true, neighbour in pairs]
    overlaps = [geometry.iou(one[1:], true[1:]) for one, true in zip(both, reference.claim.boxes, strict=True)]
    return with_boxes(reference.claim, both) if max(map(float, overlaps)) <= AT_MOST else None


def half_of_the_span(reference: ReferenceEvidence) -> Claim | None:
    """Return the claim with the first or the second half of its span."""
    if reference.claim.span is None:
        return None
    begin, end = reference.claim.span
    middle = (begin + end) / 2
    return _with_span(reference.claim, (begin, middle) if reference.rng("half").random() < 0.5 else (middle, end))


def twice_the_span(reference: ReferenceEvidence) -> Claim | None:
    """Return the claim with a span twice as long, None where the video has no room for it."""
    if reference.claim.span is None or not reference.duration:
        return None
    begin, end = reference.claim.span
    length = end - begin
    room = [(begin, end + length)] if end + length <= reference.duration else []
    room += [(begin - length, end)] if begin - length >= 0 else []
    return _with_span(reference.claim, reference.rng("twice").choice(room)) if room else None


PARTIAL: Mapping[On, Mapping[str, Partial]] = {
    "boxes": {"half_of_the_thing": half_of_the_thing, "with_half_the_neighbour": with_half_the_neighbour},
    "span": {"half_of_the_span": half_of_the_span, "twice_the_span": twice_the_span},
}


def _with_span(claim: Claim, span: Span) -> Claim:
    return replace(claim, span=span, id="")


def _half(box: TimedBox, side: int) -> TimedBox:
    """Return the half of a box at a side: 0 left, 1 right, 2 top, 3 bottom."""
    t, x1, y1, x2, y2 = box
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return ((t, x1, y1, x, y2), (t, x, y1, x2, y2), (t, x1, y1, x2, y), (t, x1, y, x2, y2))[side]


def _near_side(true: TimedBox, neighbour: TimedBox) -> int:
    """Return the neighbour's side nearer to the true box, along the axis on which they lie farther apart."""
    across, down = (true[i] + true[i + 2] - neighbour[i] - neighbour[i + 2] for i in (1, 2))
    if abs(across) >= abs(down):
        return 0 if across < 0 else 1
    return 2 if down < 0 else 3


def _enclosing(a: TimedBox, b: TimedBox) -> TimedBox:
    return a[0], min(a[1], b[1]), min(a[2], b[2]), max(a[3], b[3]), max(a[4], b[4])
