"""GroundingGPT: `{0.58,0.70}`, shares of the video's length, which has to be known."""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.numbers import half_width
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.time_units import TimeUnit

_SHARE = r"\s{0,3}(0?\.\d{1,9}|0(?:\.0{1,9})?|1(?:\.0{1,9})?)\s{0,3}"
_SPAN = re.compile(rf"\{{{_SHARE},{_SHARE}\}}")
_UNIT = TimeUnit("shares")


def _present(context: ReplyContext) -> bool:
    return _SPAN.search(half_width(context.text), context.answer.start) is not None


def _read(context: ReplyContext) -> None:
    for found in _SPAN.finditer(half_width(context.text), context.answer.start, context.answer.end):
        first = context.seconds(float(found[1]), found.span(), unit=_UNIT)
        last = None if first is None else context.seconds(float(found[2]), found.span(), unit=_UNIT)
        if first is not None and last is not None:
            context.claim(found.span(), span=context.span(first, last, found.span()))


FORMAT = ReplyFormat("groundinggpt", "{", _present, _read)
