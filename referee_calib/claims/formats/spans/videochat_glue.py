"""VideoChat-R1: `<glue>[(2.9, 3.5), (4.0, 4.5)]</glue>`, spans in seconds beside the answer."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_spans import read_tagged_spans


def _present(context: ReplyContext) -> bool:
    return "glue" in context.kinds


def _read(context: ReplyContext) -> None:
    read_tagged_spans(context, "glue")


FORMAT = ReplyFormat("videochat-r1", "<", _present, _read)
