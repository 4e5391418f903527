"""One reply while it is read: its text, what is stated about it, and what the notations found in it so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from referee_calib.claims.box_units import NINES, THOUSAND, BoxUnit, Corners
from referee_calib.claims.parse_failures import ParseFailure, Reason
from referee_calib.claims.parse_remarks import ParseRemark, RemarkReason
from referee_calib.claims.reading_options import BoxOrder, ReadingOptions
from referee_calib.claims.text import tags
from referee_calib.claims.text.json_values import JsonNode, json_values
from referee_calib.claims.text.numbers import read_groups
from referee_calib.claims.text.prose import prose_of
from referee_calib.claims.text.spans_in_words import SaidTime
from referee_calib.claims.text.stated_times import states_times, time_of_line
from referee_calib.claims.text.times import bare_time, in_other_unit, sampled_frame
from referee_calib.claims.time_units import TimeUnit
from referee_calib.records import Span, TimedBox

Stretch = tuple[int, int]
SMALLEST, SPECK = 10, 0.01  # whole numbers up to this, and boxes under this share of both sides, need a mark
Duration = float | Callable[[], float | None] | None


@dataclass(slots=True)
class FoundClaim:
    """A claim and the stretch of text that it was read from."""

    start: int
    end: int
    object: str = ""
    boxes: tuple[TimedBox, ...] = ()
    span: Span | None = None


class WrittenBox(NamedTuple):
    """A box as the text has it, before any unit is applied."""

    numbers: Corners
    order: BoxOrder
    fixed: bool = False  # whether its notation fixes the unit, so that the stated one says nothing of it


class ReplyContext:
    """What all notations share while they read one reply; collects claims, failures and remarks."""

    def __init__(
        self,
        text: str,
        *,
        unit: BoxUnit,
        options: ReadingOptions,
        still: bool,
        duration: Duration,
        question: str,
        rollout: str,
    ) -> None:
        self.text, self.unit, self.options, self.still = text, unit, options, still
        self.question, self.rollout = question, rollout
        self._duration = duration
        self.failures: list[ParseFailure] = []
        self.remarks: list[ParseRemark] = []
        self.found: list[FoundClaim] = []
        self.written: list[WrittenBox] = []
        self.time_unit = _time_unit(options.time_unit)
        found = tags.tags_of(text)
        self.elements = list(tags.elements(text, found, self.report))
        self.kinds = frozenset(element.kind for element in self.elements)
        self.answer = tags.final_answer(text, found)

    @property
    def duration(self) -> float | None:
        """Length of the video in seconds, where it is known."""
        if callable(self._duration):
            self._duration = self._duration()
        return self._duration

    @property
    def untimed(self) -> bool:
        """Whether a box in a notation that knows no times is a claim."""
        return self.still or self.options.untimed == "start"

    def report(self, reason: Reason, start: int, end: int) -> None:
        """Count a piece that became no claim."""
        self.failures.append(ParseFailure.at(reason, self.text, start, end, self.rollout))

    def remark(self, reason: RemarkReason, start: int) -> None:
        """Count an assumption."""
        self.remarks.append(ParseRemark(reason, start, self.rollout))

    def claim(
        self, stretch: Stretch, phrase: str = "", boxes: Sequence[TimedBox] = (), span: Span | None = None
    ) -> None:
        """Add a claim; one without boxes and without a span is none."""
        if boxes or span is not None:
            self.found.append(FoundClaim(*stretch, " ".join(phrase.split()), tuple(boxes), span))

    @cached_property
    def prose(self) -> str:
        """The reply without program text, formulas and tags of no meaning here, in the same places."""
        return prose_of(self.text)

    @cached_property
    def states_times(self) -> bool:
        """Whether the words name any time, so that a box without one stands nobody knows when."""
        return states_times(self.prose)

    @cached_property
    def json(self) -> list[JsonNode]:
        """The JSON values of the reply, those between evidence tags left out."""
        pieces, position = [], 0
        for element in self.elements:
            pieces += [self.text[position : element.start], " " * (element.end - element.start)]
            position = element.end
        return list(json_values("".join([*pieces, self.text[position:]])))

    def answer_holds_elements(self) -> bool:
        """Tell whether the final answer holds a pair of evidence tags."""
        start, end = self.answer.start, self.answer.end
        return any(start <= element.start and element.end <= end for element in self.elements)

    def boxes(self, text: str, stretch: Stretch, unit: BoxUnit | None = None) -> list[Corners]:
        """Read the boxes of a text; what is none is reported."""
        groups = read_groups(text, 4)
        if groups is None:
            self.report("box_unreadable", *stretch)
            return []
        read = (self.corners((x1, y1, x2, y2), stretch, unit) for x1, y1, x2, y2 in groups)
        return [corners for corners in read if corners is not None]

    def bare_boxes(self, text: str, stretch: Stretch, unit: BoxUnit | None = None) -> list[Corners]:
        """Read boxes that no tag, token or key marks; small whole numbers are a list, a reference or a ranking."""
        groups = read_groups(text, 4) or []
        measure = unit or self.unit
        if groups and all(_are_no_box(group, measure) for group in groups):
            self.report("box_unlikely", *stretch)
            return []
        return self.boxes(text, stretch, unit)

    def place_bare(self, boxes: Sequence[Corners], stretch: Stretch, where: Stretch) -> list[TimedBox]:
        """Put boxes of a notation that knows no times where the words around say, or report that nobody can."""
        if not boxes:
            return []
        time = "none" if self.still else time_of_line(self.prose, *where)
        if time == "none" and not self.still and self.states_times:
            time = "unclear"
        if time == "unclear" or (time == "none" and not self.untimed):
            self.report("box_without_time", *stretch)
            return []
        return [self.untimed_box(one, where[0]) if time == "none" else (time, *one) for one in boxes]

    def corners(
        self,
        numbers: Corners,
        stretch: Stretch,
        unit: BoxUnit | None = None,
        order: BoxOrder = "xyxy",
        *,
        computed: bool = False,
    ) -> Corners | None:
        """Convert one box to shares of the frame, or report what is wrong with it.

        `unit` is the one that the notation fixes, `order` the one that it has where none is stated; neither
        applies to corners that were `computed` from something else than four numbers.
        """
        order = order if computed else self.options.order or order
        fixed = unit is not None and unit != self.unit and {unit, self.unit} != {NINES, THOUSAND}
        measure = unit if unit is not None and fixed else self.unit
        if not computed:
            self.written.append(WrittenBox(numbers, order, unit is not None))
        edges = in_order(numbers, order)
        corners = measure.share(edges, self.options.clip)
        if isinstance(corners, str):
            self.report(corners, *stretch)
            return None
        if fixed and not computed:
            self.remark("unit_of_format", stretch[0])
        if measure.reaches_out(edges):
            self.remark("box_clipped", stretch[0])
        return corners

    def untimed_box(self, corners: Corners, where: int) -> TimedBox:
        """Put a box that has no time at the start."""
        if not self.still:
            self.remark("box_untimed", where)
        return (0.0, *corners)

    def time(self, text: str, stretch: Stretch, *, own: bool = True, unit: TimeUnit | None = None) -> float | None:
        """Read a time in seconds, or report it; `own` is False where it was reported before."""
        said = None if in_other_unit(self.text, *stretch) else bare_time(text)
        if said is None:
            if own:
                self.report("time_unreadable", *stretch)
            return None
        value, bare = said
        if not bare:
            return value
        part = sampled_frame(self.text, stretch[1], value)
        if part is not None:
            value, unit = part, TimeUnit("shares")
        return self.seconds(value, stretch, own=own, unit=unit)

    def seconds(
        self, value: float, stretch: Stretch, *, own: bool = True, unit: TimeUnit | None = None
    ) -> float | None:
        """Convert a bare number to seconds, or report that the length of the video would be needed."""
        unit = unit or self.time_unit
        if unit.kind == "seconds":
            return value
        seconds = unit.seconds(value, self.duration)
        if own and seconds is None:
            self.report("length_unknown", *stretch)
        elif own:
            self.remark("time_converted", stretch[0])
        return seconds

    def said_time(self, said: SaidTime, stretch: Stretch, unit: TimeUnit | None = None) -> float | None:
        """Convert a time in words to seconds."""
        if said.measure == "seconds":
            return said.value
        return self.seconds(said.value, stretch, unit=TimeUnit("percent") if said.measure == "percent" else unit)

    def span(self, start: float, end: float, stretch: Stretch, *, own: bool = True) -> Span | None:
        """Join two times to a span, or report that they run backwards."""
        if start < end:
            return start, end
        if own:
            self.report("span_reversed", *stretch)
        return None


def _are_no_box(numbers: Sequence[float], unit: BoxUnit) -> bool:
    x1, y1, x2, y2 = numbers
    if not all(map(math.isfinite, numbers)) or unit.width <= 1 or max(numbers) <= 1:
        return False
    if max(numbers) <= SMALLEST and all(number == int(number) for number in numbers):
        return True
    return 0 <= x2 - x1 < SPECK * unit.width and 0 <= y2 - y1 < SPECK * unit.height


def in_order(numbers: Corners, order: BoxOrder) -> Corners:
    """Return left, top, right, bottom of four numbers in the given order."""
    a, b, c, d = numbers
    match order:
        case "xyxy":
            return numbers
        case "yxyx":
            return b, a, d, c
        case "xywh":
            return a, b, a + c, b + d


@lru_cache(maxsize=64)
def _time_unit(text: str) -> TimeUnit:
    return TimeUnit.parse(text)
