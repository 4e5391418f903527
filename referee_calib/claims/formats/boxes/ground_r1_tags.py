"""Ground-R1: `<box>[71,123,116,165]</box>` between thoughts, without name or time; in pixels of the image."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_evidence import read_tagged_evidence


def _present(context: ReplyContext) -> bool:
    return "box" in context.kinds and context.kinds.isdisjoint(("obj", "ref", "t"))


def _read(context: ReplyContext) -> None:
    elements = [one for one in context.elements if one.kind == "box"]
    read_tagged_evidence(context, elements, untimed=context.untimed)


FORMAT = ReplyFormat("ground-r1", "<", _present, _read)
