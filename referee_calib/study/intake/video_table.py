"""What the videos of an import are: one row each, problem or not, and the progress while they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError, VideoError
from referee_calib.records import Clock

if TYPE_CHECKING:
    from referee_calib.video import VideoInspection

# gives the names of a step one by one while it shows how far it is
Track = Callable[[str, Sequence[str]], Iterator[str]]


def untracked(_step: str, names: Sequence[str]) -> Iterator[str]:
    """Show nothing."""
    return iter(names)


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video that claims name.

    Attributes
    ----------
    file : str
        Its name in the claims.
    claims : int
        How many claims name it.
    width, height : int or None
        Of the picture as it is shown; None, as below, where the file could not be read.
    start, length, end : float or None
        Seconds: where the first frame stands on the file's own clock, how long it is, and where it ends on the clock of
        the study, which claims are held against.
    rate : float or None
        Frames per second on average.
    stream : str
        What is shown of it: codec, pixel format, container.
    complete, playable : bool or None
        Whether all of it is there; whether browsers play it.
    remark : str
        What else has to be known.
    unplayable : str
        Why browsers do not play it; "" when they do, or where it cannot be used.
    problem : str
        Why it cannot be used; "" when it can.
    """

    file: str
    claims: int
    width: int | None = None
    height: int | None = None
    start: float | None = None
    length: float | None = None
    end: float | None = None
    rate: float | None = None
    stream: str = ""
    complete: bool | None = None
    playable: bool | None = None
    remark: str = ""
    unplayable: str = ""
    problem: str = ""


def video_row(video: str, claims: int, path: Path, clock: Clock) -> tuple[VideoRow, VideoError | None]:
    """Look at a video, and say what is wrong with it, if anything is.

    Parameters
    ----------
    video : str
        Its name in the claims.
    claims : int
        How many claims name it.
    path : Path
        The file, or the folder of frames.
    clock : {"first-frame", "file"}
        What 0 s of the claims is.
    """
    from referee_calib.video import inspect_video

    try:
        found = inspect_video(path)
    except VideoError as error:
        return broken_row(video, claims, error), error
    usable = not found.problem
    row = VideoRow(
        video,
        claims,
        found.width or None,
        found.height or None,
        start=found.start if usable else None,
        length=found.duration if usable else None,
        end=found.duration + (found.start if clock == "file" else 0.0) if usable else None,
        rate=found.fps or None,
        stream=_stream(found),
        complete=found.complete if usable else False if found.cut_off_at is not None else None,
        playable=found.plays_commonly if usable else None,
        remark="; ".join(found.remarks),
        unplayable=found.playable_reason if usable and not found.plays_commonly else "",
        problem=found.problem,
    )
    return row, None if usable else VideoError(f"video {path}", found.problem, found.advice)


def _stream(found: VideoInspection) -> str:
    what = ", ".join(part for part in (found.codec, found.pixel_format, found.container) if part)
    return f"{what} ({found.stream_reason})" if found.stream_reason else what


def broken_row(video: str, claims: int, error: InputError) -> VideoRow:
    """Return the row of a video that cannot be looked at."""
    return VideoRow(video, claims, problem=error.why or error.seen)


def table_lines(rows: Iterable[VideoRow]) -> list[str]:
    """Return the rows as the lines of a text table, with a header."""
    head = ("file", "claims", "size", "start", "length", "rate", "stream", "complete", "plays", "remark")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _cells(row: VideoRow) -> tuple[str, ...]:
    size = "-" if row.width is None else f"{row.width}x{row.height}"
    start, length = ("-" if value is None else f"{value:.3f} s" for value in (row.start, row.length))
    rate = "-" if row.rate is None else f"{row.rate:.4g}/s"
    whole, plays = ({None: "-", True: "yes", False: "no"}[value] for value in (row.complete, row.playable))
    said = "; ".join(text for text in (row.problem, row.remark, row.unplayable) if text)
    return row.file, str(row.claims), size, start, length, rate, row.stream or "-", whole, plays, said or "-"
