"""Times that the words around a box state, where its notation has no place for one.

`At 3.0 s the man [100, 200, 300, 400]` says when, though Shikra's notation knows no times. A box whose words name one
time stands there; where they name several, or a frame, or only other lines do, nobody can place it.
"""

from __future__ import annotations

import re
from typing import Literal

from referee_calib.claims.text.numbers import half_width
from referee_calib.claims.text.times import read_clock

StatedTime = float | Literal["none", "unclear"]

LONGEST_LINE = 300  # characters before and behind a box that are looked at
_TIME = re.compile(
    r"(?<![\w.:/-])(?:(?P<seconds>\d{1,6}(?:\.\d{1,6})?)\s{0,2}-?(?:s|secs?|seconds?|秒)(?![A-Za-z])"
    r"|(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d{1,6})?)(?![\d:])"
    r"|(?:time|timestamp|t)[\"'*]{0,3}\s{0,3}[:=]\s{0,3}[\"'*<]{0,3}(?P<named>\d{1,6}(?:\.\d{1,6})?)(?![\w:]))",
    re.IGNORECASE,
)
_FRAME = re.compile(r"\bframe[s_ #-]{0,3}(?:number|no\.?|index)?\s{0,2}[:=#]?\s{0,2}\d", re.IGNORECASE)
_LENGTH = re.compile(r"\s{0,2}(?:long\b|video\b|clip\b)|\s{0,2}in (?:length|duration)", re.IGNORECASE)
_CELL = re.compile(r"\|\s{0,9}\d{1,6}(?:\.\d{1,6})?\s{0,9}(?=\|)")  # of a table, a number whose heading is elsewhere


def time_of_line(text: str, start: int, end: int) -> StatedTime:
    """Return the one time that the line around a box states."""
    begin = max(text.rfind("\n", 0, start) + 1, start - LONGEST_LINE)
    stop = text.find("\n", end, end + LONGEST_LINE)
    line = text[begin:start] + " " + text[end : stop if stop >= 0 else end + LONGEST_LINE]
    if _FRAME.search(line) or ("|" in line and _CELL.search(line)):
        return "unclear"
    found = times_in(line)
    if len(found) == 1:
        return found.pop()
    return "unclear" if found else "none"


def states_times(text: str) -> bool:
    """Tell whether a text names any time or frame."""
    return bool(times_in(text)) or _FRAME.search(text) is not None


def time_of_heading(text: str, floor: int, start: int) -> StatedTime:
    """Return the one time that the words before a block of JSON state; nothing before `floor` is looked at."""
    before = re.sub(r"`{3}[a-z]{0,10}", " ", text[max(floor, start - LONGEST_LINE) : start]).rstrip(" \t\r\n[{(")
    line = before[before.rfind("\n") + 1 :]
    if _FRAME.search(line):
        return "unclear"
    found = times_in(line)
    return found.pop() if len(found) == 1 else ("unclear" if found else "none")


def times_in(text: str) -> set[float]:
    """Return the different times that a text states with a unit, as a clock or by name; lengths are none."""
    times = set()
    text = half_width(text)
    for found in _TIME.finditer(text):
        if _LENGTH.match(text, found.end()):
            continue
        value = read_clock(found["clock"]) if found["clock"] else float(found["seconds"] or found["named"])
        if value is not None:
            times.add(value)
    return times
