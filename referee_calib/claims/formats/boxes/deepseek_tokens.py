"""DeepSeek-VL2: `<|ref|>red ball<|/ref|><|det|>[[211, 627, 345, 841]]<|/det|>`, steps of a grid from 0 to 999."""

from __future__ import annotations

import re

from referee_calib.claims.box_units import NINES
from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.token_pairs import claim_named_boxes, named_boxes

_TOKEN = re.compile(r"<\|/?(?:ref|det)\|>", re.IGNORECASE)
_PAIRS = {"<|ref|>": "<|/ref|>", "<|det|>": "<|/det|>"}


def _present(context: ReplyContext) -> bool:
    return _TOKEN.search(context.text) is not None


def _read(context: ReplyContext) -> None:
    for one in named_boxes(context, _TOKEN, _PAIRS):
        boxes = [box for stretch in one.boxes for box in context.boxes(context.text[slice(*stretch)], stretch, NINES)]
        claim_named_boxes(context, one, boxes)


FORMAT = ReplyFormat("deepseek-vl2", "|>", _present, _read)
