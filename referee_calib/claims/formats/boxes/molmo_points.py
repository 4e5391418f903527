"""Molmo: `<point x="61.5" y="40.2" alt="ball">ball</point>`; a point has no area, so it is counted and is no claim."""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext

_POINT = re.compile(r"<points?\s[^<>]{0,4000}>", re.IGNORECASE)


def _present(context: ReplyContext) -> bool:
    return _POINT.search(context.text) is not None


def _read(context: ReplyContext) -> None:
    for point in _POINT.finditer(context.text):
        context.report("point_without_box", *point.span())


FORMAT = ReplyFormat("molmo", "<point", _present, _read)
