"""Spans between tags that hold nothing else: `<glue>[(2.9, 3.5)]</glue>`, `<time>2.9 to 3.5</time>`."""

from __future__ import annotations

from referee_calib.claims.text.numbers import read_groups
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tags import Element
from referee_calib.claims.text.times import bare_time, read_time_range


def read_tagged_spans(context: ReplyContext, kind: str) -> None:
    """Read the spans of one kind of tag, wherever it stands."""
    for element in context.elements:
        if element.kind == kind and not (bare_time(element.text) is not None and "box" in context.kinds):
            _read(context, element)


def _read(context: ReplyContext, element: Element) -> None:
    stretch = (element.start, element.end)
    pairs = _pairs(element.text)
    if not pairs or any(bare_time(said) is None for pair in pairs for said in pair):
        context.report("span_unreadable", *stretch)
        return
    for first, last in pairs:
        start, end = context.time(first, stretch), context.time(last, stretch)
        if start is not None and end is not None:
            context.claim(stretch, span=context.span(start, end, stretch))


def _pairs(text: str) -> list[tuple[str, str]]:
    groups = read_groups(text, 2)
    if groups is not None:
        return [(repr(first), repr(last)) for first, last in groups]
    two = read_time_range(text)
    return [two] if two else []
