"""V-STaR: `{"2": [71, 123, 116, 165], "3": [91, 123, 136, 165]}`, a box for each second, named by the question.

Under a name, `{"ball": {"2": […], "3": […]}}`, the boxes are one claim, the object's track. The unit has to be stated.
"""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.json_evidence import boxes_of
from referee_calib.claims.text.json_values import JsonNode
from referee_calib.claims.text.reply_context import SMALLEST, ReplyContext
from referee_calib.claims.text.times import read_time
from referee_calib.records import TimedBox

_MARK = re.compile(r"\d\s{0,3}s?\s{0,3}[\"']?\s{0,3}:\s{0,9}[\[(]")


def _present(context: ReplyContext) -> bool:
    return _MARK.search(context.text) is not None


def _read(context: ReplyContext) -> None:
    for root in context.json:
        for node, around in root.walk():
            if _is_track(node):
                _track(context, node, _name(node, around))


def _track(context: ReplyContext, node: JsonNode, name: str) -> None:
    track: list[TimedBox] = []
    if _holds_small_numbers(context, node):
        context.report("box_unlikely", node.start, node.end)
        return
    for key, value in node.entries:
        time = context.time(key, (value.start, value.end))
        boxes = [] if time is None else [(time, *one) for one in boxes_of(context, value)]
        if name:
            track += boxes
        else:
            context.claim((value.start, value.end), "", boxes)
    context.claim((node.start, node.end), name, track)


def _holds_small_numbers(context: ReplyContext, node: JsonNode) -> bool:
    """Tell whether nothing but small whole numbers stands there: settings, rankings or counts rather than boxes."""
    if context.unit.width <= 1:
        return False
    numbers = [item.text for _, value in node.entries for item in value.items]
    return bool(numbers) and all(number.isdigit() and int(number[:4]) <= SMALLEST for number in numbers)


def _is_track(node: JsonNode) -> bool:
    return (
        node.kind == "object"
        and bool(node.entries)
        and all(read_time(key) is not None and value.kind == "array" for key, value in node.entries)
    )


def _name(node: JsonNode, around: tuple[JsonNode, ...]) -> str:
    entries = around[-1].entries if around else []
    key = next((key for key, value in entries if value is node), "")
    return "" if key.lower() in ("answer", "boxes", "bboxes", "bbox", "result", "output", "spatial") else key


FORMAT = ReplyFormat("v-star", "{", _present, _read)
