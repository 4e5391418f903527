"""Open-o3-Video: `<obj>woman</obj><box>[374, 67, 420, 224]</box>at<t>9.2</t>s`, boxes in pixels of the shown frame.

Tags may stand in any order and with words between them; see `referee_calib.claims.text.evidence_grouping`.
"""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tagged_evidence import read_tagged_evidence
from referee_calib.claims.text.tags import Element
from referee_calib.claims.text.times import bare_time

_BARE = re.compile(r"\s{0,3}(\[[^\[\]<>]{7,80}\])")
_KINDS = frozenset({"obj", "ref", "box", "bbox", "t"})


def _present(context: ReplyContext) -> bool:
    return not context.kinds.isdisjoint(("obj", "t"))


def _read(context: ReplyContext) -> None:
    elements = context.elements
    if "time" in context.kinds and "box" in context.kinds:
        elements = [
            one._replace(kind="t") if one.kind == "time" and bare_time(one.text) is not None else one
            for one in elements
        ]
    elements = [one for one in elements if one.kind in _KINDS]
    if "box" not in context.kinds and "obj" in context.kinds:
        elements = [part for one in elements for part in _with_bare_box(context.text, one)]
    read_tagged_evidence(context, elements, untimed=False)


def _with_bare_box(text: str, element: Element) -> list[Element]:
    """Return an object and the brackets behind it, in a reply that forgot the tags of its boxes."""
    bare = _BARE.match(text, element.end) if element.kind == "obj" else None
    return [element] if bare is None else [element, Element("box", bare[1], *bare.span())]


FORMAT = ReplyFormat("open-o3", "<", _present, _read)
