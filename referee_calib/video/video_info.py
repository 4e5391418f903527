"""What a video file honestly says about itself: one pass over its packets, cached while the file stays as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from referee_calib.errors import VideoError
from referee_calib.video.container import REPLACE, last_indexed, open_video, origin, shown_for
from referee_calib.video.fork_guard import held_against_fork

MAX_PACKETS = 100_000  # about an hour at 30 frames/s; longer files are described by what was read of them
_STEADY_SECONDS = 0.0015  # Matroska rounds every time to a millisecond, so two intervals may differ by one
_PLAYED = {  # container family -> codecs that Chromium and Firefox both play in it
    "mov": {"h264", "vp9", "av1"},
    "matroska": {"vp8", "vp9", "av1"},
}
_CODEC_NAMES = {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9", "libvpx": "vp8"}
_PIXELS = {"yuv420p", "yuvj420p"}


@dataclass(frozen=True, slots=True)
class Playability:
    """Whether browsers play a file, and why not (or as what)."""

    plays: bool
    reason: str


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file holds, read from its packets rather than from its header's promises."""

    path: Path  # the file
    # width, height: of the picture as it is shown, after the rotation the file asks for
    width: int
    height: int
    duration: float  # time in seconds at which the last frame stops being shown, on the timeline of this module
    fps: float  # mean frames per second; 0 when there is only one frame
    n_frames: int | None  # frames shown; None when the file is too long to be counted cheaply
    codec: str  # FFmpeg's name: "h264", "vp9", …
    variable: bool  # whether the time from frame to frame varies, judged from the presentation times themselves
    complete: bool  # False when the file ends before its own index does: it was cut off in transfer
    # container, pixel_format: FFmpeg's names of the container's family and of the pixel format: "mov", "yuv420p", …
    container: str
    pixel_format: str

    @property
    def playability(self) -> Playability:
        """Whether the browsers people use play this file."""
        seen = f"{self.codec}, {self.pixel_format}, in {self.container}"
        if self.codec not in set().union(*_PLAYED.values()):
            return Playability(False, f"{seen}: browsers play H.264, VP8, VP9 and AV1 only")
        if self.codec not in _PLAYED.get(self.container, set()):
            return Playability(False, f"{seen}: browsers do not play this codec in this container; use MP4 or WebM")
        if self.pixel_format not in _PIXELS:
            return Playability(False, f"{seen}: not every browser plays this pixel format; use yuv420p")
        return Playability(True, seen)


def probe(path: str | os.PathLike[str]) -> VideoInfo:
    """Describe a video by one pass over its packets; nothing but the first frame is decoded.

    A file is read once as long as its identity (device, inode, size, times of change) stays the same. Raises VideoError
    when the file is missing, cannot be read, or holds no frame.
    """
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return _read(Path(path))  # says what is wrong
    with held_against_fork():
        return _read_once(Path(path), (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


@lru_cache(maxsize=4096)
def _read_once(path: Path, _identity: tuple[int, ...]) -> VideoInfo:
    return _read(path)


def _read(path: Path) -> VideoInfo:
    with open_video(path) as (container, stream):
        indexed = last_indexed(stream)
        packets, whole, turned = _packets(container, stream)
        if not packets:
            raise VideoError(f"video {path}", "it holds no complete frame", REPLACE)
        read_to = max(dts for dts, _, _ in packets)
        complete = not whole or indexed is None or read_to >= indexed
        # Behind a cut, frames are missing between those that were decoded ahead of them.
        shown = sorted((pts, ticks) for _, pts, ticks in packets if complete or pts <= read_to)
        times = np.array([pts for pts, _ in shown]) * float(stream.time_base or 0)
        gaps = np.diff(times)
        lasts = shown_for(container, stream, shown[-1][1], float(gaps[-1]) if gaps.size else 0.0)
        width, height = (stream.height, stream.width) if turned else (stream.width, stream.height)
        codec = stream.codec_context.name
        return VideoInfo(
            path,
            width,
            height,
            duration=float(times[-1]) + lasts - origin(container),
            fps=float(1 / gaps.mean()) if gaps.size else 0.0,
            n_frames=len(shown) if whole else None,
            codec=_CODEC_NAMES.get(codec, codec),
            variable=bool(gaps.size and gaps.max() - gaps.min() > _STEADY_SECONDS),
            complete=complete,
            container=container.format.name.split(",")[0],
            pixel_format=stream.codec_context.pix_fmt or "unknown pixels",
        )


def _packets(container: InputContainer, stream: VideoStream) -> tuple[list[tuple[int, int, int]], bool, bool]:
    """Return (dts, pts, duration) in ticks of each shown packet, whether all were read, and whether it is turned."""
    read: list[tuple[int, int, int]] = []
    first: VideoFrame | None = None
    undecoded = True
    # A file that cannot be read on ends there, whatever its header says.
    with suppress(FFmpegError, OSError):
        for number, packet in enumerate(container.demux(stream)):
            if number == MAX_PACKETS:
                return read, False, _is_turned(first)
            if packet.pts is not None and not packet.is_discard and not packet.is_corrupt:
                read.append((packet.dts if packet.dts is not None else packet.pts, packet.pts, packet.duration or 0))
            if undecoded:
                first, undecoded = _first_frame(packet)
    return read, True, _is_turned(first)


def _first_frame(packet: av.Packet[VideoStream]) -> tuple[VideoFrame | None, bool]:
    """Return the frame that a packet gives, and whether to try the next one: a decoder may first need several."""
    try:
        frames = packet.decode()
    except (FFmpegError, OSError):
        return None, False
    return (frames[0], False) if frames else (None, True)


def _is_turned(first: VideoFrame | None) -> bool:
    """Whether the file asks for a quarter turn, as telephones write it."""
    return first is not None and first.rotation % 180 != 0
