"""SATORI-R1: `<caption>…</caption><bbox>[[71,123,116,165]]</bbox>`, without name or time; in pixels of the image."""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_evidence import read_tagged_evidence


def _present(context: ReplyContext) -> bool:
    return "bbox" in context.kinds and context.kinds.isdisjoint(("obj", "ref", "t"))


def _read(context: ReplyContext) -> None:
    elements = [one for one in context.elements if one.kind == "bbox"]
    read_tagged_evidence(context, elements, untimed=context.untimed)


FORMAT = ReplyFormat("satori-r1", "<", _present, _read)
