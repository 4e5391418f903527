"""Copies of videos that every browser plays: H.264 in MP4, every frame at the time at which the original shows it.

People watch the copy while it moves. What is judged, by people and referees, stays the original: a standing picture is
decoded from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av.error import FFmpegError
from av.packet import Packet

from referee_calib.errors import VideoError
from referee_calib.video.file_format.container import open_video
from referee_calib.video.render import TimedPicture, timed_pictures, write_rendering
from referee_calib.video.video_info import FrameTimes, frame_times, probe

CRF = 20  # hardly visible, a third smaller than what perturbations are rendered with
SAME_SECONDS = 0.001  # containers round times to a millisecond or less
Way = Literal["remuxed", "encoded"]
_REMUXED = ("h264", {"yuv420p", "yuvj420p"})


def make_playable_copy(source: Path, target: Path) -> Way:
    """Write the MP4 `target`, which Chromium, Firefox and Safari play, and check it frame by frame.

    Parameters
    ----------
    source : Path
        A video file or a folder of frames.
    target : Path
        Replaced when it is there; nothing is left of it when the copy fails.

    Returns
    -------
    {"remuxed", "encoded"}
        Whether the packets could be kept as they are, in another container.

    Raises
    ------
    VideoError
        When the source cannot be read to its end, or no copy has its frame times.
    """
    try:
        if _can_be_remuxed(source) and _remux(source, target) and _same_times(source, target):
            return "remuxed"
        base, frames = timed_pictures(source)
        write_rendering(source, target, base, map(_even, frames), CRF, grown=True)
        if not _same_times(source, target):
            why = "its copy shows frames at other times than the original"
            raise VideoError(f"video {source}", why, "Copy it yourself: ffmpeg -i IN -c:v libx264 OUT.mp4")
        return "encoded"
    except BaseException as error:
        with suppress(OSError):
            target.unlink(missing_ok=True)
        if isinstance(error, FFmpegError):
            why = f"no copy of it can be written ({error.strerror or error})"
            raise VideoError(f"video {source}", why) from error
        raise


def _can_be_remuxed(source: Path) -> bool:
    info = probe(source)
    codec, pixels = _REMUXED
    if info.codec != codec or info.pixel_format not in pixels or info.container == "avi":  # AVI counts, it has no times
        return False
    with open_video(source) as (_, stream):
        return (stream.width, stream.height) == (info.width, info.height)  # neither turned nor stretched


def _remux(source: Path, target: Path) -> bool:
    """Copy the packets of the chosen stream; tell whether the container took them."""
    try:
        fast = {"movflags": "+faststart"}
        with open_video(source) as (container, stream), av.open(str(target), "w", format="mp4", options=fast) as out:
            copy = out.add_stream_from_template(stream)
            for packet in _with_decoding_times(packet for packet in container.demux(stream) if packet.size):
                packet.stream = copy
                out.mux(packet)
    except (FFmpegError, OSError, ValueError):
        return False
    return True


def _with_decoding_times(packets: Iterable[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Give the first packets of a stream the decoding times that Matroska leaves out."""
    waiting: list[Packet[Any]] = []
    for packet in packets:
        if packet.dts is None:
            waiting.append(packet)
            continue
        for before, one in enumerate(reversed(waiting), start=1):
            one.dts = packet.dts - before * max(1, packet.duration or 1)
        yield from waiting
        waiting = []
        yield packet
    yield from waiting


def _same_times(source: Path, target: Path) -> bool:
    """Tell whether both show as many frames, each at the same time after the first."""
    try:
        one, other = _since_first(frame_times(source)), _since_first(frame_times(target))
    except VideoError:
        return False
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= SAME_SECONDS))


def _since_first(times: FrameTimes) -> np.ndarray:
    return times.seconds("first-frame")


def _even(frame: TimedPicture) -> TimedPicture:
    """Repeat the last row or column where their number is odd: browsers play no other 4:2:0."""
    stamp, image = frame
    odd = [(0, side % 2) for side in image.shape[:2]]
    return stamp, np.pad(image, (*odd, (0, 0)), mode="edge") if any(more for _, more in odd) else image
