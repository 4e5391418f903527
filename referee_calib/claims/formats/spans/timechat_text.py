"""TimeChat: `2.9 - 3.5 seconds, the ball is hidden.`, one event a line, in seconds; the words are what happens."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.answer_spans import claim_span, described_spans
from referee_calib.claims.text.reply_context import ReplyContext


def _present(context: ReplyContext) -> bool:
    if context.found or context.kinds or "{" in context.text or "<answer" in context.text.lower():
        return False
    return any(span.sure for span, _ in described_spans(_answer(context)))


def _read(context: ReplyContext) -> None:
    for span, phrase in described_spans(_answer(context)):
        claim_span(context, span, context.answer.start, phrase)


def _answer(context: ReplyContext) -> str:
    return context.prose[context.answer.start : context.answer.end]


FORMAT = ReplyFormat("timechat", "", _present, _read)
