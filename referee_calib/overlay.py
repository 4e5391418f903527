"""Cutting out, drawing on, and packing single frames.

Boxes are ``(x1, y1, x2, y2)`` as shares of the frame's width and height; images are uint8 RGB of shape
(height, width, 3). Nothing here changes the image it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from referee_calib.errors import InputError

Box4 = Sequence[float]
RED = (255, 0, 0)


def crop(image: np.ndarray, box: Box4, context: float = 0.25) -> np.ndarray:
    """Cut out a box with some of what surrounds it.

    Parameters
    ----------
    image : np.ndarray, shape (height, width, 3)
    box : (x1, y1, x2, y2)
        Shares of the frame.
    context : float
        Margin on every side as a share of the box's own width and height; the frame's edge ends it.

    Returns
    -------
    np.ndarray
        A copy of at least one pixel; every pixel that the box touches is in it.

    Raises
    ------
    InputError
        When the box is reversed, empty or outside the frame.
    """
    x1, y1, x2, y2 = _pixels(image, box, context)
    return image[y1:y2, x1:x2].copy()


def draw(
    image: np.ndarray, boxes: Iterable[Box4], color: tuple[int, int, int] = RED, thickness: int | None = None
) -> np.ndarray:
    """Draw box outlines with a thin dark rim, so that they show on any ground.

    Parameters
    ----------
    image : np.ndarray, shape (height, width, 3)
    boxes : iterable of (x1, y1, x2, y2)
        Shares of the frame.
    color : (red, green, blue)
    thickness : int, optional
        Of the line in pixels; a hundredth of the frame's shorter side, at least 2, when not given.

    Returns
    -------
    np.ndarray
        A new image of the same shape.
    """
    canvas = np.ascontiguousarray(image).copy()
    line = thickness or max(2, round(min(image.shape[:2]) / 100))
    for box in boxes:
        x1, y1, x2, y2 = _pixels(image, box, 0.0)
        corners = (x1, y1), (x2 - 1, y2 - 1)
        cv2.rectangle(canvas, *corners, (0, 0, 0), line + 2)
        cv2.rectangle(canvas, *corners, color, line)
    return canvas


def encode_png(image: np.ndarray) -> bytes:
    """Return `image` as PNG bytes, without loss."""
    return _encode(image, ".png", [])


def encode_jpeg(image: np.ndarray, quality: int = 90) -> bytes:
    """Return `image` as JPEG bytes; `quality` runs from 0 to 100."""
    return _encode(image, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def _encode(image: np.ndarray, suffix: str, options: list[int]) -> bytes:
    done, packed = cv2.imencode(suffix, cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2BGR), options)
    if not done:
        raise InputError(f"image of shape {image.shape}", f"it cannot be written as {suffix}")
    return bytes(packed.tobytes())


def _pixels(image: np.ndarray, box: Box4, context: float) -> tuple[int, int, int, int]:
    """Pixel rows and columns touched by a box, half-open."""
    x1, y1, x2, y2 = box
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        raise InputError(f"box ({x1:g}, {y1:g}, {x2:g}, {y2:g})", "corners must be left, top, right, bottom in 0 to 1")
    height, width = image.shape[:2]
    dx, dy = context * (x2 - x1), context * (y2 - y1)
    left, right = _covered(x1 - dx, x2 + dx, width)
    top, bottom = _covered(y1 - dy, y2 + dy, height)
    return left, top, right, bottom


def _covered(low: float, high: float, size: int) -> tuple[int, int]:
    # 1e-6 pixel: a share that was a whole pixel before it was divided is that pixel again.
    first = min(max(int(np.floor(low * size + 1e-6)), 0), size - 1)
    return first, min(max(int(np.ceil(high * size - 1e-6)), first + 1), size)
