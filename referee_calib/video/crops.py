"""Cutting a box out of a frame, and which pixels a box covers.

Boxes are ``(x1, y1, x2, y2)`` as shares of the frame's width and height; images are uint8 RGB of shape
(height, width, 3). Nothing here changes the image it is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from referee_calib.errors import InputError

Box = Sequence[float]


def crop(image: np.ndarray, box: Box, context: float = 0.25) -> np.ndarray:
    """Copy a box (shares of the frame) out of an image, with every pixel that the box touches.

    `context` is the margin on every side as a share of the box's own width and height; the frame's edge ends it.
    """
    x1, y1, x2, y2 = pixel_box(image, box, context)
    return image[y1:y2, x1:x2].copy()


def pixel_box(image: np.ndarray, box: Box, context: float) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the pixels that a box and its margin touch; the last two are outside."""
    x1, y1, x2, y2 = box
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        raise InputError(f"box ({x1:g}, {y1:g}, {x2:g}, {y2:g})", "corners must be left, top, right, bottom in 0 to 1")
    height, width = image.shape[:2]
    dx, dy = context * (x2 - x1), context * (y2 - y1)
    left, right = _pixel_range(x1 - dx, x2 + dx, width)
    top, bottom = _pixel_range(y1 - dy, y2 + dy, height)
    return left, top, right, bottom


def _pixel_range(low: float, high: float, size: int) -> tuple[int, int]:
    # 1e-6 pixel: a share that was a whole pixel before it was divided is that pixel again.
    first = min(max(int(np.floor(low * size + 1e-6)), 0), size - 1)
    return first, min(max(int(np.ceil(high * size - 1e-6)), first + 1), size)
