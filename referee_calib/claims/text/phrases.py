"""The noun phrase before a box in prose, as Shikra and its kin write it."""

from __future__ import annotations

import re

LONGEST_PHRASE = 120
MOST_WORDS = 6

_BREAK = re.compile(r"[.!?:;\n\])}>](?=\s|$|\w)|[,。，；：！？|•]")
_LEADING = re.compile(r"(?:[\s*_`\"'#–—-]|\d{1,3}[.)]\s|(?:and|then|also|while|with|or)\s)+", re.IGNORECASE)
# what four numbers are called that are no box
_OTHER_NUMBERS = re.compile(
    r"\b(?:shape|sizes?|dimensions?|numbers?|integers?|vectors?|colou?rs?|rgba?|matrix|tensor|array|list|tuple|prob(?:abilit(?:y|ies))?s?|"
    r"scores?|confidences?|rotation|quaternion|weights?|values?|ranges?|ind(?:ex|ices)|ranking|order|options?|steps|lines|rows|"
    r"columns|references?|refs?|return|print|padding|margins?|kernel|stride|layers?|latitude|longitude|city|map|set|sequence)\W*$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\b(?:is|are|was|were|at|in|on|located|seen|visible|found|with|bounding|box|bbox|coordinates?|position|positioned)|[\s:=(*_|`\"'–—-])$",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:\b(?:at|@|around|about|from)\s{1,3})?(?<![\w.:])(?:\d{1,6}(?:\.\d{1,6})?\s{0,2}-?(?:s|secs?|seconds?)\b|"
    r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d{1,6})?(?![\d:])|\btime\s{0,3}[:=]\s{0,3}\d{1,6}(?:\.\d{1,6})?)",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"\b(?:the|a|an|this|that|his|her|its|their|my|another|one|two|three|some)\s", re.IGNORECASE)


def phrase_before(text: str, position: int, floor: int) -> str:
    """Return the noun phrase that ends at `position`; nothing before `floor` is looked at."""
    start = max(floor, position - LONGEST_PHRASE)
    said = _TIME.sub(lambda found: " " * len(found[0]), text[start:position])
    said = said[max((found.end() for found in _BREAK.finditer(said.rstrip(" (:|"))), default=0) :].strip()
    while (trailing := _TRAILING.search(said)) is not None:
        said = said[: trailing.start()]
    words = list(_DETERMINER.finditer(said))
    if words:
        return said[words[-1].start() :].strip()
    leading = _LEADING.match(said)
    return " ".join(said[leading.end() if leading else 0 :].split()[-MOST_WORDS:])


def is_noun_phrase(phrase: str, before: str) -> bool:
    """Tell whether words can name what a box shows: not `return`, not `x = arr`, not the name of other numbers."""
    if not any(letter.isalpha() for letter in phrase) or "=" in phrase:
        return False
    return _OTHER_NUMBERS.search(before) is None and _OTHER_NUMBERS.search(phrase) is None
