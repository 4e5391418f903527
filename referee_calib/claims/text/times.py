"""Times as models write them: from text to seconds.

Each pattern reads its text in one pass, with bounded repetition: no text, however hostile, takes more than linear time.
"""

from __future__ import annotations

import math
import re

from referee_calib.claims.text.numbers import half_width, read_number

LONGEST_TIME = 40

_PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)  # what nearly every time is
_CLOCK_TIME = re.compile(r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:\.\d{1,9})?")
_SECONDS_WORD = r"(?:\s{0,3}(?:s|sec|secs|second|seconds)\b|\s{0,3}秒钟?)"
_TIME = re.compile(rf"((?:\d{{1,3}}:)?\d{{1,3}}:\d{{1,2}}(?:\.\d{{1,9}})?|\S+?){_SECONDS_WORD}?", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?:\D|$))")
_OTHER_UNIT = re.compile(r"\s{0,3}(?:ms|msecs?|milliseconds?|m|mins?|minutes?|h|hrs?|hours?)\b", re.IGNORECASE)
_FRAME = re.compile(r"\bframe\s{0,3}$", re.IGNORECASE)
_SECONDS = re.compile(r"\s{0,3}s(?:ecs?|econds?)?\b", re.IGNORECASE)
_SAMPLED = re.compile(
    r"\s{0,3}s?[\s,]{0,3}\(?\s{0,3}frame\s{0,3}(\d{1,6})\s{0,3}(?:of|/)\s{0,3}(\d{1,6})\b", re.IGNORECASE
)
_FROM = re.compile(r"^from\s{1,3}", re.IGNORECASE)
_TWO_TIMES = re.compile(r"\s{0,3}(?:to|until|till|through|-|–|—|~|至|到)\s{0,3}", re.IGNORECASE)


def read_time(text: str) -> float | None:
    """Read seconds (`9.2`, `9,2 s`) or a clock (`0:09`, `1:02:03.5`); None when it is neither or negative."""
    said = bare_time(text)
    return None if said is None else said[0]


def bare_time(text: str) -> tuple[float, bool] | None:
    """Read a time, and tell whether its number was bare, so that the stated unit of time applies to it."""
    if _PLAIN.fullmatch(text) is not None:
        return float(text), True
    text = text.strip(" \t\r\n<>")  # `<2.0 seconds>`, as Qwen3-VL is shown its frames
    if len(text) > LONGEST_TIME:
        return None
    text = half_width(text)
    if "," in text:
        text = _DECIMAL_COMMA.sub(".", text, count=1)
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    is_clock = ":" in found[1]
    seconds = read_clock(found[1]) if is_clock else read_number(found[1])
    if seconds is None or not 0 <= seconds < math.inf:
        return None
    return seconds, not is_clock and found.end(1) == len(text)


def read_time_range(text: str) -> tuple[str, str] | None:
    """Split the text of a time tag that holds two times: `2.0-3.0`, `2.0 to 3.0`, `[2.0, 3.0]`."""
    text = half_width(text.strip())
    if len(text) > 3 * LONGEST_TIME:
        return None
    words = _TWO_TIMES.split(_FROM.sub("", text.strip("[]() ")))
    if len(words) == 1 and text.startswith(("[", "(")):
        words = re.split(r",\s*", text.strip("[]() "))
    return (words[0], words[1]) if len(words) == 2 and words[0] and words[1] else None


def in_other_unit(text: str, start: int, end: int) -> bool:
    """Tell whether the words around a time make it no number of seconds: `<t>2</t> minutes`, `frame <t>9</t>`."""
    if _OTHER_UNIT.match(text, end):
        return True
    before = text[max(0, start - 10) : start]
    return "rame" in before.lower() and _FRAME.search(before) is not None and _SECONDS.match(text, end) is None


def sampled_frame(text: str, end: int, value: float) -> float | None:
    """Return how much of the video is over where the words behind a time say that it is a frame's index.

    `<t>2</t>s (frame 2 of 16)` gives 2/16; `<t>2</t>s (frame 60 of 150)` is a time of its own: None.
    """
    if text.find("rame", end, end + 20) < 0:
        return None
    found = _SAMPLED.match(text, end)
    if found is None or float(found[1]) != value or not float(found[1]) <= float(found[2]) or not float(found[2]):
        return None
    return float(found[1]) / float(found[2])


def read_clock(text: str) -> float | None:
    """Read `h:m:s` or `m:s`; minutes and seconds behind a larger part stay below 60."""
    if _CLOCK_TIME.fullmatch(text) is None:
        return None
    hours, minutes, seconds = ["0", *text.split(":")] if text.count(":") == 1 else text.split(":")
    if float(seconds) >= 60 or (float(hours) and float(minutes) >= 60):
        return None
    return 3600 * float(hours) + 60 * float(minutes) + float(seconds)
