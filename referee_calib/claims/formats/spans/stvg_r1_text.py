"""STVG-R1: `Target ID: 1, Time range: 2.90 to 3.50`, the number of a marked object and when it is meant, in seconds."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.answer_spans import spans_in_brackets
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.spans_in_words import spans_in_words

_TARGET = re.compile(
    r"target\s{0,3}ids?\s{0,3}[:=：]?\s{0,3}[\[(#]?(\d{1,6}(?:\s{0,3},\s{0,3}\d{1,6})*(?![\d.]))", re.IGNORECASE
)

_RANGE = re.compile(r"time\s{0,3}(?:range|span)?\s{0,3}[:=：]?\s{0,3}([^\n;]{1,80})", re.IGNORECASE)


def _present(context: ReplyContext) -> bool:
    if context.answer_holds_elements():
        return False
    return _TARGET.search(context.text, context.answer.start, context.answer.end) is not None


def _read(context: ReplyContext) -> None:
    targets = list(_TARGET.finditer(context.text, context.answer.start, context.answer.end))
    for target, behind in zip_longest(targets, targets[1:]):
        end = behind.start() if behind else context.answer.end
        said = _RANGE.search(context.text, target.end(), end)
        found = next(chain(spans_in_words(said[1]), spans_in_brackets(said[1])), None) if said else None
        stretch = (target.start(), said.end() if said else target.end())
        if found is None:
            context.report("span_unreadable", *stretch)
            continue
        first, last = context.said_time(found.first, stretch), context.said_time(found.last, stretch)
        if first is not None and last is not None:
            context.claim(stretch, f"Target ID {target[1]}", span=context.span(first, last, stretch))


FORMAT = ReplyFormat("stvg-r1", "", _present, _read)
