"""Shikra and its kin: `The red ball[0.211,0.627,0.345,0.841] rolls.`, shares of the frame behind the words they are of.

Ferret and CogVLM write whole numbers in the same way (`ball [211, 627, 345, 841]`, `ball[[211,627,345,841]]`); those
are read in the stated unit. Several boxes of one phrase are parted by a semicolon.
"""

from __future__ import annotations

import re

from referee_calib.claims.box_units import SHARE
from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.numbers import half_width, read_groups
from referee_calib.claims.text.phrases import is_noun_phrase, phrase_before
from referee_calib.claims.text.reply_context import ReplyContext

_NUMBER = r"\s{0,3}-?(?:\d{1,5}(?:\.\d{0,9})?|\.\d{1,9})\s{0,3}"
_FOUR = rf"{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}"
_BOXES = re.compile(rf"\[{{1,2}}{_FOUR}(?:;{_FOUR}){{0,50}}\]{{1,2}}")


def _present(context: ReplyContext) -> bool:
    text = context.text
    return not context.kinds and not context.found and "{" not in text and "<|" not in text


def _read(context: ReplyContext) -> None:
    floor = 0
    for found in _BOXES.finditer(half_width(context.prose)):
        phrase = phrase_before(context.prose, found.start(), floor)
        before, floor = floor, found.end()
        if not is_noun_phrase(phrase, context.prose[max(before, found.start() - 60) : found.start()]):
            continue
        stretch = (max(0, found.start() - len(phrase)), found.end())
        numbers = read_groups(found[0], 4)
        shares = numbers is not None and "." in found[0] and max(map(max, numbers)) <= 1
        boxes = context.bare_boxes(found[0], stretch, SHARE if shares else None)
        context.claim(stretch, phrase, context.place_bare(boxes, stretch, found.span()))


FORMAT = ReplyFormat("shikra", "[", _present, _read)
