"""What the videos of an import are: one row each, problem or not, and the progress while they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from referee_calib.errors import InputError, VideoError

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
        Seconds; claims are held against the end.
    rate : float or None
        Frames per second on average.
    stream : str
        What is shown of it: codec, pixel format, container.
    complete, playable : bool or None
        Whether all of it is there; whether browsers play it.
    remark : str
        What else has to be known.
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
    problem: str = ""


def video_row(video: str, claims: int, path: Path) -> tuple[VideoRow, VideoError | None]:
    """Look at a video file, and say what is wrong with it, if anything is."""
    from referee_calib.video import probe

    try:
        info = probe(path)
    except VideoError as error:
        return broken_row(video, claims, error), error
    wrong = None
    if not info.complete:
        wrong = VideoError(f"video {path}", "it is cut off", "Replace the file with a complete copy.")
    play = info.playability
    row = VideoRow(
        video,
        claims,
        info.width,
        info.height,
        length=info.duration,
        end=info.duration,
        rate=info.fps,
        stream=f"{info.codec}, {info.pixel_format}, {info.container}",
        complete=info.complete,
        playable=play.plays,
        remark="" if play.plays else play.reason,
        problem="" if wrong is None else wrong.why,
    )
    return row, wrong


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
    said = "; ".join(text for text in (row.problem, row.remark) if text)
    return row.file, str(row.claims), size, start, length, rate, row.stream or "-", whole, plays, said or "-"
