"""Model text to claims: every claim that can be read, and a named reason for everything that cannot.

Nothing a model writes makes this raise, and the time taken grows with the length of the text, not faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from referee_calib.claims import tags
from referee_calib.claims.box_units import BoxUnit, Corners
from referee_calib.claims.evidence_grouping import Mention, Moment, mentions_and_moments
from referee_calib.claims.numbers import in_other_unit, read_groups, read_range, read_time
from referee_calib.claims.parse_failures import ParseFailure, Reason
from referee_calib.claims.tags import AnswerSpan, Element
from referee_calib.errors import ClaimError
from referee_calib.records import Claim, Span, TimedBox

IMAGE_SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

# Each claim carries the answer and its own piece of text; a reply may make thousands of claims in one long answer.
LONGEST_ANSWER = 2000
LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """What a reply says.

    Attributes
    ----------
    claims : tuple of Claim
        In the order of the text; `index` counts them from 0. A claim that is made twice is here twice.
    failures : tuple of ParseFailure
        Every piece that became no claim, in the order of the text.
    answer : str
        The final answer without tags, its first 2000 characters.
    """

    claims: tuple[Claim, ...]
    failures: tuple[ParseFailure, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    object: str = ""
    boxes: tuple[TimedBox, ...] = ()
    span: Span | None = None


def parse_rollout(
    text: str,
    *,
    video: str,
    question: str,
    unit: str | BoxUnit,
    rollout: str = "",
    step: int | None = None,
    source: str = "",
    still: bool | None = None,
) -> ParsedReply:
    """Read the claims of one model reply.

    Parameters
    ----------
    text : str
        The reply, as the model wrote it.
    video, question, rollout, step, source
        Passed on to every claim (see :class:`referee_calib.records.Claim`).
    unit : str or BoxUnit
        What the model's box numbers measure: ``"pixels:448x252"``, ``"0-1"`` or ``"0-1000"``.
    still : bool, optional
        Whether the video is one image, so that boxes need no time and stand at 0 s; by default so for the
        file suffixes of images.

    Raises
    ------
    ClaimError
        When the video is not named or the unit is unknown; never because of the text.
    """
    if not video:
        raise ClaimError(f"rollout {rollout or '(none)'}", "it names no video")
    if still is None:
        still = PurePosixPath(video).suffix.lower() in IMAGE_SUFFIXES
    reader = _Reader(tags.clean(text), BoxUnit.parse(unit), still)
    found = sorted(reader.read(), key=lambda piece: (piece.start, piece.end))
    if not found and not reader.failures:
        reader.report("no_evidence", 0, len(reader.text))
    answer = tags.without_tags(reader.text[reader.answer.start : reader.answer.end])[:LONGEST_ANSWER]
    claims = tuple(
        Claim(
            video=video,
            question=question,
            answer=answer,
            object=piece.object,
            boxes=piece.boxes,
            span=piece.span,
            rollout=rollout,
            index=index,
            step=step,
            source=source,
            text=reader.text[piece.start : min(piece.end, piece.start + LONGEST_TEXT)],
        )
        for index, piece in enumerate(found)
    )
    return ParsedReply(claims, tuple(sorted(reader.failures, key=lambda piece: piece.where)), answer)


class _Reader:
    """One pass over one reply; collects what it cannot use."""

    def __init__(self, text: str, unit: BoxUnit, still: bool) -> None:
        self.text, self.unit, self.still = text, unit, still
        self.failures: list[ParseFailure] = []
        self.answer: AnswerSpan = tags.final_answer(text)

    def report(self, reason: Reason, start: int, end: int) -> None:
        self.failures.append(ParseFailure.at(reason, self.text, start, end))

    def read(self) -> Iterator[_Found]:
        elements = list(tags.elements(self.text, self.report))
        for element in elements:
            if element.kind in ("glue", "time"):
                yield from self._spans(element)
        for node in mentions_and_moments(self.text, elements):
            if isinstance(node, Mention):
                yield from self._mention(node)
            elif not node.taken:
                yield from self._free_moment(node)
        yield from self._plain_answer(elements)

    def _mention(self, mention: Mention) -> Iterator[_Found]:
        named = mention.object
        time, span = self._time_of(mention)
        if not mention.boxes:
            self.report("object_without_box", mention.start, mention.end)
        elif named is None and not (self.still and mention.moment is None):
            self.report("box_without_object", mention.start, mention.end)
        elif time is None:
            self.report("box_without_time", mention.start, mention.end)
        else:
            boxes = tuple((time, *corners) for box in mention.boxes for corners in self._corners(box))
            phrase = " ".join(named.text.split()) if named else ""
            if boxes:
                yield _Found(mention.start, mention.end, phrase, boxes, span)

    def _time_of(self, mention: Mention) -> tuple[float | None, Span | None]:
        """Read when the boxes stand: at a span's start when the text gives a span."""
        moment = mention.moment
        if moment is None:
            return (0.0 if self.still else None), None
        own = not mention.shared
        time = self._time(moment.first, own)
        if moment.first is moment.last:
            return time, None
        end = self._time(moment.last, own)
        return time, None if time is None or end is None else self._span(time, end, moment, own)

    def _time(self, element: Element, own: bool = True) -> float | None:
        value = None if in_other_unit(self.text, element.start, element.end) else read_time(element.text)
        if value is None and own:
            self.report("time_unreadable", element.start, element.end)
        return value

    def _span(self, start: float, end: float, place: Moment | Element, own: bool = True) -> Span | None:
        if start < end:
            return start, end
        if own:
            self.report("span_reversed", place.start, place.end)
        return None

    def _corners(self, box: Element) -> Iterator[Corners]:
        groups = read_groups(box.text, 4)
        if groups is None:
            self.report("box_unreadable", box.start, box.end)
            return
        for x1, y1, x2, y2 in groups:
            corners = self.unit.share((x1, y1, x2, y2))
            if isinstance(corners, str):
                self.report(corners, box.start, box.end)
            else:
                yield corners

    def _free_moment(self, moment: Moment) -> Iterator[_Found]:
        """Two joined times in the final answer are its span; any other time without a box is no claim."""
        if moment.first is moment.last:
            if self._time(moment.first) is not None:
                self.report("time_without_box", moment.start, moment.end)
            return
        start, end = self._time(moment.first), self._time(moment.last)
        if start is None or end is None:
            return
        if not (self.answer.holds(moment.first) and self.answer.holds(moment.last)):
            self.report("span_outside_answer", moment.start, moment.end)
            return
        span = self._span(start, end, moment)
        if span is not None:
            yield _Found(moment.start, moment.end, span=span)

    def _spans(self, element: Element) -> Iterator[_Found]:
        """`<glue>[(s, e)]</glue>` and `<time>[s, e]</time>`, wherever they stand."""
        pairs = read_groups(element.text, 2)
        times = None if pairs is None else [read_time(str(value)) for pair in pairs for value in pair]
        if times is None or None in times:
            self.report("span_unreadable", element.start, element.end)
            return
        known = [time for time in times if time is not None]
        for start, end in zip(known[::2], known[1::2], strict=True):
            span = self._span(start, end, element)
            if span is not None:
                yield _Found(element.start, element.end, span=span)

    def _plain_answer(self, elements: Sequence[Element]) -> Iterator[_Found]:
        """Read an answer of two bare times, as Time-R1 writes it."""
        if any(self.answer.holds(element) for element in elements):
            return
        said = self.text[self.answer.start : self.answer.end]
        times = read_range(said)
        if times is None:
            return
        start = self.answer.start + len(said) - len(said.lstrip())
        whole = Element("answer", said, start, start + len(said.strip()))
        span = self._span(*times, whole)
        if span is not None:
            yield _Found(whole.start, whole.end, span=span)
