"""What can be wrong with a claim: each fault turns a true box or span into a wrong one."""

from __future__ import annotations

import random
from typing import Literal, get_args

from referee_calib.records import Span
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.scenes.scene_annotations import box_at
from referee_calib.sample.scenes.scene_model import Box

ClaimFault = Literal[
    "shifted",
    "loose",
    "tight",
    "wrong_box",
    "wrong_name",
    "vague_lookalike",
    "wrong_time",
    "whole_frame",
    "duplicate",
    "long_span",
    "moved_span",
    "unknown_phrase",
    "malformed",
]
FAULTS: tuple[ClaimFault, ...] = get_args(ClaimFault)
_LEAST_SIDE = 0.02


def shifted(box: Box, chance: random.Random) -> tuple[Box, float] | None:
    """Move a box by a share of its size in a random direction; None when that leaves the frame."""
    x1, y1, x2, y2 = box
    share = chance.choice((0.15, 0.25, 0.35, 0.5, 0.75))
    across, down = chance.choice(((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)))
    dx, dy = share * across * (x2 - x1), share * down * (y2 - y1)
    moved = (x1 + dx, y1 + dy, x2 + dx, y2 + dy)
    return (moved, share) if min(moved) >= 0 and max(moved) <= 1 else None


def scaled(box: Box, factor: float) -> Box:
    """Grow or shrink a box around its centre; the frame's edge ends it."""
    x1, y1, x2, y2 = box
    x, y, w, h = (x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) * factor / 2, (y2 - y1) * factor / 2
    return max(x - w, 0.0), max(y - h, 0.0), min(x + w, 1.0), min(y + h, 1.0)


def jittered(box: Box, sd: float, chance: random.Random) -> Box:
    """Move each edge a little, as a careful but not perfect model does; `sd` is a share of the box's size."""
    x1, y1, x2, y2 = box
    w, h = x2 - x1, y2 - y1
    moved = [v + chance.gauss(0, sd) * side for v, side in zip(box, (w, h, w, h), strict=True)]
    a, b, c, d = (min(max(v, 0.0), 1.0) for v in moved)
    return a, b, max(c, a + _LEAST_SIDE), max(d, b + _LEAST_SIDE)


def other_moment(question: SceneQuestion, t: float, box: Box, chance: random.Random) -> float | None:
    """Return a time at which the target is elsewhere or out of view; None when it never is."""
    scene = question.scene
    times = [round(0.1 * n, 1) for n in range(int(scene.seconds * 10))]
    chance.shuffle(times)
    for other in times:
        there = box_at(scene, question.target, other)
        if abs(other - t) >= 0.8 and (there is None or overlap(there, box) < 0.05):
            return other
    return None


def long_span(span: Span, seconds: float, chance: random.Random) -> Span:
    """Lengthen a span on both sides, up to the whole video."""
    extra = (span[1] - span[0]) * chance.uniform(0.6, 2.0)
    share = chance.uniform(0.3, 0.7)
    longer = max(span[0] - extra * share, 0.0), min(span[1] + extra * (1 - share), seconds)
    return longer if longer[1] - longer[0] > 1.4 * (span[1] - span[0]) else (0.0, seconds)


def moved_span(span: Span, seconds: float, chance: random.Random) -> Span | None:
    """Move a span by 0.3 to 2 times its length, or as far as the video goes; None when that is less than 0.3."""
    length = span[1] - span[0]
    before, after = span[0], seconds - span[1]
    by = min(length * chance.uniform(0.3, 2.0), max(before, after))
    if by < 0.3 * length:
        return None
    return (span[0] + by, span[1] + by) if after >= before else (span[0] - by, span[1] - by)


def overlap(a: Box, b: Box) -> float:
    """Return intersection over union."""
    both = max(min(a[2], b[2]) - max(a[0], b[0]), 0.0) * max(min(a[3], b[3]) - max(a[1], b[1]), 0.0)
    return both / (area(a) + area(b) - both)


def area(box: Box) -> float:
    """Return width times height."""
    return (box[2] - box[0]) * (box[3] - box[1])
