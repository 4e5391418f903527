"""How good a claim is to a careful person who knows the truth: a real number from 0 to 4 per dimension.

People forgive small slips of an edge, so localization saturates; relevance follows the rubric: the right
object at the right moment 4, at another moment 3, another object the question mentions 2, a look-alike 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from referee_calib.records import Claim, Dimension, Span, TimedBox
from referee_calib.sample.replies.claim_faults import area, overlap
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.scenes.scene_annotations import box_at
from referee_calib.sample.scenes.scene_model import Box, between

# (overlap, level): from an IoU of about 0.8 on, people see nothing wrong.
_LOCALIZATION = ((0.0, 0.0), (0.1, 0.6), (0.3, 1.4), (0.5, 2.4), (0.65, 3.2), (0.8, 4.0))
_TIMING = ((0.0, 0.0), (0.2, 0.9), (0.5, 2.2), (0.75, 3.3), (0.9, 4.0))
_COVERED = ((0.0, 0.4), (0.3, 2.4), (0.7, 3.6), (1.0, 4.0))
_POINTLESS = 6.0  # a box so many times the object's size hardly points at it
_SLACK = 0.3  # seconds beside the window that nobody minds


def true_score(claim: Claim, question: SceneQuestion, dimension: Dimension) -> float:
    """Return the level, as a real number, that a claim deserves on a dimension."""
    if dimension == "timing":
        return _on(_TIMING, _tiou(claim.span, question.span))
    if dimension == "localization":
        return math.fsum(_localization(box, claim, question) for box in claim.boxes) / len(claim.boxes)
    if not claim.boxes:
        return _relevance_of_span(claim.span, question.window)
    return math.fsum(_relevance(box, claim, question) for box in claim.boxes) / len(claim.boxes)


def meant(claim: Claim, question: SceneQuestion) -> str:
    """Return the object a person takes the phrase for: the named one, or what the question is about."""
    named = claim.object.removeprefix("the ")
    return named if any(item.name == named for item in question.scene.objects) else question.target


def _localization(timed: TimedBox, claim: Claim, question: SceneQuestion) -> float:
    t, *corners = timed
    true = box_at(question.scene, meant(claim, question), t)
    return 0.0 if true is None else _on(_LOCALIZATION, overlap(_four(corners), true))


def _relevance(timed: TimedBox, claim: Claim, question: SceneQuestion) -> float:
    t, *corners = timed
    box, named = _four(corners), meant(claim, question)
    true = box_at(question.scene, named, t)
    if true is None:
        return 0.2
    # Half of it in the box, or nothing else in the box, is enough to see what is meant.
    held = min(1.0, max(2 * _held(true, box), _held(box, true)))
    worth = _worth(named, t, question) * held
    if area(box) > _POINTLESS * area(true):
        worth = min(worth, 2.6)
    return max(worth, _shown_instead(box, t, question))


def _worth(named: str, t: float, question: SceneQuestion) -> float:
    """Level of an object that is really there: what it has to do with the question."""
    if named == question.target:
        near = question.window[0] - _SLACK <= t <= question.window[1] + _SLACK
        return 4.0 if near or question.kind in ("seen", "hidden") else 3.0
    if named == question.other:
        return 2.2
    return 1.0 if set(named.split()) & set(question.target.split()) else 0.4


def _shown_instead(box: Box, t: float, question: SceneQuestion) -> float:
    """Level of whatever else the box holds: a look-alike misleads, but it is at least like the object."""
    names = [item.name for item in question.scene.objects if item.name != question.target]
    there = [(name, box_at(question.scene, name, t)) for name in names]
    held = [name for name, true in there if true is not None and overlap(true, box) > 0.3]
    return max((0.8 for name in held if set(name.split()) & set(question.target.split())), default=0.2)


def _relevance_of_span(span: Span | None, window: Span) -> float:
    if span is None:
        return 0.0
    both = max(min(span[1], window[1]) - max(span[0], window[0]), 0.0)
    return _on(_COVERED, both / (window[1] - window[0]))


def _tiou(a: Span | None, b: Span | None) -> float:
    if a is None or b is None:
        return 0.0
    both = max(min(a[1], b[1]) - max(a[0], b[0]), 0.0)
    return both / (a[1] - a[0] + b[1] - b[0] - both)


def _held(true: Box, box: Box) -> float:
    """Return which share of the first box lies in the second."""
    both = max(min(true[2], box[2]) - max(true[0], box[0]), 0.0) * max(min(true[3], box[3]) - max(true[1], box[1]), 0.0)
    return both / area(true)


def _on(points: tuple[tuple[float, float], ...], value: float) -> float:
    return between(points, value)[0]


def _four(corners: Sequence[float]) -> Box:
    x1, y1, x2, y2 = corners
    return x1, y1, x2, y2
