"""The first pass over a reply: from text to tags, and from tags to elements, one for each pair of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from referee_calib.claims.parse_failures import Reason

Report = Callable[[Reason, int, int], None]

_TAG = re.compile(r"<\s{0,3}(/?)\s{0,3}(think|answer|obj|ref|box|bbox|t|glue|time)\s{0,3}>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"(?:&(?:amp;)?lt;|\\u003c)\s{0,3}/?\s{0,3}\|?[A-Za-z_]{1,20}", re.IGNORECASE)
_FULL_WIDTH_TAG = re.compile(r"＜\s{0,3}[/／]?\s{0,3}[A-Za-z_]{1,20}\s{0,3}＞")
_FULL_WIDTH = str.maketrans("＜＞／", "<>/")
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#34;": '"', "&apos;": "'", "&nbsp;": " "}
_ESCAPE = re.compile(r"&(?:amp;)?(lt;|gt;|quot;|#39;|#34;|apos;|nbsp;)|\\u003([cCeE])")
_ANSWER_TOKEN = re.compile(r"<\|(begin|end)_of_box\|>")  # GLM-V marks its answer so
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SECTIONS = ("think", "answer")
_USUAL = {  # tags as they are mostly written, so that their parts need not be looked at
    f"<{'/' if closes else ''}{kind}>": (kind, closes)
    for kind in (*SECTIONS, "obj", "box", "t")
    for closes in (False, True)
}


Tag = tuple[str, bool, int, int]  # name in small letters, whether it closes, offsets of its start and behind its end


class Element(NamedTuple):
    """What stands between a tag and its closing tag."""

    kind: str  # name of the tag: "obj", "ref", "box", "bbox", "t", "glue" or "time"
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
    """Resolve tags that are escaped, as log viewers write them, or full-width, and replace lone surrogates.

    No file or database takes those.
    """
    if ("&" in text or "u003" in text) and _ESCAPED_TAG.search(text):
        text = _ESCAPE.sub(_unescaped, text)
    if "＜" in text and _FULL_WIDTH_TAG.search(text):
        text = text.translate(_FULL_WIDTH)
    if "_of_box|>" in text:
        text = _ANSWER_TOKEN.sub("" if "<answer" in text.lower() else _answer_tag, text)
    return text if text.isascii() else _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def without_tags(text: str) -> str:
    """Leave the words, as a person would read them."""
    return _TAG.sub("", text).strip()


def tags_of(text: str) -> list[Tag]:
    """Find the tags that are known here, in order."""
    found: list[Tag] = []
    for tag in _TAG.finditer(text):
        usual = _USUAL.get(tag[0])
        kind, closes = (tag[2].lower(), bool(tag[1])) if usual is None else usual
        found.append((kind, closes, tag.start(), tag.end()))
    return found


def elements(text: str, tags: Sequence[Tag], report: Report) -> Iterator[Element]:
    """Pair every evidence tag with its closing tag.

    A tag that is opened again, or followed by another tag, before it is closed is reported and swallows nothing;
    so is a closing tag without its opening.
    """
    opened, begin, inner = "", 0, 0  # name of the open tag, offsets of its start and behind its end
    for kind, closes, start, end in tags:
        if closes and opened == kind:
            yield Element(kind, text[inner:start], begin, end)
            opened = ""
            continue
        if opened:
            report("unclosed_tag", begin, start)
        opened = ""
        if kind in SECTIONS:
            continue
        if closes:
            report("stray_tag", start, end)
        else:
            opened, begin, inner = kind, start, end
    if opened:
        report("unclosed_tag", begin, len(text))


def final_answer(text: str, tags: Sequence[Tag]) -> AnswerSpan:
    """Find the last `<answer>`; without one, what follows the thinking; without that, the whole reply.

    An answer that is never closed runs to the end of the text: long replies are cut off there.
    """
    start = end = after_think = None
    thinking = False
    for kind, closes, tag_start, tag_end in tags:
        if kind == "answer" and not closes:
            start, end = tag_end, None
        elif kind == "answer" and start is not None and end is None:
            end = tag_start
        elif kind == "think":
            thinking, after_think = True, tag_end if closes else None
    if start is not None:
        return AnswerSpan(start, len(text) if end is None else end)
    if thinking and after_think is None:
        return AnswerSpan(len(text), len(text))
    return AnswerSpan(after_think or 0, len(text))


def _answer_tag(found: re.Match[str]) -> str:
    return "<answer>" if found[1] == "begin" else "</answer>"


def _unescaped(found: re.Match[str]) -> str:
    if found[2]:
        return "<" if found[2] in "cC" else ">"
    return _ESCAPES["&" + found[1]]
