"""Clips whose every frame carries its own number as a pattern of light and dark squares."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 12
SQUARE = 24
WIDTH, HEIGHT = BITS * SQUARE, 4 * SQUARE  # 288 x 96


def numbered_image(number: int) -> np.ndarray:
    """RGB picture of `number`: per bit a column, light above dark for 1, dark above light for 0."""
    image = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    for bit in range(BITS):
        top = 0 if number >> bit & 1 else 2 * SQUARE
        image[top : top + 2 * SQUARE, bit * SQUARE : (bit + 1) * SQUARE] = 230
    return image


def number_in(image: np.ndarray) -> int:
    """Read the number back from a decoded picture."""
    half = image.shape[0] // 2
    wide = image.shape[1] // BITS
    grey = image.mean(axis=2)
    columns = [grey[:, bit * wide + 4 : (bit + 1) * wide - 4] for bit in range(BITS)]
    return sum(1 << bit for bit, c in enumerate(columns) if c[8 : half - 8].mean() > c[half + 8 : -8].mean())


def render(
    path: Path,
    n_frames: int,
    rate: Fraction = Fraction(30),
    ticks: list[int] | None = None,
    gop: int = 30,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rotation: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a numbered clip; `ticks` are presentation times in units of 1 / (10 * rate)."""
    movflags = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=movflags) as out:
        stream = out.add_stream(codec, rate=rate, options={"g": str(gop), **(options or {})})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        stream.codec_context.time_base = 1 / (10 * rate)
        if rotation:
            stream.set_display_rotation(rotation)
        for number in range(n_frames):
            frame = av.VideoFrame.from_ndarray(numbered_image(number), format="rgb24")
            frame.pts = ticks[number] if ticks else 10 * number
            frame.time_base = 1 / (10 * rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def start_at(source: Path, target: Path, frame_ticks: int) -> Path:
    """Copy an MP4, changing its edit list so that playback starts `frame_ticks` media ticks later.

    The box "elst" (ISO 14496-12) is: size, name, version and flags, count, then per entry the duration
    in movie ticks, the start in media ticks and the rate; version 0 has 32-bit entries.
    """
    data = bytearray(source.read_bytes())
    at = data.index(b"elst") + 4
    version, count = data[at], struct.unpack_from(">I", data, at + 4)[0]
    assert (version, count) == (0, 1)
    start = struct.unpack_from(">i", data, at + 12)[0]
    struct.pack_into(">i", data, at + 12, start + frame_ticks)
    target.write_bytes(data)
    return target
