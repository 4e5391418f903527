"""VTimeLLM: `From 58 to 70`, hundredths of the video's length, from 00 to 99; the length has to be known.

Nothing in the text tells them from seconds, so that this notation is read only where it is stated.
"""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat, only_when_stated
from referee_calib.claims.text.answer_spans import claim_answer_spans, claim_span, described_spans
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.time_units import TimeUnit

_UNIT = TimeUnit("percent")


def _read(context: ReplyContext) -> None:
    described = described_spans(context.text[context.answer.start : context.answer.end])
    for span, phrase in described:
        claim_span(context, span, context.answer.start, phrase, _UNIT)
    if not described:
        claim_answer_spans(context, _UNIT)


FORMAT = ReplyFormat("vtimellm", "", only_when_stated, _read)
