"""Qwen-VL events: `{"00:02.90 - 00:03.50": "the ball is hidden."}` or `[{"start": 2.9, "end": 3.5, "event": "…"}]`."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.json_evidence import ENDS, STARTS, TIMES
from referee_calib.claims.text.json_values import JsonNode
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.times import read_time, read_time_range

_ARGUMENTS = ("arguments", "parameters", "args", "kwargs", "tool_input")
_OF_TIME = frozenset({"start_time", "starttime", "end_time", "endtime"})
_AROUND = (
    "time",
    "span",
    "segment",
    "event",
    "interval",
    "answer",
    "clip",
    "moment",
    "result",
    "action",
    "output",
    "scene",
)
_EVENTS = ("event", "description", "caption", "action", "activity", "label", "text", "content", "sentence", "name")

_BESIDE = frozenset(
    {*STARTS, *ENDS, *TIMES, *_EVENTS, "id", "index", "no", "duration", "unit", "confidence", "score", "type", "answer"}
)


def _present(context: ReplyContext) -> bool:
    return any(_spans_of(node, around) for root in context.json for node, around in root.walk())


def _read(context: ReplyContext) -> None:
    for root in context.json:
        for node, around in root.walk():
            for first, last, phrase, (start, end) in _spans_of(node, around):
                if start < context.answer.start:
                    context.report("span_outside_answer", start, end)
                    continue
                begin, finish = context.time(first, (start, end)), context.time(last, (start, end))
                if begin is not None and finish is not None:
                    context.claim((start, end), phrase, span=context.span(begin, finish, (start, end)))


def _spans_of(node: JsonNode, around: tuple[JsonNode, ...]) -> list[tuple[str, str, str, tuple[int, int]]]:
    """Return start, end, words and stretch of each event that an object states."""
    if node.kind != "object" or any("box" in key.lower() or "point" in key.lower() for key, _ in node.entries):
        return []
    if any(one.get(*_ARGUMENTS) is not None for one in (node, *around)):
        return []  # a tool is asked for something; nothing is claimed
    start, end, given = node.get(*STARTS), node.get(*ENDS), node.get(*TIMES)
    phrase = node.get(*_EVENTS)
    words = phrase.text if phrase is not None and phrase.kind == "text" else ""
    if start is not None and end is not None and _times(start.text, end.text) and _is_event(node, around):
        return [(start.text, end.text, words, (node.start, node.end))]
    two = _two(given)
    if two is not None:
        return [(*two, words, (node.start, node.end))]
    found = []
    for key, value in node.entries:
        two = read_time_range(key)
        if two and _times(*two) and value.kind == "text":
            found.append((*two, value.text, (node.start, value.end)))
    return found


def _is_event(node: JsonNode, around: tuple[JsonNode, ...]) -> bool:
    """Tell whether `start` and `end` are times: lines of a page and settings have them too."""
    keys = {key.lower() for key, _ in node.entries}
    if not keys.isdisjoint(_OF_TIME):
        return True
    inner, key = node, ""
    for one in reversed(around):
        key = next((name.lower() for name, value in one.entries if value is inner), "")
        if key:
            break
        inner = one
    return keys <= _BESIDE and (not key or any(word in key for word in _AROUND))


def _two(given: JsonNode | None) -> tuple[str, str] | None:
    if given is None:
        return None
    if given.kind == "array" and len(given.items) == 2:
        first, last = given.items[0].text, given.items[1].text
        return (first, last) if _times(first, last) else None
    two = read_time_range(given.text) if given.kind == "text" else None
    return two if two is not None and _times(*two) else None


def _times(first: str, last: str) -> bool:
    return read_time(first) is not None and read_time(last) is not None


FORMAT = ReplyFormat("qwen-events", "{", _present, _read)
