"""Single images, uint8 RGB of shape (height, width, 3): encoding, decoding, resizing, padding."""

from __future__ import annotations

import cv2
import numpy as np

from referee_calib.errors import InputError


def encode_png(image: np.ndarray) -> bytes:
    """Return `image` as PNG bytes, without loss."""
    return _encode(image, ".png", [])


def encode_jpeg(image: np.ndarray, quality: int = 90, *, full_colour: bool = False) -> bytes:
    """Return `image` as JPEG bytes, of a quality from 0 to 100.

    `full_colour` keeps the colour of every pixel (4:4:4); else its resolution is halved (4:2:0), which smears thin
    coloured lines.
    """
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    if full_colour:
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encode(image, ".jpg", options)


def decode(data: bytes) -> np.ndarray:
    """Return the pixels of an encoded picture, uint8 RGB; InputError when the bytes are none."""
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
