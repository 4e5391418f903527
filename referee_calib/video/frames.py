"""Exact frames by presentation time.

The frame shown at a time is the last one whose time is not later; before the first frame it is the
first. Times count on the file's own clock or from the first frame, as the caller says. Frames are found by
seeking to a key frame at or before the time, checking the presentation
stamp that comes out, backing off when the seek went too far, and decoding forward: an index computed
from a frame rate is wrong on variable rates, edit lists and streams that start late.
"""

from __future__ import annotations

import math
import os
from collections.abc import Generator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from referee_calib.errors import VideoError
from referee_calib.fork_guard import held_against_fork
from referee_calib.records import END_ROUNDING, Clock
from referee_calib.video.display import shown_picture
from referee_calib.video.file_format.container import (
    REPLACE,
    last_indexed,
    open_video,
    origin,
    packets_of,
    shown_for,
)
from referee_calib.video.file_format.frame_stamps import FrameStamps, stamp_of, stored_in_order
from referee_calib.video.file_format.truncation import is_cut_off
from referee_calib.video.frame_folder import FrameFolder, is_frame_folder

# Times arrive as text with three decimals, and Matroska stores milliseconds: half of one is no difference.
TOLERANCE = 0.0005
_DECODE_ON = 1.0  # seconds: below this, decoding on is cheaper than seeking


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame with the times that tell where it came from."""

    requested: float  # the time that was asked for, in seconds
    time: float  # when this frame begins to be shown, in seconds on the clock that was asked for
    pts: int  # the presentation stamp it carries in the file, in units of the stream's time base
    # uint8, shape (height, width, 3), RGB, as people see it (see display.py); read-only, because requests for the same
    # frame share it
    image: np.ndarray


def frames_at(path: str | os.PathLike[str], times: Iterable[float], *, clock: Clock = "file") -> list[Frame]:
    """Return the frames shown at these seconds, in their order, by one forward pass.

    Parameters
    ----------
    path : str or path
        A video file, or a folder of frames (see :mod:`.frame_folder`).
    times : iterable of float
        Seconds. Before the first frame the first one is shown; up to `END_ROUNDING` after the end, the last.
    clock : {"file", "first-frame"}
        Whether 0 is that of the file's own clock, or the first frame.

    Returns
    -------
    list of Frame

    Raises
    ------
    VideoError
        When the file is missing, unreadable or no video, when it breaks off before a requested time, or when a
        requested time lies outside it.
    """
    wanted = [_check_time(path, t) for t in times]
    if is_frame_folder(path):
        return _from_folder(FrameFolder.open(Path(path)), wanted, clock)
    with held_against_fork():
        shown = _frames_by_time(path, sorted(set(wanted)), clock)
    return [shown[t] for t in wanted]


def _frames_by_time(path: str | os.PathLike[str], times: Iterable[float], clock: Clock) -> dict[float, Frame]:
    with ExitStack() as stack:
        walk = _Walk(path, stack, clock)
        stack.callback(walk.close)
        return {t: walk.frame(t) for t in times}


def _from_folder(folder: FrameFolder, wanted: list[float], clock: Clock) -> list[Frame]:
    zero = folder.times[0] if clock == "first-frame" else 0.0
    shown: dict[float, Frame] = {}
    images: dict[int, np.ndarray] = {}
    for t in sorted(set(wanted)):
        if t > folder.end - zero + END_ROUNDING:
            raise _outside(folder.path, t, folder.end - zero)
        number = folder.shown_at(t + zero + TOLERANCE)
        if number not in images:
            images[number] = folder.picture(number)
            images[number].setflags(write=False)
        shown[t] = Frame(t, folder.times[number] - zero, number, images[number])
    return [shown[t] for t in wanted]


class _Walk:
    """A forward pass: the frame now shown, the one after it, and the decoder that makes more."""

    def __init__(self, path: str | os.PathLike[str], stack: ExitStack, clock: Clock) -> None:
        self._path, self._stack = path, stack
        self._decode_on, self._interval = _DECODE_ON, 0.0
        self._cached: tuple[int, np.ndarray] | None = None
        self._shift = 0.0  # from the file's clock to the one that was asked for
        self._start()
        if clock == "first-frame":
            self._shift = self._time(self._current)
            self._zero += self._shift
        self._begin = self._time(self._current)

    def _start(self) -> None:
        self._container, self._stream = self._stack.enter_context(open_video(self._path))
        self._zero, self._base = origin(self._container) + self._shift, float(self._stream.time_base or 0)
        self._indexed = last_indexed(self._stream)
        if stored_in_order(self._container, self._stream):
            self._decode_on = math.inf  # frames that are counted are counted from the first
        self._decode_from_here()
        first = self._next_frame()
        if first is None:
            raise VideoError(f"video {self._path}", "no frame of it can be decoded", REPLACE)
        self._current: VideoFrame = first
        self._next = self._next_frame()

    def close(self) -> None:
        """Let go of the decoder: the generator of frames and this object hold each other."""
        self._frames.close()
        del self._frames

    def frame(self, t: float) -> Frame:
        """Return the frame shown at `t`; calls come with rising times."""
        limit = t + TOLERANCE
        if self._sure_until is not None or (
            self._next is not None and self._time(self._next) < limit - self._decode_on
        ):
            self._seek(limit)
        while self._next is not None and self._time(self._next) <= limit:
            self._interval = self._time(self._next) - self._time(self._current)
            self._current, self._next = self._next, self._next_frame()
        if self._next is None:
            self._check_still_shown(t)
        if self._current.is_corrupt:
            raise self._cut_off(t, "the frame there is damaged")
        return Frame(requested=t, time=self._time(self._current), pts=stamp_of(self._current), image=self._pixels())

    def _seek(self, limit: float) -> None:
        """Move to a key frame at or before `limit`, going further back while what comes out lies after it."""
        back = 0.0
        while limit - back > self._begin:
            found = self._first_after_seek(limit - back)
            if found is not None and self._time(found) <= limit:
                # Key frames lie at least this far apart: over shorter ways, decoding on repeats nothing.
                self._decode_on = max(self._decode_on, limit - self._time(found))
                self._current, self._next = found, self._next_frame()
                return
            back = 2 * back or _DECODE_ON
        self._decode_on = math.inf  # no seek in this file lands early enough (some transport streams)
        self._start()

    def _first_after_seek(self, t: float) -> VideoFrame | None:
        try:
            self._container.seek(int((t + self._zero) / self._base), stream=self._stream, backward=True)
        except (FFmpegError, OSError):
            return None
        self._decode_from_here()
        return self._next_frame()

    def _decode_from_here(self) -> None:
        self._sure_until: float | None = None  # set where decoding breaks off
        self._stamps = FrameStamps(self._container, self._stream)
        self._frames = self._decoding()

    def _next_frame(self) -> VideoFrame | None:
        return next(self._frames, None)

    def _decoding(self) -> Generator[VideoFrame, None, None]:
        """Yield frames in the order they are shown, up to the end or to where the file is damaged.

        No packet is shown before it is decoded (pts >= dts), so whatever was lost after the last sound
        packet is shown later than that packet's dts: frames up to there are the right ones, later ones
        may have lost a neighbour that should have been shown in between.
        """
        sound = -math.inf
        try:
            with packets_of(self._container, self._stream) as packets:
                for packet in packets:
                    if packet.is_corrupt or (not packet.size and self._indexed is not None and sound < self._indexed):
                        break
                    yield from self._stamps.decode(packet)
                    if not packet.size:
                        return
                    sound = packet.dts if packet.dts is not None else sound
        except (FFmpegError, OSError):
            pass  # said by _sure_until
        self._sure_until = sound * self._base - self._zero
        with suppress(FFmpegError, OSError):
            yield from (f for f in self._stamps.stamped(self._stream.decode(None)) if self._time(f) <= self._sure_until)

    def _check_still_shown(self, t: float) -> None:
        """Raise unless the last frame that could be decoded is still on screen at `t`."""
        lasts = shown_for(self._container, self._stream, self._current.duration, self._interval)
        end = self._time(self._current) + lasts if self._sure_until is None else self._sure_until
        if t <= end + TOLERANCE:
            return
        if self._sure_until is not None or (t <= self._promised() and is_cut_off(Path(self._path))):
            raise self._cut_off(t, f"its pictures break off at {end:.3f} s")
        if t > end + END_ROUNDING:
            raise _outside(self._path, t, end)

    def _promised(self) -> float:
        """Return the end of the video according to its header, 0 when it says nothing."""
        if self._stream.duration:
            return float((self._stream.start_time or 0) + self._stream.duration) * self._base - self._zero
        return (self._container.duration or 0) / av.time_base

    def _cut_off(self, t: float, why: str) -> VideoError:
        return VideoError(f"video {self._path} at {t:g} s", f"{why}: the file is truncated or damaged", REPLACE)

    def _time(self, frame: VideoFrame) -> float:
        return stamp_of(frame) * self._base - self._zero

    def _pixels(self) -> np.ndarray:
        pts = stamp_of(self._current)
        if self._cached is None or self._cached[0] != pts:
            image = shown_picture(self._current, self._stream)
            image.setflags(write=False)
            self._cached = pts, image
        return self._cached[1]


def _outside(path: str | os.PathLike[str], t: float, end: float) -> VideoError:
    return VideoError(f"video {path} at {t:g} s", f"it ends at {end:.3f} s", "Check the claim's times.")


def _check_time(path: str | os.PathLike[str], t: float) -> float:
    if not math.isfinite(t) or t < 0:
        raise VideoError(f"video {path} at {t!r} s", "a time is a finite number of seconds from 0")
    return float(t)
