"""Spans that the final answer states in words or brackets, with or without what happens in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from referee_calib.claims.text.numbers import half_width
from referee_calib.claims.text.reply_context import ReplyContext, Stretch
from referee_calib.claims.text.spans_in_words import SaidSpan, SaidTime, asks_for_count, asks_for_time, spans_in_words
from referee_calib.claims.text.times import bare_time
from referee_calib.claims.time_units import TimeUnit

_TWO = r"\s{0,9}([^\[\](),]{1,30}),\s{0,9}([^\[\](),]{1,30})"
_BRACKETS = re.compile(rf"\[{_TWO}\]|(?<!\w)\({_TWO}\)")
_CORNERS = re.compile(r"\(\s{0,9}\d{1,5}\s{0,9},\s{0,9}\d{1,5}\s{0,9}\)[\s,]{0,5}\(")  # of a box, the first of two
_WORD = re.compile(r"[^\W\d_]{2}")
_TIME_WORD = re.compile(
    r"\b(?:times?|timestamps?|seconds?|from|between|during|spans?|intervals?|segments?|moments?|events?|occurs?|happens?|clip|"
    r"video|starts?|begins?|answer)\b|时间|从",
    re.IGNORECASE,
)
_SECONDS_BEHIND = re.compile(r"\s{0,3}(?:s|secs?|seconds?|秒)(?![A-Za-z])", re.IGNORECASE)
_OTHER_PAIR = re.compile(
    r"\b(?:latitude|longitude|coordinates?|located|lies|points?|positions?|pixels?|matrix|vectors?|functions?|domain|set|"
    r"solve|temperatures?|prices?|scores?|ranges?|sizes?|values?)\b|[=∈]\s*$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_ADDING = frozenset(["and", "again", "also", "then", "from", "between", "和", "以及", "从"])
_EVENT = re.compile(r"\s{0,3}(?:[\])]\s{0,3}[,:-]?|[,:]|-(?=\s))\s{0,3}(?=\S)")
_BEGINS = re.compile(r"(?:^|\n|[.;]\s)[\s*\-[(]{0,5}(?:\d{1,3}[.)]\s)?(?:from\s{1,3})?$", re.IGNORECASE)


def spans_in_brackets(text: str) -> Iterator[SaidSpan]:
    """Yield `[2.9, 3.5]` and `(0:02, 0:03)`; brackets of anything else than two times are left out."""
    text = half_width(text)
    if _CORNERS.search(text) is not None:
        return
    for found in _BRACKETS.finditer(text):
        first, last = bare_time(found[1] or found[3]), bare_time(found[2] or found[4])
        if first is not None and last is not None:
            ends = [SaidTime(value, "" if bare else "seconds") for value, bare in (first, last)]
            yield SaidSpan(found.start(), found.end(), ends[0], ends[1], sure=not (first[1] or last[1]))


def _brackets_that_are_times(text: str, question: str) -> list[SaidSpan]:
    """Return the pairs that can be meant as times: references, coordinates and intervals of numbers are none."""
    found = list(spans_in_brackets(text))
    if not found or asks_for_time(question) or not _WORD.search(_BRACKETS.sub(" ", half_width(text))):
        return found
    kept = []
    for span in found:
        before = text[max(0, span.start - 100) : span.start]
        before = re.split(r"[.!?。！？]\s|\n", before)[-1]
        decimals = "." in text[span.start : span.end]
        cue = _TIME_WORD.search(before) or _SECONDS_BEHIND.match(text, span.end)
        if span.sure or cue or (decimals and not _OTHER_PAIR.search(before)):
            kept.append(span)
    return kept


def described_spans(text: str) -> list[tuple[SaidSpan, str]]:
    """Return spans that begin a statement, each with the words behind it: `2.9 - 3.5 seconds, the ball is hidden.`."""
    text = half_width(text)
    found = [span for span in spans_in_words(text) if _BEGINS.search(text[max(0, span.start - 30) : span.start])]
    described = []
    for span, behind in zip_longest(found, found[1:]):
        parting = _EVENT.match(text, span.end)
        if parting is None:
            continue
        line_end = text.find("\n", parting.end())
        end = min(line_end if line_end >= 0 else len(text), behind.start if behind else len(text))
        described.append((span, re.sub(r"\s*\bfrom\s*$", "", text[parting.end() : end].strip(), flags=re.IGNORECASE)))
    return described


def claim_span(
    context: ReplyContext, said: SaidSpan, offset: int, phrase: str = "", unit: TimeUnit | None = None
) -> None:
    """Make a claim of a span that stands `offset` characters into the reply; `unit` is that of its bare numbers."""
    stretch: Stretch = (said.start + offset, said.end + offset)
    first = context.said_time(said.first, stretch, unit)
    last = None if first is None else context.said_time(said.last, stretch, unit)
    if first is not None and last is not None:
        context.claim(stretch, phrase, span=context.span(first, last, stretch))


def claim_answer_spans(context: ReplyContext, unit: TimeUnit | None = None) -> None:
    """Read the spans of the final answer: all that stand in brackets, else the last one in words.

    Spans that only "and" joins to the last one are read too: "from 1 s to 2 s and from 3 s to 4 s".
    """
    offset = context.answer.start
    if _DIGIT.search(context.text, offset, context.answer.end) is None:
        return
    text = context.prose[offset : context.answer.end]
    bracketed = [] if asks_for_count(context.question) else _brackets_that_are_times(text, context.question)
    for said in bracketed:
        claim_span(context, said, offset, unit=unit)
    if bracketed:
        return
    by_frame = context.time_unit.kind in ("frames", "samples")
    spans = list(spans_in_words(text, context.question, by_frame=by_frame))
    read = len(spans[-1:])
    while read < len(spans) and _adds(half_width(text)[spans[-read - 1].end : spans[-read].start]):
        read += 1
    for said in spans[: len(spans) - read]:
        context.report("earlier_span", said.start + offset, said.end + offset)
    for said in spans[len(spans) - read :]:
        claim_span(context, said, offset, unit=unit)


def _adds(between: str) -> bool:
    """Tell whether nothing but words such as "and" stands between two spans, so that both are meant."""
    return _ADDING.issuperset(word.lower() for word in re.findall(r"\w+", between))
