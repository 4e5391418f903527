"""Drawing boxes on frames (their coordinates as in :mod:`referee_calib.video.crops`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import cv2
import numpy as np

from referee_calib.video.crops import Box, pixel_box

Outline = Literal["solid", "dashed", "corners"]
RED = (255, 0, 0)


def draw(
    image: np.ndarray,
    boxes: Iterable[Box],
    color: tuple[int, int, int] = RED,
    thickness: int | None = None,
    outline: Outline = "solid",
) -> np.ndarray:
    """Draw box outlines on a copy, with a thin dark rim, so that they show on any ground.

    The line is `thickness` pixels wide, by default a hundredth of the frame's shorter side and at least 2. "dashed" and
    "corners" (a quarter of each side) hide less of a small thing.
    """
    canvas = np.ascontiguousarray(image).copy()
    line = thickness or max(2, round(min(image.shape[:2]) / 100))
    for box in boxes:
        x1, y1, x2, y2 = pixel_box(image, box, 0.0)
        strokes = list(_strokes((x1, y1), (x2 - 1, y2 - 1), line, outline))
        for shade, width in (((0, 0, 0), line + 2), (color, line)):
            for start, end in strokes:
                cv2.rectangle(canvas, start, end, shade, width)  # a rectangle without height is a straight line
    return canvas


def _strokes(
    low: tuple[int, int], high: tuple[int, int], line: int, outline: Outline
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the straight pieces of an outline as pairs of corner points."""
    if outline == "solid":
        yield low, high
        return
    (x1, y1), (x2, y2) = low, high
    for a, b in _pieces(x1, x2, line, outline):
        yield (a, y1), (b, y1)
        yield (a, y2), (b, y2)
    for a, b in _pieces(y1, y2, line, outline):
        yield (x1, a), (x1, b)
        yield (x2, a), (x2, b)


def _pieces(low: int, high: int, line: int, outline: Outline) -> list[tuple[int, int]]:
    """Split one side; both of its ends are always drawn, so that the corners show."""
    length = high - low
    if outline == "corners":
        return [(low, low + length // 4), (high - length // 4, high)]
    count = max(3, length // (4 * line)) | 1  # odd: dash, gap, …, dash
    edges = [low + round(i * length / count) for i in range(count + 1)]
    return [(edges[i], edges[i + 1]) for i in range(0, count, 2)]
