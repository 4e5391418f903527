"""Kosmos-2: `<phrase>red ball</phrase><object><patch_index_0644><patch_index_0875></object>`, 32 × 32 patches.

The first patch holds the top left corner, the second the bottom right one. A corner lies in the middle of its patch; a
box within one row or column of patches has that row or column whole.
"""

from __future__ import annotations

import re

from referee_calib.claims.box_units import SHARE, Corners
from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.token_pairs import claim_named_boxes, named_boxes

SIDE = 32

_TOKEN = re.compile(r"</?(?:phrase|object)>", re.IGNORECASE)
_PAIRS = {"<phrase>": "</phrase>", "<object>": "</object>"}
_DELIMITER = "</delimiter_of_multi_objects/>"
_TWO_PATCHES = re.compile(r"\s*<patch_index_(\d{4})>\s*<patch_index_(\d{4})>\s*")


def _present(context: ReplyContext) -> bool:
    return "<object" in context.text.lower()


def _read(context: ReplyContext) -> None:
    for one in named_boxes(context, _TOKEN, _PAIRS):
        read = (_box(context, said, stretch) for stretch in one.boxes for said in _each(context, *stretch))
        claim_named_boxes(context, one, [box for box in read if box is not None])


def _each(context: ReplyContext, start: int, end: int) -> list[str]:
    return context.text[start:end].split(_DELIMITER)


def _box(context: ReplyContext, said: str, stretch: tuple[int, int]) -> Corners | None:
    found = _TWO_PATCHES.fullmatch(said)
    first, last = (int(found[1]), int(found[2])) if found else (SIDE * SIDE, 0)
    if max(first, last) >= SIDE * SIDE:
        context.report("box_unreadable", *stretch)
        return None
    (top, left), (bottom, right) = divmod(first, SIDE), divmod(last, SIDE)
    inner = 0.0 if top == bottom or left == right else 0.5
    near = ((left + inner) / SIDE, (top + inner) / SIDE)
    far = ((right + 1 - inner) / SIDE, (bottom + 1 - inner) / SIDE)
    return context.corners((*near, *far), stretch, SHARE, computed=True)


FORMAT = ReplyFormat("kosmos", "<patch_index_", _present, _read)
