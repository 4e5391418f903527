"""Gemini: `[{"box_2d": [627, 211, 841, 345], "label": "red ball"}]`, y first, steps of a 0-1000 grid."""

from __future__ import annotations

from referee_calib.claims.box_units import THOUSAND
from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.json_evidence import read_json_boxes
from referee_calib.claims.text.reply_context import ReplyContext


def _present(context: ReplyContext) -> bool:
    return "box_2d" in context.text.replace("bbox_2d", "")


def _read(context: ReplyContext) -> None:
    read_json_boxes(context, ("box_2d",), unit=THOUSAND, order="yxyx")


FORMAT = ReplyFormat("gemini", "box_2d", _present, _read)
