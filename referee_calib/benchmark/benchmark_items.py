"""What a run said about one item of a benchmark and what is true, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Span = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class GroundedItem:
    """A question or sentence about a video: the spans of time that a run gave for it, and its answer.

    Attributes
    ----------
    item : str
        Its name, by which runs are paired.
    video : str
        Of which there may be several items; what is resampled.
    said : tuple of Span
        In seconds, best first; empty where the run gave none.
    true : tuple of Span
        In seconds; empty where the benchmark has no spans.
    score : float or None
        Of the answer, 0 to 1; None where there is none to count.
    overlap : float or None
        IoU of spans that the file holds in place of the spans.
    group : str
        Kind of task or question, where the file names it.
    given : bool
        False for an item of the annotations that the run has nothing about.
    """

    item: str
    video: str
    said: tuple[Span, ...] = ()
    true: tuple[Span, ...] = ()
    score: float | None = None
    overlap: float | None = None
    group: str = ""
    given: bool = True


@dataclass(frozen=True, slots=True)
class TubeItem:
    """A tube, a box in every frame of a span of frames, as a run gave it and as it is true.

    Spans of frames are half open: (3, 5) is the frames 3 and 4. Boxes are x1, y1, x2, y2 in any one unit.

    Attributes
    ----------
    item, video, group
        As of :class:`GroundedItem`.
    true_span : Span
    true_boxes : mapping of int to Box
        By frame; the frames that are compared.
    said_span : Span or None
        None where the run gave none.
    said_boxes : mapping of int to Box
    frames : sequence of int or None
        The frames that count, where only a sample of them does; None for all.
    given : bool
    """

    item: str
    video: str
    true_span: Span
    true_boxes: Mapping[int, Box]
    said_span: Span | None = None
    said_boxes: Mapping[int, Box] = field(default_factory=dict)
    frames: Sequence[int] | None = None
    group: str = ""
    given: bool = True


Item = TypeVar("Item", GroundedItem, TubeItem)


@dataclass(slots=True)
class ReadItems(Generic[Item]):
    """The items of a file in its order, and what is to be said of how they were read."""

    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, number: int, what: str) -> None:
        """Note that so many items are `what`, where there are some."""
        if number:
            self.notes.append(f"{number:,} of {len(self.items):,} items {what}")


def bare_video(name: object) -> str:
    """Return a video's name without its folder and the ending of a video file.

    >>> bare_video("videos/charades/3MSZA.mp4"), bare_video("v_1.5x"), bare_video(7)
    ('3MSZA', 'v_1.5x', '7')
    """
    last = str(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return stem if dot and ending.lower() in _ENDINGS else last


_ENDINGS = ("mp4", "mkv", "webm", "avi", "mov", "m4v", "flv", "mpg", "mpeg", "ts", "gif")
