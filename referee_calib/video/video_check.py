"""Looking at a file before it is used: its packets, three decoded frames, its own sizes."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from referee_calib.errors import VideoError
from referee_calib.video.file_format import file_kind
from referee_calib.video.file_format.browser_support import browsers_that_play, why_not
from referee_calib.video.file_format.container import container_format, encryption_of
from referee_calib.video.frame_folder import is_frame_folder
from referee_calib.video.frames import frames_at
from referee_calib.video.inspection import VideoInspection
from referee_calib.video.video_info import FileIdentity, VideoInfo, file_identity, probe

_SAME_START = 0.0005  # seconds; a start as near to 0 as this is 0
_MP4 = "Write it anew: ffmpeg -i IN -c:v libx264 -pix_fmt yuv420p -movflags +faststart OUT.mp4"
_RATE = "State its rate: ffmpeg -r 25 -i IN -c copy OUT.mp4"


def inspect_video(path: str | os.PathLike[str]) -> VideoInspection:
    """Look at a video without ever raising for what is wrong with it: that stands in `problem`.

    A file is looked at once as long as it stays the same (:func:`referee_calib.video.probe`).

    Parameters
    ----------
    path : str or path
        A video file, or a folder of frames.

    Returns
    -------
    VideoInspection
    """
    identity = file_identity(Path(path))
    try:
        return _inspected(Path(path)) if identity is None else _inspect_once(Path(path), identity)
    except OSError as error:  # it vanished, or its disk did
        return _useless(Path(path), error.strerror or str(error))


def _useless(path: Path, problem: str, advice: str = "") -> VideoInspection:
    return VideoInspection(path=path, problem=problem, advice=advice, complete=False)


@lru_cache(maxsize=4096)
def _inspect_once(path: Path, _identity: FileIdentity) -> VideoInspection:
    return _inspected(path)


def _inspected(path: Path) -> VideoInspection:
    try:
        kind = "" if is_frame_folder(path) else container_format(path)
        if file_kind.is_still_picture(kind):
            return _useless(path, "it is a single picture, not a video", "Name the video it was taken from.")
        if kind in file_kind.RAW_STREAMS:
            return _useless(path, f"it is a raw {kind} stream, which holds no times", _RATE)
        info = probe(path)
    except VideoError as error:
        return _useless(path, error.why, error.do)
    found = _problem(info)
    return replace(_described(info), problem=found.problem, advice=found.advice, decodable=found.decodable)


def _described(info: VideoInfo) -> VideoInspection:
    facts = (info.container, info.codec, info.pixel_format)
    folder = info.stream is None
    return VideoInspection(
        path=info.path,
        width=info.width,
        height=info.height,
        start=info.start,
        duration=info.ends_at("first-frame"),
        fps=info.fps,
        variable=info.variable,
        stream=info.stream,
        stream_reason=info.stream_reason,
        codec=info.codec,
        container=info.container,
        pixel_format=info.pixel_format,
        complete=info.complete,
        cut_off_at=None if info.complete else info.ends_at("first-frame"),
        playable=browsers_that_play(*facts),
        playable_reason="a folder of frames, and browsers play files" if folder else why_not(*facts),
        remarks=tuple(_remarks(info)),
    )


def _remarks(info: VideoInfo) -> list[str]:
    found = []
    if abs(info.start) > _SAME_START:
        found.append(
            f"its first frame is at {info.start:.3f} s of the file's own clock: times counted from the first frame "
            f"differ by that much"
        )
    if info.stream_reason:
        found.append(f"it has several streams of pictures; shown is {info.stream_reason}")
    return found


class _Problem(NamedTuple):
    problem: str = ""
    advice: str = ""
    decodable: bool = False


def _problem(info: VideoInfo) -> _Problem:
    """Say why the video cannot be used, and whether its frames can be decoded."""
    if not info.complete:
        end = info.ends_at("first-frame")
        why = f"it is cut off: its pictures break off {end:.3f} s after the first"
        return _Problem(why, file_kind.COPY, _undecodable(info) is None)
    wrong = _undecodable(info)
    if wrong is None:
        return _Problem(decodable=True)
    locked = "" if is_frame_folder(info.path) else encryption_of(info.path)
    if locked:
        return _Problem(f"it is encrypted ({locked})", "Replace the file with a decrypted copy.")
    return wrong


def _undecodable(info: VideoInfo) -> _Problem | None:
    """Say which of the first, a middle and the last frame cannot be decoded, None when all can."""
    times = [info.start, (info.start + info.duration) / 2]
    times += [] if not info.complete else [max(info.start, info.duration - 0.001)]
    times = [max(0.0, time) for time in times]
    with suppress(VideoError):  # one by one, then, to say which
        frames_at(info.path, times)
        return None
    for time, name in zip(times, ("first", "middle", "last"), strict=False):
        try:
            frames_at(info.path, [time])
        except VideoError as error:
            return _Problem(f"its {name} frame cannot be decoded ({error.why})", error.do or _MP4)
    return None
