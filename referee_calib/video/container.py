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
from av.video.stream import VideoStream

from referee_calib.errors import VideoError

REPLACE = "Replace the file with a complete copy."
_FREE_CLOCK = {"mpegts", "mpeg"}


@contextmanager
def open_video(path: str | os.PathLike[str]) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video, give PyAV's container and its first video stream, and close it again."""
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
        why = f"it is not a video, or its index is cut off ({_error_text(error)})"
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


def _error_text(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
