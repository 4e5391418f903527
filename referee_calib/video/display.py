"""From a decoded frame to the picture that people see: colours, pixel aspect, turns and mirrorings.

Boxes are shares of this picture. Colours: what a file says about its matrix and range is followed. Where it says
nothing, pictures of 720 rows or more are BT.709 and smaller ones BT.601, except VP9 and AV1, which are BT.601 at
every size; that is what Chromium does. Wide gamuts and high dynamic range are converted by their matrix alone, as
``ffmpeg`` does, without tone mapping.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from referee_calib.video.images import resize

HD_ROWS = 720
_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED
_BY_CODEC = {"vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"}  # these do not go by the number of rows
_IMPLIED = {"vp8", "libvpx"}  # VP8 cannot say; FFmpeg fills in BT.601 for it


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a picture is put upright: rows and columns exchanged first, then mirrored."""

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def apply(self, image: np.ndarray) -> np.ndarray:
        """Return a view of an image of shape (height, width, 3), upright."""
        shown = image.transpose(1, 0, 2) if self.transposed else image
        shown = shown[:, ::-1] if self.flip_x else shown
        return shown[::-1] if self.flip_y else shown


def orientation_of(frame: VideoFrame) -> Orientation:
    """Return what a frame's display matrix asks for, to the nearest quarter turn.

    The matrix (ISO 14496-12) takes the point (x, y), y downwards, to (a x + c y, b x + d y); it has the nine numbers
    a, b, u, c, d, v, x, y, w.
    """
    # A frame that gives out its side data holds itself, megabytes of pixels, until the garbage collector comes. A tiny
    # copy has the same side data.
    copy = frame.reformat(width=2, height=2, format="gray", threads=1)
    beside: Any = copy.side_data  # PyAV's type names motion vectors alone
    try:
        found = bytes(beside["DISPLAYMATRIX"])
    except KeyError:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", found[:36])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


def stretched_size(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Return width and height in square pixels, before any turn; the longer way round, as browsers do."""
    if not aspect or aspect <= 0 or aspect == 1:
        return width, height
    return (round(width * aspect), height) if aspect > 1 else (width, max(1, round(height / aspect)))


def shown_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return width and height of the picture that people see."""
    width, height = stretched_size(frame.width, frame.height, stream.sample_aspect_ratio)
    return (height, width) if orientation_of(frame).transposed else (width, height)


def shown_picture(frame: VideoFrame, stream: VideoStream) -> np.ndarray:
    """Return the picture that people see, uint8 RGB of shape (height, width, 3), contiguous and its own copy."""
    width, height = stretched_size(frame.width, frame.height, stream.sample_aspect_ratio)
    image = resize(_rgb(frame, stream, height), height, width)
    return orientation_of(frame).apply(image).copy()


def _rgb(frame: VideoFrame, stream: VideoStream, rows: int) -> np.ndarray:
    codec = stream.codec_context.name
    untagged = frame.colorspace == _UNSPECIFIED or codec in _IMPLIED
    if untagged and rows >= HD_ROWS and codec not in _BY_CODEC and not frame.format.is_rgb:
        frame = frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709, threads=1)
    return frame.to_ndarray(format="rgb24", threads=1)  # see fork_guard
