"""Times and boxes as models write them: from the text between two tags to numbers.

Each pattern reads its text in one pass, and texts too long to be a number are not tried: no text, however
hostile, takes more than linear time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

Numbers = tuple[float, ...]

LONGEST_TIME = 40
LONGEST_RANGE = 120

_NUMBER = r"\d{1,9}(?:\.\d{0,9})?"
_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:\.\d{1,9})?"
_UNIT = r"(?:\s{0,3}(?:s|sec|secs|second|seconds)\b)?"
_SAID = rf"(?:{_CLOCK}|{_NUMBER}){_UNIT}"
_CLOCK_TIME = re.compile(_CLOCK)
_TIME = re.compile(rf"({_CLOCK}|\S+?){_UNIT}", re.IGNORECASE)
_RANGE = re.compile(rf"(?:from\s{{1,3}})?({_SAID})\s{{0,3}}(to|-|–|—)\s{{0,3}}({_SAID})\s{{0,3}}\.?", re.IGNORECASE)
_OTHER_UNIT = re.compile(r"\s{0,3}(?:ms|msecs?|milliseconds?|m|mins?|minutes?|h|hrs?|hours?)\b", re.IGNORECASE)
_FRAME = re.compile(r"\bframe\s{0,3}$", re.IGNORECASE)
_SECONDS = re.compile(r"\s{0,3}s(?:ecs?|econds?)?\b", re.IGNORECASE)
_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_SEPARATORS = re.compile(r"[\s,;]+")
_ROUND_TO_SQUARE = str.maketrans("()", "[]")


def read_time(text: str) -> float | None:
    """Read seconds (`9.2`, `9.2 s`) or a clock (`0:09`, `1:02:03.5`); None when it is neither or negative."""
    text = text.strip()
    found = _TIME.fullmatch(text) if len(text) <= LONGEST_TIME else None
    if found is None:
        return None
    seconds = _clock(found[1]) if ":" in found[1] else _number(found[1])
    return seconds if seconds is not None and 0 <= seconds < math.inf else None


def in_other_unit(text: str, start: int, end: int) -> bool:
    """Tell whether the words around a time make it no number of seconds: `<t>2</t> minutes`, `frame <t>9</t>`."""
    if _OTHER_UNIT.match(text, end):
        return True
    return _FRAME.search(text[max(0, start - 10) : start]) is not None and _SECONDS.match(text, end) is None


def read_range(text: str) -> tuple[float, float] | None:
    """Read a text that is nothing but two times: `12.5 to 17`, `From 0:12 to 0:17.`, `12.5s - 17s`.

    With a dash both must say that they are times, by a unit or as a clock: `2-3` may be a score or a count.
    """
    text = text.strip()
    found = _RANGE.fullmatch(text) if len(text) <= LONGEST_RANGE else None
    if found is None:
        return None
    if found[2].lower() != "to" and not all(re.search("[:s]", said, re.IGNORECASE) for said in found.group(1, 3)):
        return None
    start, end = read_time(found[1]), read_time(found[3])
    return None if start is None or end is None else (start, end)


def read_groups(text: str, size: int) -> list[Numbers] | None:
    """Read groups of `size` numbers: `[a, b]`, `(a, b)`, `a, b`, `[[a, b], [c, d]]`, `[a, b], [c, d]`.

    Two pairs of corners, `(x1, y1), (x2, y2)`, are read as one group of four. None when anything else is there:
    a group of another size is not cut or filled.
    """
    text = text.translate(_ROUND_TO_SQUARE).strip()
    groups: list[Numbers] | None
    if "[" in text or "]" in text:
        outside = _INNERMOST.sub(" ", text)
        groups = _all_numbers(_INNERMOST.findall(text)) if not outside.strip("[], ;\t\r\n") else None
    else:
        groups = _all_numbers([text])
    if groups is None:
        return None
    if size == 4 and [len(group) for group in groups] == [2, 2]:
        return [groups[0] + groups[1]]
    return groups if all(len(group) == size for group in groups) else None


def _all_numbers(parts: Sequence[str]) -> list[Numbers] | None:
    groups = [[_number(word) for word in _SEPARATORS.split(part.strip(", ;\t\r\n")) if word] for part in parts]
    if not any(groups) or any(value is None for group in groups for value in group):
        return None
    return [tuple(value for value in group if value is not None) for group in groups]


def _number(word: str) -> float | None:
    """Read what `float` reads, NaN and infinities too: the caller reports those by name; but not `1_0` as ten."""
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return None


def _clock(text: str) -> float | None:
    """Read `h:m:s` or `m:s`; minutes and seconds behind a larger part stay below 60."""
    if _CLOCK_TIME.fullmatch(text) is None:
        return None
    hours, minutes, seconds = ["0", *text.split(":")] if text.count(":") == 1 else text.split(":")
    if float(seconds) >= 60 or (float(hours) and float(minutes) >= 60):
        return None
    return 3600 * float(hours) + 60 * float(minutes) + float(seconds)
