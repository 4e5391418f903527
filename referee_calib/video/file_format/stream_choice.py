"""Which of a file's streams of pictures is the video: the one that people see moving."""

from __future__ import annotations

from dataclasses import dataclass

from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

_BESIDE = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


@dataclass(frozen=True, slots=True)
class StreamChoice:
    """The stream whose pictures are taken, and why; the reason is empty where there is only one."""

    stream: VideoStream
    reason: str = ""


def choose_stream(container: InputContainer) -> StreamChoice | None:
    """Return the stream that browsers show, None where no stream has moving pictures.

    Covers, thumbnails and, beside a longer one, tracks of a single picture are left out. Of what remains it is the
    first that the file marks as the default, else the first.
    """
    known = [s for s in container.streams.video if s.codec_context and s.codec_context.width]
    moving = [s for s in known if not s.disposition & _BESIDE]
    if any(not _is_single(s) for s in moving):
        moving = [s for s in moving if not _is_single(s)]
    if not moving:
        return None
    chosen = next((s for s in moving if s.disposition & Disposition.default), moving[0])
    return StreamChoice(chosen, _reason(chosen, moving, len(container.streams.video)))


def _is_single(stream: VideoStream) -> bool:
    """Whether the file itself says that the stream is one picture; many containers do not say."""
    return stream.frames == 1


def _reason(chosen: VideoStream, moving: list[VideoStream], known: int) -> str:
    if known == 1:
        return ""
    if len(moving) == 1:
        return f"stream {chosen.index} of {known}: the only one that moves"
    marked = "the file's default" if chosen.disposition & Disposition.default else "the first, as none is marked"
    return f"stream {chosen.index}: {marked} of {len(moving)} that move"
