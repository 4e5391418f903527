"""Qwen2-VL: `<|object_ref_start|>red ball<|object_ref_end|><|box_start|>(211,627),(345,841)<|box_end|>`, 0-1000 grid.

Where the special tokens were skipped when decoding, `red ball(211,627),(345,841)` is left, and is read too.
"""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.numbers import half_width
from referee_calib.claims.text.phrases import is_noun_phrase, phrase_before
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.token_pairs import claim_named_boxes, named_boxes

_TOKEN = re.compile(r"<\|(?:object_ref|box)_(?:start|end)\|>", re.IGNORECASE)
_PAIRS = {"<|object_ref_start|>": "<|object_ref_end|>", "<|box_start|>": "<|box_end|>"}
_NUMBER = r"\s{0,3}\d{1,5}\s{0,3}"
_CORNERS = re.compile(rf"\({_NUMBER},{_NUMBER}\)\s{{0,3}},?\s{{0,3}}\({_NUMBER},{_NUMBER}\)")


def _present(context: ReplyContext) -> bool:
    if "<|" in context.text:
        return _TOKEN.search(context.text) is not None
    return not context.kinds and not context.found and _CORNERS.search(half_width(context.prose)) is not None


def _read(context: ReplyContext) -> None:
    found = list(named_boxes(context, _TOKEN, _PAIRS))
    for one in found:
        boxes = [box for stretch in one.boxes for box in context.boxes(context.text[slice(*stretch)], stretch)]
        claim_named_boxes(context, one, boxes)
    if not found:
        _without_tokens(context)


def _without_tokens(context: ReplyContext) -> None:
    floor = 0
    for found in _CORNERS.finditer(half_width(context.prose)):
        phrase = phrase_before(context.prose, found.start(), floor)
        before, floor = context.prose[max(floor, found.start() - 60) : found.start()], found.end()
        if phrase and not is_noun_phrase(phrase, before):
            continue
        stretch = (max(0, found.start() - len(phrase)), found.end())
        boxes = context.bare_boxes(found[0], stretch)
        context.claim(stretch, phrase, context.place_bare(boxes, stretch, found.span()))


FORMAT = ReplyFormat("qwen-tokens", "(", _present, _read)
