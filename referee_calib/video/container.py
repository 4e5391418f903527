"""Opening a video, its timeline, and what it honestly says about itself.

The timeline, everywhere in this package: a frame's time is ``pts * time_base`` in seconds as stored in
the file, which is what a browser reports for MP4 and WebM. Transport streams start their clock
anywhere, so there the container's start time is subtracted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from referee_calib.errors import VideoError

MAX_PACKETS = 100_000  # about an hour at 30 frames/s; longer files are described by what was read of them
REPLACE = "Replace the file with a complete copy."
_FREE_CLOCK = {"mpegts", "mpeg"}
_STEADY_SECONDS = 0.0015  # Matroska rounds every time to a millisecond, so two intervals may differ by one
_PLAYED = {  # container family -> codecs that Chromium and Firefox both play in it
    "mov": {"h264", "vp9", "av1"},
    "matroska": {"vp8", "vp9", "av1"},
}
_CODEC_NAMES = {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9", "libvpx": "vp8"}
_PIXELS = {"yuv420p", "yuvj420p"}


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file holds, read from its packets rather than from its header's promises.

    Attributes
    ----------
    path : Path
    width, height : int
        Of the picture as it is shown, after the rotation the file asks for.
    duration : float
        Time in seconds at which the last frame stops being shown, on the timeline of this module.
    fps : float
        Mean frames per second; 0 when there is only one frame.
    n_frames : int or None
        Frames shown; None when the file is too long to be counted cheaply.
    codec : str
        FFmpeg's name: "h264", "vp9", ….
    variable : bool
        Whether the time from frame to frame varies, judged from the presentation times themselves.
    complete : bool
        False when the file ends before its own index does: it was cut off in transfer.
    """

    path: Path
    width: int
    height: int
    duration: float
    fps: float
    n_frames: int | None
    codec: str
    variable: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Playability:
    """Whether browsers play a file, and why not (or as what)."""

    plays: bool
    reason: str


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video and close it again.

    Parameters
    ----------
    path : path-like

    Yields
    ------
    container, stream
        PyAV's container and its first video stream.

    Raises
    ------
    VideoError
        When the file is missing, cannot be read, or holds no video.
    """
    place = Path(path)
    if not os.path.lexists(place):
        raise VideoError(f"video {place}", "there is no such file", "Check the video's path in the claims.")
    if not place.is_file():
        raise VideoError(f"video {place}", "it is not a file")
    try:
        # Absolute and from files only: a name is never taken for an address, nor may a playlist lead elsewhere.
        container = av.open(str(place.absolute()), options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise VideoError(f"video {place}", "it may not be read", f"Type: chmod u+r {place}") from error
    except (FFmpegError, OSError, UnicodeError) as error:
        why = f"it is not a video, or its index is cut off ({_said(error)})"
        raise VideoError(f"video {place}", why, REPLACE) from error
    with container:
        # A cover picture in a sound file is a stream of one frame; it is not a video.
        moving = [s for s in container.streams.video if "attached_pic" not in str(s.disposition)]
        if not moving or not moving[0].codec_context or not moving[0].codec_context.width:
            raise VideoError(f"video {place}", "it holds no pictures, or it is cut off before them", REPLACE)
        moving[0].thread_type = "AUTO"
        yield container, moving[0]


def origin(container: InputContainer) -> float:
    """Return the seconds to subtract from ``pts * time_base`` to get to this package's timeline."""
    free = bool(_FREE_CLOCK & set(container.format.name.split(",")))
    return (container.start_time or 0) / av.time_base if free else 0.0


def shown_for(container: InputContainer, stream: VideoStream, ticks: int | None, interval: float) -> float:
    """Return how long the last frame stays on screen, in seconds.

    That is what the file says (`ticks`). Transport streams store no duration (FFmpeg guesses one from the
    codec's clock), so there, and where a file says nothing, it is the `interval` before that frame.
    """
    if ticks and not _FREE_CLOCK & set(container.format.name.split(",")):
        return ticks * float(stream.time_base or 0)
    rate = stream.average_rate or stream.guessed_rate
    return interval or (float(1 / rate) if rate else 0.0)


def last_indexed(stream: VideoStream) -> int | None:
    """Return the dts of the last frame in the file's own index, in ticks; None without an index.

    A file whose packets stop before it was cut off. Ask before reading: some containers add what they read.
    """
    entries = stream.index_entries
    return entries[len(entries) - 1].timestamp if len(entries) else None


def probe(path: str | os.PathLike[str]) -> VideoInfo:
    """Describe a video by one pass over its packets; nothing but the first frame is decoded.

    A file is read once as long as its identity (device, inode, size, times of change) stays the same.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    VideoInfo

    Raises
    ------
    VideoError
        When the file is missing, cannot be read, or holds no frame.
    """
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return _read(Path(path))  # says what is wrong
    return _cached(Path(path), (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


@lru_cache(maxsize=4096)
def _cached(path: Path, _identity: tuple[int, ...]) -> VideoInfo:
    return _read(path)


def _read(path: Path) -> VideoInfo:
    with opened(path) as (container, stream):
        indexed = last_indexed(stream)
        packets, whole = _packets(container, stream)
        if not packets:
            raise VideoError(f"video {path}", "it holds no complete frame", REPLACE)
        read_to = max(dts for dts, _, _ in packets)
        complete = not whole or indexed is None or read_to >= indexed
        # Behind a cut, frames are missing between those that were decoded ahead of them.
        shown = sorted((pts, ticks) for _, pts, ticks in packets if complete or pts <= read_to)
        times = np.array([pts for pts, _ in shown]) * float(stream.time_base or 0)
        gaps = np.diff(times)
        lasts = shown_for(container, stream, shown[-1][1], float(gaps[-1]) if gaps.size else 0.0)
        zero, size, codec = origin(container), (stream.width, stream.height), _codec(stream)
    width, height = size[::-1] if _turned(path) else size
    return VideoInfo(
        path,
        width,
        height,
        duration=float(times[-1]) + lasts - zero,
        fps=float(1 / gaps.mean()) if gaps.size else 0.0,
        n_frames=len(shown) if whole else None,
        codec=codec,
        variable=bool(gaps.size and gaps.max() - gaps.min() > _STEADY_SECONDS),
        complete=complete,
    )


def check_playable(path: str | os.PathLike[str]) -> Playability:
    """Say whether the browsers people use play this file.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Playability
        ``plays`` and a reason that names the container, the codec and the pixel format.

    Raises
    ------
    VideoError
        When the file cannot be opened at all.
    """
    with opened(path) as (container, stream):
        codec = _codec(stream)
        family = container.format.name.split(",")[0]
        pixels = stream.codec_context.pix_fmt or "unknown pixels"
    seen = f"{codec}, {pixels}, in {family}"
    if codec not in set().union(*_PLAYED.values()):
        return Playability(False, f"{seen}: browsers play H.264, VP8, VP9 and AV1 only")
    if codec not in _PLAYED.get(family, set()):
        return Playability(False, f"{seen}: browsers do not play this codec in this container; use MP4 or WebM")
    if pixels not in _PIXELS:
        return Playability(False, f"{seen}: not every browser plays this pixel format; use yuv420p")
    return Playability(True, seen)


def _codec(stream: VideoStream) -> str:
    name = stream.codec_context.name
    return _CODEC_NAMES.get(name, name)


def _packets(container: InputContainer, stream: VideoStream) -> tuple[list[tuple[int, int, int]], bool]:
    """Return (dts, pts, duration) in ticks of every packet that is shown, and whether that is all of them."""
    read: list[tuple[int, int, int]] = []
    # A file that cannot be read on ends there, whatever its header says.
    with suppress(FFmpegError, OSError):
        for number, packet in enumerate(container.demux(stream)):
            if number == MAX_PACKETS:
                return read, False
            if packet.pts is not None and not packet.is_discard and not packet.is_corrupt:
                read.append((packet.dts if packet.dts is not None else packet.pts, packet.pts, packet.duration or 0))
    return read, True


def _turned(path: str | os.PathLike[str]) -> bool:
    """Whether the file asks for a quarter turn, as telephones write it."""
    with opened(path) as (container, stream):
        try:
            first = next(container.decode(stream), None)
        except (FFmpegError, OSError):
            return False
        return first is not None and first.rotation % 180 != 0


def _said(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
