"""What a video holds, read from its packets and not from its header, and kept while the file stays as it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from referee_calib.errors import VideoError
from referee_calib.fork_guard import held_against_fork
from referee_calib.records import Clock
from referee_calib.video.display import shown_size
from referee_calib.video.file_format.browser_support import plays_commonly, why_not
from referee_calib.video.file_format.container import REPLACE, chosen_stream_reason, open_video, origin, shown_for
from referee_calib.video.file_format.truncation import is_cut_off
from referee_calib.video.frame_folder import FrameFolder, folder_identity, is_frame_folder
from referee_calib.video.packet_times import gaps_of, read_packet_times

_STEADY_SECONDS = 0.0015  # Matroska rounds every time to a millisecond, so two intervals may differ by one
FileIdentity = tuple[object, ...]
_CODEC_NAMES = {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9", "libvpx": "vp8"}


@dataclass(frozen=True, slots=True)
class Playability:
    """Whether browsers play a file, and why not (or as what)."""

    plays: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimes:
    """When every frame of a video is shown.

    Attributes
    ----------
    stamps : array of int, shape (n_frames,)
        Rising, in ticks.
    base : Fraction
        Seconds of a tick.
    zero : float
        Seconds of the file's clock at stamp 0, taken off.
    end : float
        When the last frame stops being shown, in seconds on the file's clock.
    """

    stamps: np.ndarray
    base: Fraction
    zero: float
    end: float

    def seconds(self, clock: Clock = "file") -> np.ndarray:
        """Return when each frame begins to be shown, in seconds, of shape (n_frames,)."""
        since = self.stamps - (self.stamps[0] if clock == "first-frame" else 0)
        return np.asarray(since * float(self.base) - (0.0 if clock == "first-frame" else self.zero))

    def compact(self) -> dict[str, Any]:
        """Return the same as JSON types; distances between frames as runs ``[count, ticks]``.

        ``start`` and ``end`` are seconds on the file's clock and ``tick`` is a pair, numerator and denominator: frame k
        begins at ``start + tick · (sum of the first k distances)``. A steady video has one run, whatever its length.
        """
        start = float(self.stamps[0]) * float(self.base) - self.zero
        tick = [self.base.numerator, self.base.denominator]
        return {"start": start, "end": self.end, "tick": tick, "runs": gaps_of(self.stamps)}

    @classmethod
    def from_compact(cls, told: Mapping[str, Any]) -> FrameTimes:
        """Read what :meth:`compact` gave; stamps then count from the first frame."""
        base = Fraction(*told["tick"])
        runs = np.array(told["runs"], dtype=np.int64).reshape(-1, 2)
        stamps = np.concatenate([[0], np.cumsum(np.repeat(runs[:, 1], runs[:, 0]))]).astype(np.int64)
        return cls(stamps, base, -float(told["start"]), float(told["end"]))


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file holds, read from its packets rather than from its header's promises."""

    path: Path  # the file
    # width, height: of the picture as it is shown: turned and stretched as the file asks
    width: int
    height: int
    duration: float  # time in seconds at which the last frame stops being shown, on the file's clock
    fps: float  # mean frames per second; 0 when there is only one frame
    n_frames: int | None  # frames shown; None when the file is too large to be counted cheaply
    codec: str  # FFmpeg's name: "h264", "vp9", …
    variable: bool  # whether the time from frame to frame varies, judged from the presentation times themselves
    complete: bool  # False when the file ends before its own index or sizes do: it was cut off in transfer
    # container, pixel_format: FFmpeg's names of the container's family and of the pixel format: "mov", "yuv420p", …
    container: str
    pixel_format: str

    start: float = 0.0  # time in seconds of the first frame on the file's clock
    stream: int | None = 0  # number of the stream whose pictures are taken; None of a folder of frames
    stream_reason: str = ""  # why that one, where there are several
    times: FrameTimes | None = field(default=None, repr=False, compare=False)  # None when frames are not counted

    def starts_at(self, clock: Clock) -> float:
        """Return when the first frame is shown, in seconds on a clock; never before 0, where no claim points."""
        return max(0.0, self.start) if clock == "file" else 0.0

    def ends_at(self, clock: Clock) -> float:
        """Return when the last frame stops being shown, in seconds on a clock."""
        return self.duration - (self.start if clock == "first-frame" else 0.0)

    @property
    def playability(self) -> Playability:
        """Whether the browsers people use play this file."""
        if self.stream is None:
            return Playability(False, "a folder of frames, and browsers play files")
        facts = (self.container, self.codec, self.pixel_format)
        plays = plays_commonly(*facts)
        return Playability(
            plays, ", ".join((self.codec, self.pixel_format, f"in {self.container}")) if plays else why_not(*facts)
        )


def probe(path: str | os.PathLike[str]) -> VideoInfo:
    """Describe a video by its packets; nothing but the first frame is decoded.

    A file is read once as long as its identity (device, inode, size, times of change) stays the same. Raises VideoError
    when the file is missing, cannot be read, or holds no frame.
    """
    identity = file_identity(Path(path))
    if identity is None:
        return _read(Path(path))  # says what is wrong
    with held_against_fork():
        return _read_once(Path(path), identity)


def file_identity(path: Path) -> FileIdentity | None:
    """Tell a file, or a folder of frames, as it is now from what it was or another one; None without one."""
    try:
        found = path.stat()
        inside = folder_identity(path) if is_frame_folder(path) else ()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, inside


def frame_times(path: str | os.PathLike[str]) -> FrameTimes:
    """Return when every frame of a video is shown.

    Of a large file whose container has no index this reads the whole file; ``Study.frame_times`` keeps what was read.
    Raises VideoError as :func:`probe`.
    """
    if (found := probe(path).times) is not None:
        return found
    with held_against_fork():
        return _count(Path(path))


def _count(path: Path) -> FrameTimes:
    with open_video(path) as (container, stream):
        found = read_packet_times(container, stream, 0)
        if found is None:
            raise VideoError(f"video {path}", "it holds no complete frame", REPLACE)
        base, zero = Fraction(stream.time_base or 1), origin(container)
        interval = float(base) * int(np.diff(found.stamps)[-1]) if len(found.stamps) > 1 else 0.0
        lasts = shown_for(container, stream, found.ticks, interval)
        return FrameTimes(found.stamps, base, zero, float(base) * int(found.stamps[-1]) + lasts - zero)


@lru_cache(maxsize=4096)
def _read_once(path: Path, _identity: FileIdentity) -> VideoInfo:
    return _read(path)


def _read(path: Path) -> VideoInfo:
    if is_frame_folder(path):
        return _read_folder(FrameFolder.open(path))
    with open_video(path) as (container, stream):
        found = read_packet_times(container, stream, container.size)
        if found is None:
            raise VideoError(f"video {path}", "it holds no complete frame", REPLACE)
        base = Fraction(stream.time_base or 1)
        zero = origin(container)
        seconds = found.stamps * float(base)
        gaps = np.diff(seconds)
        lasts = shown_for(container, stream, found.ticks, float(gaps[-1]) if gaps.size else 0.0)
        end = float(seconds[-1]) + lasts - zero
        codec = stream.codec_context.name
        first = found.first
        width, height = shown_size(first, stream) if first is not None else (stream.width, stream.height)
        rate = stream.average_rate or stream.guessed_rate
        counted = found.counted
        return VideoInfo(
            path,
            width,
            height,
            duration=end,
            fps=_mean_rate(gaps) if counted else float(rate or 0),
            n_frames=len(seconds) if counted else None,
            codec=_CODEC_NAMES.get(codec, codec),
            variable=bool(counted and gaps.size and gaps.max() - gaps.min() > _STEADY_SECONDS),
            complete=found.complete and not is_cut_off(path),
            container=container.format.name.split(",")[0],
            pixel_format=stream.codec_context.pix_fmt or "unknown pixels",
            start=float(seconds[0]) - zero,
            stream=stream.index,
            stream_reason=chosen_stream_reason(container),
            times=FrameTimes(found.stamps, base, zero, end) if counted else None,
        )


def _read_folder(folder: FrameFolder) -> VideoInfo:
    """Describe a folder of frames."""
    base = Fraction(1, 1_000_000)
    stamps = np.rint(np.array(folder.times) * 1e6).astype(np.int64)
    gaps = np.diff(np.array(folder.times))
    height, width = folder.picture(0).shape[:2]
    return VideoInfo(
        folder.path,
        width,
        height,
        duration=folder.end,
        fps=_mean_rate(gaps),
        n_frames=len(folder.files),
        codec=folder.files[0].suffix.lower().lstrip(".").replace("jpg", "jpeg"),
        variable=bool(gaps.size and gaps.max() - gaps.min() > _STEADY_SECONDS),
        complete=True,
        container="frames",
        pixel_format="rgb24",
        start=folder.times[0],
        stream=None,
        times=FrameTimes(stamps, base, 0.0, folder.end),
    )


def _mean_rate(gaps: np.ndarray) -> float:
    return float(1 / gaps.mean()) if gaps.size else 0.0
