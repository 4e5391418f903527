"""Cutting out, drawing on, and packing single frames.

Boxes are ``(x1, y1, x2, y2)`` as shares of the frame's width and height; images are uint8 RGB of shape
(height, width, 3). Nothing here changes the image it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import cv2
import numpy as np

from referee_calib.errors import InputError

Box4 = Sequence[float]
Outline = Literal["solid", "dashed", "corners"]
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
    image: np.ndarray,
    boxes: Iterable[Box4],
    color: tuple[int, int, int] = RED,
    thickness: int | None = None,
    outline: Outline = "solid",
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
    outline : {"solid", "dashed", "corners"}
        The whole line, every other stretch of it, or a quarter of each side at the corners: the last two hide less
        of a small thing.

    Returns
    -------
    np.ndarray
        A new image of the same shape.
    """
    canvas = np.ascontiguousarray(image).copy()
    line = thickness or max(2, round(min(image.shape[:2]) / 100))
    for box in boxes:
        x1, y1, x2, y2 = _pixels(image, box, 0.0)
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


def encode_png(image: np.ndarray) -> bytes:
    """Return `image` as PNG bytes, without loss."""
    return _encode(image, ".png", [])


def encode_jpeg(image: np.ndarray, quality: int = 90, *, full_colour: bool = False) -> bytes:
    """Return `image` as JPEG bytes.

    Parameters
    ----------
    image : np.ndarray, shape (height, width, 3)
    quality : int
        From 0 to 100.
    full_colour : bool
        True keeps the colour of every pixel (4:4:4); False halves its resolution (4:2:0), which smears thin
        coloured lines.
    """
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    if full_colour:
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encode(image, ".jpg", options)


def decode(data: bytes) -> np.ndarray:
    """Return the pixels of an encoded picture: uint8, (height, width, 3), RGB.

    Raises
    ------
    InputError
        When the bytes are no picture.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if pixels is None:
        raise InputError(f"{len(data)} bytes", "they are no picture that can be decoded")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return `image` at another size: averaged when smaller, interpolated when larger."""
    if image.shape[:2] == (height, width):
        return image
    method = cv2.INTER_AREA if height * width < image.shape[0] * image.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (width, height), interpolation=method))


def pad(image: np.ndarray, side: int) -> np.ndarray:
    """Add grey on both sides of what is narrower than `side` pixels, in either direction."""
    missing = [max(0, side - length) for length in image.shape[:2]]
    if not any(missing):
        return image
    up, left = missing[0] // 2, missing[1] // 2
    edges = (up, missing[0] - up, left, missing[1] - left)
    return np.asarray(cv2.copyMakeBorder(image, *edges, cv2.BORDER_CONSTANT, value=(127, 127, 127)))


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
