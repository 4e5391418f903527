"""TVG-R1: `<time>[2.9, 3.5]</time>` or `<time>2.9 to 3.5</time>`, spans in seconds."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_spans import read_tagged_spans


def _present(context: ReplyContext) -> bool:
    return "time" in context.kinds


def _read(context: ReplyContext) -> None:
    read_tagged_spans(context, "time")


FORMAT = ReplyFormat("tvg-r1", "<", _present, _read)
