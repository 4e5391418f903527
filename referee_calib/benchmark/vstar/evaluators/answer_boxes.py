"""Answers to "where": a box for each second, looked up by its key, and the overlap with the annotated boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Box = tuple[float, float, float, float]
_NO_BOX = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def frame_key(timestamp: Any) -> str:
    """Return the key under which an annotated second is looked up: its text, so that 3 and 3.0 are two keys."""
    return str(timestamp)


def frame_overlaps(truth: Sequence[Mapping[str, Any]], given: Any) -> list[float]:
    """Return, for each annotated box, the largest IoU with a box given for the same key; 0 where there is none.

    Anything but boxes by second (a list, a text) has no key and gives 0 in every frame.
    """
    by_key = given if isinstance(given, Mapping) else {}
    return [
        best_overlap(true_box(one), by_key[key]) if (key := frame_key(one["timestamp"])) in by_key else 0.0
        for one in truth
    ]


def mean_overlap(overlaps: Sequence[float]) -> float:
    """Return the mean over annotated frames, 0 where there are none."""
    return float(np.mean(overlaps)) if overlaps else 0.0


def share_reaching(overlaps: Sequence[float], threshold: float) -> float:
    """Return the share of annotated frames whose overlap reaches a threshold, 0 where there are none."""
    return float(np.mean([one >= threshold for one in overlaps])) if overlaps else 0.0


def true_box(one: Mapping[str, Any]) -> Box:
    """Return the corners of an annotated box."""
    return one["xmin"], one["ymin"], one["xmax"], one["ymax"]


def best_overlap(truth: Box, given: Any) -> float:
    """Return the largest IoU of one box or of several; 0 where a value among them is no number, as upstream has it."""
    try:
        return max(box_overlap(truth, one) for one in boxes_of(given)) if given else 0.0
    except _NO_BOX:
        return 0.0


def boxes_of(given: Any) -> Any:
    """Return what stands at a key as a list: four numbers are one box."""
    return [given] if isinstance(given[0], (int, float)) and len(given) == 4 else given


def box_overlap(truth: Box, given: Any) -> float:
    """Return the IoU of two boxes as corners, in pixels of the original video; 0 of what is no box, or is reversed.

    >>> box_overlap((0, 0, 10, 10), [5, 0, 15, 10])
    0.3333333333333333
    """
    if not isinstance(given, (list, tuple)) or len(given) != 4:
        return 0.0
    x1, y1 = max(truth[0], given[0]), max(truth[1], given[1])
    x2, y2 = min(truth[2], given[2]), min(truth[3], given[3])
    common = max(0, x2 - x1) * max(0, y2 - y1)
    union = _area(*truth) + _area(*given) - common
    return common / union if union > 0 else 0.0


def _area(x1: float, y1: float, x2: float, y2: float) -> float:
    return (x2 - x1) * (y2 - y1)
