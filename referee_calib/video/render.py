"""Renderings of a video with other pictures and the same size, length and frame times.

Frames keep their presentation stamps and the stream's time base; there are no frames decoded out of order, so
that none needs an edit list. What was written is checked against its source before it is given out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from referee_calib.errors import VideoError
from referee_calib.video.display import shown_picture
from referee_calib.video.file_format.container import REPLACE, open_video, origin, packets_of
from referee_calib.video.file_format.frame_stamps import FrameStamps, stamp_of
from referee_calib.video.frame_folder import FrameFolder, is_frame_folder
from referee_calib.video.video_info import probe

Change = Literal["same", "blank", "mirrored"]
GREY = 128
CRF = 18  # hardly visible: what is tested is the change, not the compression
TOLERANCE = 0.0005  # seconds; times of two files that mean the same differ by roundings
_SAME_SECONDS = 0.0015
_CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "same": lambda image: image,
    "blank": lambda image: np.full_like(image, GREY),
    "mirrored": lambda image: image[:, ::-1],
}
TimedPicture = tuple[int, np.ndarray]  # presentation stamp in ticks of the source, picture


def render_changed(source: Path, target: Path, change: Change, *, crf: int = CRF) -> None:
    """Render every frame of a video anew, or grey, or mirrored, as the MP4 `target`.

    `crf` is x264's constant rate factor, 0 (lossless) to 51. Raises VideoError when the source cannot be read to its
    end.
    """
    base, frames = timed_pictures(source)
    write_rendering(source, target, base, ((pts, _CHANGES[change](image)) for pts, image in frames), crf)


def render_replaced(source: Path, other: Path, target: Path, *, ahead: float = 0.0) -> None:
    """Render a video with the pictures of another one, stretched to its size, as the MP4 `target`.

    Each frame shows what the other video shows at its time, `ahead` seconds ahead; a shorter one starts again. Raises
    VideoError when one of them cannot be read.
    """
    info = probe(source)
    base, own = timed_pictures(source)
    stamps = [pts for pts, _ in own]
    pictures = _pictures_at(other, [float(pts * base) + ahead for pts in stamps], (info.width, info.height))
    write_rendering(source, target, base, zip(stamps, pictures, strict=True))


def _pictures_at(path: Path, times: list[float], size: tuple[int, int]) -> Iterator[np.ndarray]:
    """Yield the pictures that a video shows at rising times, over and over, in the wanted size."""
    end, base = probe(path).duration, Fraction(0)
    shown: np.ndarray | None = None
    coming: tuple[float, np.ndarray] | None = None
    frames: Iterator[TimedPicture] = iter(())
    rounds = -1
    for time in times:
        if int((time + TOLERANCE) // end) > rounds:
            rounds = int((time + TOLERANCE) // end)
            base, frames = timed_pictures(path)
            first = next(frames)
            shown, coming = first[1], _next_picture(base, frames)
        while coming is not None and coming[0] <= time - rounds * end + TOLERANCE:
            shown, coming = coming[1], _next_picture(base, frames)
        yield _resize(shown, size)


def _next_picture(base: Fraction, frames: Iterator[TimedPicture]) -> tuple[float, np.ndarray] | None:
    found = next(frames, None)
    return None if found is None else (float(found[0] * base), found[1])


def _resize(image: np.ndarray | None, size: tuple[int, int]) -> np.ndarray:
    assert image is not None  # noqa: S101 - a video that can be probed has a first frame
    if image.shape[1::-1] == size:
        return image
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    return frame.reformat(width=size[0], height=size[1], threads=1).to_ndarray(format="rgb24", threads=1)


def timed_pictures(path: Path) -> tuple[Fraction, Iterator[TimedPicture]]:
    """Return the time base and the frames of a video, as people see them, with stamps on the file's clock."""
    if is_frame_folder(path):
        folder = FrameFolder.open(path)
        base = Fraction(1, 90_000)
        return base, ((round(t / base), folder.picture(k)) for k, t in enumerate(folder.times))
    with open_video(path) as (container, stream):
        base = Fraction(stream.time_base or Fraction(1, 90_000))
        zero = round(origin(container) / base)
    return base, _decode(path, zero)


def _decode(path: Path, zero: int) -> Iterator[TimedPicture]:
    with open_video(path) as (container, stream), packets_of(container, stream) as packets:
        stamps = FrameStamps(container, stream)
        try:
            for packet in packets:
                for frame in stamps.decode(packet):
                    yield stamp_of(frame) - zero, shown_picture(frame, stream)
        except (FFmpegError, OSError) as error:
            raise VideoError(f"video {path}", f"it breaks off ({error})", REPLACE) from error


def write_rendering(
    source: Path, target: Path, base: Fraction, frames: Iterator[TimedPicture], crf: int = CRF, *, grown: bool = False
) -> None:
    """Write pictures as the MP4 `target` and check it against its source.

    With `grown` the pictures are larger than the source's by a row or column where their number was odd.
    """
    info = probe(source)
    if not info.complete:
        raise VideoError(f"video {source}", "it breaks off before its own index ends", REPLACE)
    end = round(info.duration / base)
    width, height = (side + side % 2 if grown else side for side in (info.width, info.height))
    even = width % 2 == height % 2 == 0
    rate = Fraction(info.fps).limit_denominator(1001) or Fraction(1)
    options = {"crf": str(crf), "preset": "veryfast", "bf": "0", "g": str(max(1, round(info.fps))), "threads": "1"}
    with suppress(FileNotFoundError):
        target.unlink()
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p" if even else "yuv444p"
        stream.codec_context.time_base = base
        waiting: list[Any] = []
        for pts, image in frames:
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame.pts, frame.time_base = pts, base
            waiting += stream.encode(frame)
            _mux(out, waiting, None)
        waiting += stream.encode(None)
        _mux(out, waiting, end)
    _check(source, target, (width, height))


def _mux(out: av.container.OutputContainer, waiting: list[Any], end: int | None) -> None:
    """Write packets, each lasting until the next one; the last waits for the end."""
    for one, following in pairwise(list(waiting)):
        one.duration = (following.pts or 0) - (one.pts or 0)
        out.mux(one)
    del waiting[:-1]
    if end is not None and waiting:
        waiting[0].duration = max(1, end - (waiting[0].pts or 0))
        out.mux(waiting.pop())


def _check(source: Path, target: Path, size: tuple[int, int]) -> None:
    """Refuse a rendering that is not as long as its source, of that size and as many frames."""
    a, b = probe(source), probe(target)
    same = (*size, a.n_frames) == (b.width, b.height, b.n_frames)
    if not same or abs(a.duration - b.duration) > _SAME_SECONDS:
        raise VideoError(
            f"video {source}: {a.n_frames} frames, {a.width}x{a.height}, {a.duration:.3f} s",
            f"its rendering has {b.n_frames}, {b.width}x{b.height}, {b.duration:.3f} s: its pictures cannot be read",
            REPLACE,
        )
