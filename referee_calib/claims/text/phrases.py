"""The noun phrase before a box in prose, as Shikra and its kin write it."""

from __future__ import annotations

import re

LONGEST_PHRASE = 120
MOST_WORDS = 6

_BREAK = re.compile(r"[.!?:;\n\])}>](?=\s|$|\w)|[,。，；：！？]")
_TRAILING = re.compile(
    r"(?:\b(?:is|are|was|were|at|in|on|located|seen|visible|found|with|bounding|box|bbox|coordinates?|position|positioned)|[\s:=(*`\"'-])$",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"\b(?:the|a|an|this|that|his|her|its|their|my|another|one|two|three|some)\s", re.IGNORECASE)


def phrase_before(text: str, position: int, floor: int) -> str:
    """Return the noun phrase that ends at `position`; nothing before `floor` is looked at."""
    start = max(floor, position - LONGEST_PHRASE)
    said = text[start:position]
    said = said[max((found.end() for found in _BREAK.finditer(said.rstrip(" (:"))), default=0) :].strip()
    while (trailing := _TRAILING.search(said)) is not None:
        said = said[: trailing.start()]
    words = list(_DETERMINER.finditer(said))
    if words:
        return said[words[-1].start() :].strip()
    return " ".join(said.split()[-MOST_WORDS:])
