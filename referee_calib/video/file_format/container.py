"""Opening a video, and its timeline.

The timeline, everywhere in this package: a frame's time is ``pts * time_base`` in seconds as stored in
the file, which is what a browser reports for MP4 and WebM. Transport streams start their clock
anywhere, so there the container's start time is subtracted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from referee_calib.errors import VideoError
from referee_calib.video.file_format import file_kind
from referee_calib.video.file_format.frame_stamps import stored_in_order
from referee_calib.video.file_format.stream_choice import choose_stream

REPLACE = file_kind.COPY
_FREE_CLOCK = {"mpegts", "mpeg"}
_LOOKED_AT = 4_000_000  # bytes at each end of a file, where its index lies
_ENCRYPTIONS = {
    b"schm\0\0\0\0cenc": "Common Encryption, cenc",
    b"schm\0\0\0\0cbcs": "Common Encryption, cbcs",
    b"encv": "encrypted samples",
}


@contextmanager
def open_video(path: str | os.PathLike[str]) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video file, give PyAV's container and the stream that people see, and close it again."""
    place = Path(path)
    try:
        container = _opened(place)
    except PermissionError as error:
        raise VideoError(f"video {place}", "it may not be read", f"Type: chmod u+r {place}") from error
    except (FFmpegError, OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = f"it is not a video, or its index is cut off ({_error_text(error)})"
        raise VideoError(f"video {place}", why, REPLACE) from error
    with container:
        choice = choose_stream(container)
        if choice is None:
            raise VideoError(f"video {place}", _without_pictures(container), REPLACE)
        choice.stream.thread_type = "AUTO"
        yield container, choice.stream


@contextmanager
def packets_of(container: InputContainer, stream: VideoStream) -> Iterator[Iterator[Packet[VideoStream]]]:
    """Give the packets of a stream from here on, and free what reading them holds, also where it ends early.

    PyAV's generator frees it when it has ended or is closed, but not when it is only dropped (version 18.1: 190 bytes
    each time, for as long as the process lives).
    """
    packets = container.demux(stream)
    try:
        yield packets
    finally:
        packets.close()  # type: ignore[attr-defined]  # PyAV declares the generator as an iterator


def _opened(place: Path) -> InputContainer:
    wrong = file_kind.missing(place)
    if wrong is None and not place.is_file():
        wrong = file_kind.NoVideo("it is not a file", "")
    wrong = wrong or file_kind.told_by_first_bytes(place)
    if wrong is not None:
        raise VideoError(f"video {place}", wrong.why, wrong.do)
    # Absolute and from files only: a name is never taken for an address, nor may a playlist lead elsewhere.
    return av.open(str(place.absolute()), options={"protocol_whitelist": "file"})


def _without_pictures(container: InputContainer) -> str:
    if file_kind.is_still_picture(container.format.name):
        return "it is a picture that cannot be decoded, not a video"
    if container.streams.audio:
        return "it holds sound and no moving pictures"
    return "it holds no pictures, or it is cut off before them"


def chosen_stream_reason(container: InputContainer) -> str:
    """Return why the stream is taken that :func:`open_video` gives, "" where there is only one."""
    choice = choose_stream(container)
    return "" if choice is None else choice.reason


def container_format(path: Path) -> str:
    """Return FFmpeg's name of a file's format, such as "mov,mp4,m4a,3gp,3g2,mj2"."""
    with open_video(path) as (container, _):
        return str(container.format.name)


def encryption_of(path: Path) -> str:
    """Name the encryption that an MP4 states in its index, "" where none is stated."""
    with path.open("rb") as file:
        size = path.stat().st_size
        parts = [file.read(_LOOKED_AT)]
        file.seek(max(0, size - _LOOKED_AT))
        parts.append(file.read())
    for mark, name in _ENCRYPTIONS.items():
        if any(mark in part for part in parts):
            return name
    return ""


def origin(container: InputContainer) -> float:
    """Return the seconds to subtract from ``pts * time_base`` to get to this package's timeline."""
    free = bool(_FREE_CLOCK & set(container.format.name.split(",")))
    return (container.start_time or 0) / av.time_base if free else 0.0


def shown_for(container: InputContainer, stream: VideoStream, ticks: int | None, interval: float) -> float:
    """Return how long the last frame stays on screen, in seconds.

    That is what the file says (`ticks`). Transport streams store no duration (FFmpeg guesses one from the codec's
    clock) and AVI counts fields, so there, and where a file says nothing, it is the `interval` before that frame.
    """
    stated = not (stored_in_order(container, stream) or _FREE_CLOCK & set(container.format.name.split(",")))
    if ticks and stated:
        return ticks * float(stream.time_base or 0)
    rate = stream.average_rate or stream.guessed_rate
    return interval or (float(1 / rate) if rate else 0.0)


def last_indexed(stream: VideoStream) -> int | None:
    """Return the dts of the last frame in the file's own index, in ticks; None without an index.

    A file whose packets stop before it was cut off. Ask before reading: some containers add what they read.
    """
    entries = stream.index_entries
    return entries[len(entries) - 1].timestamp if len(entries) else None


def _error_text(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
