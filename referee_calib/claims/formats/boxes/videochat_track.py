"""VideoChat-R1 tracking and bare boxes: an answer of boxes and nothing else, `[[0.1, 0.5, 0.3, 0.6], …]`.

The answer names neither the object nor the times, which stand in the question: the first box of a track belongs to the
start, and the further ones cannot be placed.
"""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.numbers import half_width, read_groups
from referee_calib.claims.text.reply_context import ReplyContext

_FENCE = re.compile(r"```[a-z]{0,10}\s*|\s*```")


def _answer(context: ReplyContext) -> str:
    return _FENCE.sub("", half_width(context.text[context.answer.start : context.answer.end])).strip()


def _present(context: ReplyContext) -> bool:
    if context.found or context.answer_holds_elements():
        return False
    said = _answer(context)
    if not (said.startswith("[") and said.endswith("]")):
        return False
    return read_groups(said, 2) is None and read_groups(said, 4) is not None  # pairs are spans


def _read(context: ReplyContext) -> None:
    stretch = (context.answer.start, context.answer.end)
    boxes = context.bare_boxes(_answer(context), stretch)
    placed = boxes if context.still else boxes[:1]
    for _ in boxes[len(placed) :]:
        context.report("box_without_time", *stretch)
    if placed and not context.untimed:
        context.report("box_without_time", *stretch)
    elif placed:
        context.claim(stretch, "", [context.untimed_box(one, stretch[0]) for one in placed])


FORMAT = ReplyFormat("videochat-r1-track", "[", _present, _read)
