"""Names and boxes between special tokens: each box goes to the name before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from referee_calib.claims.text.reply_context import ReplyContext, Stretch


@dataclass(slots=True)
class NamedBoxes:
    """A name, "" where there is none, and the stretches of text that hold its boxes."""

    phrase: str
    start: int
    end: int
    boxes: list[Stretch] = field(default_factory=list)
    named: bool = True


def named_boxes(context: ReplyContext, token: re.Pattern[str], pairs: Mapping[str, str]) -> Iterator[NamedBoxes]:
    """Pair tokens and join boxes to names.

    `pairs` leads from each opening token to its closing one, the name's first, the box's second; tokens are compared
    in small letters. A token that is not closed is reported and swallows nothing.
    """
    name_token = next(iter(pairs))
    current: NamedBoxes | None = None
    opened: re.Match[str] | None = None
    for found in token.finditer(context.text):
        said = found[0].lower()
        if opened is not None and said == pairs[opened[0].lower()]:
            if opened[0].lower() == name_token:
                if current is not None:
                    yield current
                current = NamedBoxes(context.text[opened.end() : found.start()], opened.start(), found.end())
            else:
                current = current or NamedBoxes("", opened.start(), found.end(), named=False)
                current.boxes.append((opened.end(), found.start()))
                current.end = found.end()
            opened = None
            continue
        if opened is not None:
            context.report("unclosed_tag", opened.start(), found.start())
        opened = found if said in pairs else None
        if opened is None:
            context.report("stray_tag", found.start(), found.end())
    if opened is not None:
        context.report("unclosed_tag", opened.start(), len(context.text))
    if current is not None:
        yield current


def claim_named_boxes(context: ReplyContext, found: NamedBoxes, boxes: list[tuple[float, float, float, float]]) -> None:
    """Make a claim without a time of a name and its boxes, or report what is missing."""
    stretch = (found.start, found.end)
    if found.named and not found.phrase.strip():
        context.report("object_without_name", *stretch)
    elif not found.boxes:
        context.report("object_without_box", *stretch)
    elif not context.untimed:
        context.report("box_without_time", *stretch)
    elif boxes:
        context.claim(stretch, found.phrase, [context.untimed_box(one, found.start) for one in boxes])
