"""Qwen-VL and InternVL: `<ref>red ball</ref><box>(211,627),(345,841)</box>` or `<box>[[211, 627, 345, 841]]</box>`.

The models write steps of a 0-1000 grid and no times.
"""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_evidence import read_tagged_evidence


def _present(context: ReplyContext) -> bool:
    return "ref" in context.kinds and context.kinds.isdisjoint(("obj", "t"))


def _read(context: ReplyContext) -> None:
    elements = [one for one in context.elements if one.kind in ("ref", "box", "bbox")]
    read_tagged_evidence(context, elements, untimed=context.untimed)


FORMAT = ReplyFormat("ref-box", "<", _present, _read)
