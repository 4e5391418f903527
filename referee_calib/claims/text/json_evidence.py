"""Boxes in JSON: `{"bbox_2d": [71, 123, 116, 165], "label": "ball", "time": 2.2}`, alone, in lists or in tool calls.

A name or time that stands around several boxes holds for all of them: they are one claim, the object's track.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from referee_calib.claims.box_units import BoxUnit, Corners
from referee_calib.claims.parse_failures import Reason
from referee_calib.claims.reading_options import BoxOrder
from referee_calib.claims.text.json_values import JsonNode
from referee_calib.claims.text.numbers import read_groups
from referee_calib.claims.text.reply_context import ReplyContext, Stretch
from referee_calib.claims.text.stated_times import StatedTime, time_of_heading
from referee_calib.claims.text.times import read_time_range
from referee_calib.records import Span, TimedBox

LABELS = (
    "label",
    "object",
    "object_name",
    "obj",
    "ref",
    "phrase",
    "target",
    "category",
    "class",
    "description",
    "name",
)
_AT = ("time", "timestamp", "time_stamp", "t", "time_s", "time_sec", "second", "seconds", "frame_time")
TIMES = (*_AT, "timestamps", "time_range", "time_span")
FRAMES = ("frame", "frame_index", "frame_idx", "frame_id")
_LEFT, _RIGHT = ("x1", "xmin", "x_min"), ("x2", "xmax", "x_max")
STARTS = ("start", "start_time", "starttime", "begin", "from")
ENDS = ("end", "end_time", "endtime", "to")
_FRAME_KEY = re.compile(r"frames?[\s_#-]{0,3}(\d{1,7})", re.IGNORECASE)
_TIME_KEY = re.compile(
    r"(t|time|timestamp|at|sec|seconds?)?[\s_=]{0,3}(\d[\d:.]{0,15}\s?(?:s|secs?|seconds?)?)", re.IGNORECASE
)


@dataclass(slots=True)
class _Track:
    phrase: str
    start: int
    end: int
    boxes: list[TimedBox] = field(default_factory=list)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    node: JsonNode
    owner: JsonNode | None  # the object that names it
    corners: list[Corners]
    time: StatedTime | None
    span: Span | None
    timed: bool  # whether any time was given, right or not


def read_json_boxes(
    context: ReplyContext, keys: tuple[str, ...], *, unit: BoxUnit | None = None, order: BoxOrder = "xyxy"
) -> None:
    """Read every object that has one of these keys, in the order of the text.

    Where some of them have times, one without is a slip, or was cut off, and stands nowhere.
    """
    tracks: dict[int, _Track] = {}
    placed = list(_placed(context, keys, unit, order))
    untimed = context.untimed and not any(one.timed for one in placed)
    for one in placed:
        node, owner, time = one.node, one.owner, one.time
        if time == "unclear" or not (one.timed or untimed):
            context.report("box_without_time", node.start, node.end)
        elif one.corners and (time is not None or not one.timed):
            track = tracks.setdefault(id(owner or node), _Track(_phrase(owner), node.start, node.end))
            track.end, track.span = node.end, one.span
            track.boxes += [
                (time, *box) if isinstance(time, float) else context.untimed_box(box, node.start) for box in one.corners
            ]
    for track in tracks.values():
        context.claim(
            (track.start, track.end), track.phrase, track.boxes, track.span if len(track.boxes) == 1 else None
        )


def _placed(context: ReplyContext, keys: tuple[str, ...], unit: BoxUnit | None, order: BoxOrder) -> Iterator[_Placed]:
    """Yield what each object with one of these keys says; what was cut off is reported."""
    floor, behind = 0, 0  # ends of the JSON values before this one
    for root in context.json:
        floor, behind = behind, root.end
        for node, around in root.walk():
            value = node.get(*keys) if node.kind == "object" else None
            if value is None or not _holds_numbers(value):
                continue
            corners = _corners(context, value, unit, order)
            owner = _named(node, around)
            if corners and not node.closed and (missing := _cut_off(node, owner)):
                context.report(missing, node.start, node.end)
                continue
            time: StatedTime | None
            time, span, timed = _time(context, node, around)
            if not timed:
                time, timed = _time_around(context, node, around, floor)
            yield _Placed(node, owner, corners, time, span, timed)


def boxes_of(context: ReplyContext, value: JsonNode, unit: BoxUnit | None = None) -> list[Corners]:
    """Read the boxes of an array in the order of x and y that is usual."""
    return _corners(context, value, unit, "xyxy")


def _holds_numbers(value: JsonNode) -> bool:
    """Tell whether a value is to be a box, and not a list of objects that have one each."""
    if value.kind == "object":
        return value.get(*_LEFT) is not None and value.get(*_RIGHT) is not None
    return not any(item.kind == "object" for item in value.items) and value.kind in ("array", "text")


def _corners(context: ReplyContext, value: JsonNode, unit: BoxUnit | None, order: BoxOrder) -> list[Corners]:
    stretch = (value.start, value.end)
    groups = read_groups(context.text[value.start : value.end].strip("\"'{} \n"), 4) if _closed(value) else None
    if groups is None:
        context.report("box_unreadable", *stretch)
        return []
    read = (context.corners((a, b, c, d), stretch, unit, order) for a, b, c, d in groups)
    return [corners for corners in read if corners is not None]


def _closed(value: JsonNode) -> bool:
    return value.closed and all(item.closed for item in value.items)


def _named(node: JsonNode, around: tuple[JsonNode, ...]) -> JsonNode | None:
    """Return the object that names this box: itself, or the nearest around it; a tool's name is no object's."""
    for one in (node, *reversed(around)):
        if one.kind != "object":
            continue
        if one is not node and one.get("arguments", "parameters") is not None:
            return None
        label = one.get(*LABELS)
        if label is not None and label.kind == "text":
            return one
    return None


def _phrase(owner: JsonNode | None) -> str:
    label = owner.get(*LABELS) if owner is not None else None
    return label.text if label is not None else ""


def _time(
    context: ReplyContext, node: JsonNode, around: tuple[JsonNode, ...]
) -> tuple[float | None, Span | None, bool]:
    """Return time, span, and whether any time was given."""
    for one in (node, *reversed(around)):
        if one.kind != "object":
            continue
        given = one.get(*TIMES)
        if given is not None and given.kind != "object":
            return (*_time_or_span(context, given), True)
        start, end = one.get(*STARTS), one.get(*ENDS)
        if start is not None and end is not None:
            return (*_join(context, start.text, end.text, (start.start, end.end)), True)
        frame = one.get(*FRAMES)
        if frame is not None:
            return _frame(context, frame), None, True
    return None, None, False


def _time_or_span(context: ReplyContext, given: JsonNode) -> tuple[float | None, Span | None]:
    stretch = (given.start, given.end)
    if given.kind == "array":
        if len(given.items) == 2:
            return _join(context, given.items[0].text, given.items[1].text, stretch)
        return context.time(given.items[0].text if len(given.items) == 1 else "", stretch), None
    two = read_time_range(given.text)
    return _join(context, *two, stretch) if two else (context.time(given.text, stretch), None)


def _join(context: ReplyContext, first: str, last: str, stretch: Stretch) -> tuple[float | None, Span | None]:
    start = context.time(first, stretch)
    end = None if start is None else context.time(last, stretch)
    return start, None if start is None or end is None else context.span(start, end, stretch)


def _cut_off(node: JsonNode, owner: JsonNode | None) -> Reason | None:
    """Say what is missing where the reply ends within an object: its name, or its time."""
    if owner is None:
        return "box_without_object"
    key, value = node.entries[-1]
    in_time = key.lower() in (*TIMES, *FRAMES, *STARTS, *ENDS)
    return "box_without_time" if in_time and (value.kind == "number" or not value.closed) else None


def _time_around(
    context: ReplyContext, node: JsonNode, around: tuple[JsonNode, ...], floor: int
) -> tuple[StatedTime | None, bool]:
    """Return the time that a key or the words before the JSON state, and whether they state any."""
    inner = node
    for one in reversed(around):
        key = next((name for name, value in one.entries if value is inner), "")
        inner = one
        frame = _FRAME_KEY.fullmatch(key.strip())
        if frame is not None:
            return _frame(context, JsonNode("number", frame[1], one.start, one.end)), True
        stated = _TIME_KEY.fullmatch(key.strip())
        if stated is not None:
            sure = stated[1] or ":" in stated[2] or not stated[2][-1].isdigit()
            return (context.time(stated[2], (one.start, one.end)) if sure else "unclear"), True
    if context.still:
        return None, False
    time = time_of_heading(context.text, floor, (around[0] if around else node).start)
    return (None, False) if time == "none" else (time, True)


def _frame(context: ReplyContext, frame: JsonNode) -> float | None:
    """Read the index of a frame, which is a time only where it is stated what an index measures."""
    stretch = (frame.start, frame.end)
    if context.time_unit.kind in ("frames", "samples"):
        return context.time(frame.text, stretch)
    context.report("time_unreadable", *stretch)
    return None
