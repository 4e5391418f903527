"""The first pass over a reply: from text to elements, one for each pair of tags, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from referee_calib.claims.parse_failures import Reason

Report = Callable[[Reason, int, int], None]

_TAG = re.compile(r"<\s{0,3}(/?)\s{0,3}(think|answer|obj|box|t|glue|time)\s{0,3}>", re.IGNORECASE)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SECTIONS = ("think", "answer")


@dataclass(frozen=True, slots=True)
class Element:
    """What stands between a tag and its closing tag."""

    kind: str  # name of the tag: "obj", "box", "t", "glue" or "time"
    text: str  # what is between the two tags
    # start, end: offsets of the opening tag's first character and behind the closing tag's last one
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The part of a reply that is its final answer."""

    # start, end: offsets of its text; `start == end` when there is none
    start: int
    end: int

    def holds(self, element: Element) -> bool:
        """Tell whether the element stands in the final answer."""
        return self.start <= element.start and element.end <= self.end


def clean(text: str) -> str:
    """Replace lone surrogates, which no file or database takes, one for one, so that offsets stay."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def without_tags(text: str) -> str:
    """Leave the words, as a person would read them."""
    return _TAG.sub("", text).strip()


def elements(text: str, report: Report) -> Iterator[Element]:
    """Pair every evidence tag with its closing tag.

    A tag that is opened again, or followed by another tag, before it is closed is reported and swallows nothing;
    so is a closing tag without its opening.
    """
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        kind, closes = tag[2].lower(), bool(tag[1])
        if opened is not None and closes and opened[2].lower() == kind:
            yield Element(kind, text[opened.end() : tag.start()], opened.start(), tag.end())
            opened = None
            continue
        if opened is not None:
            report("unclosed_tag", opened.start(), tag.start())
        opened = None
        if kind in SECTIONS:
            continue
        if closes:
            report("stray_tag", tag.start(), tag.end())
        else:
            opened = tag
    if opened is not None:
        report("unclosed_tag", opened.start(), len(text))


def final_answer(text: str) -> AnswerSpan:
    """Find the last `<answer>`; without one, what follows the thinking; without that, the whole reply.

    An answer that is never closed runs to the end of the text: long replies are cut off there.
    """
    start = end = after_think = None
    thinking = False
    for tag in _TAG.finditer(text):
        kind, closes = tag[2].lower(), bool(tag[1])
        if kind == "answer" and not closes:
            start, end = tag.end(), None
        elif kind == "answer" and start is not None and end is None:
            end = tag.start()
        elif kind == "think":
            thinking, after_think = True, tag.end() if closes else None
    if start is not None:
        return AnswerSpan(start, len(text) if end is None else end)
    if thinking and after_think is None:
        return AnswerSpan(len(text), len(text))
    return AnswerSpan(after_think or 0, len(text))
