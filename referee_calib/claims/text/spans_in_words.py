"""Spans of time in plain words: `from 2.9 to 3.5 seconds`, `2.90 and 3.50`, `00:02.9–00:03.5`, `从2.9秒到3.5秒`.

Numbers that two words join need not be times. They are taken for a span where a unit, a clock or decimals say so, or
where nothing else stands in the answer; "3 to 4" as an answer to "how many" is a count, and so is "3 to 4 people".
All repetition is bounded, so that the work grows with the length of the text and not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from referee_calib.claims.text.numbers import half_width
from referee_calib.claims.text.times import read_clock

_NUMBER = r"\d{1,7}(?:\.\d{1,9})?"
_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:\.\d{1,9})?"
_HOURS = rf"{_NUMBER}\s{{0,2}}-?(?:hours?|hrs?|h|小时|时)(?![A-Za-z])"
_MINUTES = rf"{_NUMBER}\s{{0,2}}-?(?:minutes?|mins?|m|分钟|分)(?![A-Za-z])"
_SECONDS = rf"{_NUMBER}\s{{0,2}}-?(?:seconds?|secs?|s|秒钟|秒)(?![A-Za-z])"
_AND = r"(?:\s{0,2}(?:,|and)?\s{0,2})"
_WORDS = rf"(?:{_HOURS}(?:{_AND}{_MINUTES})?(?:{_AND}{_SECONDS})?|{_MINUTES}(?:{_AND}{_SECONDS})?)"
_TIME = rf"(?:{_WORDS}|{_CLOCK}|{_NUMBER})(?:\s{{0,2}}(?:seconds?|secs?|s|秒钟|秒)(?![A-Za-z])|\s{{0,2}}%)?"
_NEAR = r"(?:the\s{1,3})?(?:(?:about|around|seconds?)\s{1,3})?第?[<(]?"
_STARTS = r"(?:start(?:s|ing|ed)?|begin(?:s|ning)?)(?:\s{1,3}time)?\s{0,3}(?:at\b|:|=)?"
_ENDS = r",?\s{0,3}(?:and\s{1,3})?(?:it\s{1,3})?end(?:s|ing|ed)?(?:\s{1,3}time)?\s{0,3}(?:at\b|:|=)?"
_LEAD = rf"(?:(?P<lead>from|between|during|seconds?|at|{_STARTS}|从|在)\s{{0,3}}{_NEAR})?"
_SPAN = re.compile(
    rf"{_LEAD}(?<![A-Za-z0-9_.])(?<!\d[:,./-])(?P<first>{_TIME})(?![\d:])>?\s{{0,3}}"
    rf"(?P<joint>to|and|until|till|through|-|–|—|~|～|至|到|{_ENDS})\s{{0,3}}{_NEAR}"
    rf"(?P<last>{_TIME})(?![A-Za-z0-9_]|[.,:/-]\d)",
    re.IGNORECASE,
)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?:\D|$))")  # not that of 1,200
_DIGIT = re.compile(r"\d")
_PART = re.compile(
    rf"({_NUMBER})\s{{0,2}}-?(hours?|hrs?|h|小时|时|minutes?|mins?|m|分钟|分|seconds?|secs?|s|秒钟|秒)", re.I
)
_IN_SECONDS = {"h": 3600.0, "小": 3600.0, "时": 3600.0, "m": 60.0, "分": 60.0, "s": 1.0, "秒": 1.0}
_GOES_ON = re.compile(
    r"[\s>]{0,3}(?:$|[.,;:!?)\]}\"'*_`。，；：）]|\(s|\n|\b(?:in(?!\s{1,3}\d)|of|when|while|where|the|during|as|and|on|at|which|because|"
    r"inclusive|it|he|she|they|a|an)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:scores?|scored|points?|goals?|counts?|numbers?|prices?|levels?|floors?|grades?|pages?|frames?|steps?|chapters?|won|"
    r"lost|rates?|rated|temperatures?|degrees|age[ds]?|ratios?|"
    r"versions?|upgrad\w{0,3}|increas\w{0,3}|decreas\w{0,3}|accelerat\w{0,3}|speeds?|verses?|rows?|columns?)\b",
    re.IGNORECASE,
)
_ASKS_COUNT = re.compile(
    r"\bhow\s+(?:many|much|old|tall|far|often|long|fast|big|heavy)\b|\bnumber of\b|\bscore\b|"
    r"\bwhat (?:age|price|floor)\b|多少|几个|几次|多久|多长",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\b(?:from when|when (?:do|does|did|is|are|was|were|will|can)|(?:what|which) (?:time|moment|second|interval|"
    r"segment)|time (?:span|range|interval|period|segment)|timestamps?|start and end)\b|什么时候|何时|时间段",
    re.IGNORECASE,
)
# what lasts so long, or is so every day, is no span of the video
_LASTING = re.compile(
    r"\b(?:for|within|another|every|after|takes?|took|lasts?|lasted|wait|rest|bake|cook|boil|simmer|heat)\s{1,3}"
    r"(?:(?:about|around|approximately|roughly|only|up)\s{1,3}){0,2}$|\b(?:takes?|took)\s{1,3}from\s{1,3}$",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"\s{0,3}(?:long|each|per|apart|later|ago|earlier|to\s\w+|in\s{1,3}(?:length|duration|total)|a\s{1,3}(?:day|week))\b"
)
_BY_THE_DAY = re.compile(
    r"\b(?:opening|office|business|working|visiting|school)\s{1,3}hours|o'clock|\bweekdays?\b|\b(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)days?\b|\b(?:shop|store|museum|library|office|restaurant|bank)s?\s{1,3}(?:is|are)\s{1,3}open|"
    r"^\s{0,3}[ap]\.?m\b",
    re.IGNORECASE,
)
_OF_VIDEO = re.compile(r"\b(?:video|clip|footage|length|duration|way|through|progress)\b|视频", re.IGNORECASE)
_YEARS = (1000, 2100)
_SENTENCE = re.compile(r"[.!?。！？](?:\s|$)|\n")


@dataclass(frozen=True, slots=True)
class SaidTime:
    """One end of a span."""

    value: float
    measure: str  # "seconds", "percent", or "" where the number is bare


@dataclass(frozen=True, slots=True)
class SaidSpan:
    """Two times that the text joins."""

    # start, end: offsets in the text
    start: int
    end: int
    first: SaidTime
    last: SaidTime
    sure: bool  # a unit or a clock says that both are times


def spans_in_words(text: str, question: str = "", *, by_frame: bool = False) -> Iterator[SaidSpan]:
    """Yield the spans that a text states, in order; pairs of numbers that may be counts are left out.

    `by_frame` says that bare numbers are stated to be indices of frames, which are counts otherwise.
    """
    text = half_width(text)
    if _DIGIT.search(text) is None:
        return
    if "," in text and "[" not in text and "(" not in text:
        text = _DECIMAL_COMMA.sub(".", text)
    whole = text.strip(" \t\r\n.()[]<>*_`\"'")
    counting = asks_for_count(question)
    for found in _SPAN.finditer(text):
        last, first = _time(found["last"]), _time(found["first"])
        if first is None or last is None:
            continue
        if not first.measure and last.measure:
            first = _in_unit_of(first, found["first"], found["last"])
        sure = bool(first.measure and last.measure)
        if not asks_for_time(question) and _is_other(text, found, whole, first, last):
            continue
        if (sure and not counting) or _is_span(text, found, whole, counting, sure, by_frame):
            yield SaidSpan(found.start("first"), found.end("last"), first, last, sure)


def asks_for_time(question: str) -> bool:
    """Tell whether a question asks when something happens."""
    return _ASKS_TIME.search(question) is not None


def _is_other(text: str, found: re.Match[str], whole: str, first: SaidTime, last: SaidTime) -> bool:
    """Tell whether two numbers are years, hours of the day, a duration, or shares of something else than the video."""
    if not (first.measure or last.measure) and _YEARS[0] <= first.value <= last.value <= _YEARS[1]:
        return "." not in found[0]
    start, end = found.start("first"), found.end("last")
    before, behind = text[max(0, start - 100) : start], text[end : end + 40]
    sentence = _SENTENCE.split(before)[-1]
    if first.measure == last.measure == "percent":
        return not _alone(found, whole) and _OF_VIDEO.search(f"{sentence} | {_SENTENCE.split(behind)[0]}") is None
    if ":" in found["first"] and ":" in found["last"]:
        return _BY_THE_DAY.search(sentence) is not None or _BY_THE_DAY.search(behind) is not None
    if found["joint"].lower() == "and":
        return False
    return _LASTING.search(sentence) is not None or _LONG.match(behind) is not None


def asks_for_count(question: str) -> bool:
    """Tell whether a question asks for a number or a duration, and not for when something happens."""
    return _ASKS_COUNT.search(question) is not None and not asks_for_time(question)


def _is_span(text: str, found: re.Match[str], whole: str, counting: bool, sure: bool, by_frame: bool) -> bool:
    """Judge two joined numbers whose unit is not said (or the answer to a question for a number)."""
    lead, joint = (found["lead"] or "").lower(), found["joint"].lower()
    if counting:
        return sure and lead in ("from", "between", "从")
    if joint == "and" and lead not in ("between", "from") and not (_alone(found, whole) and _decimals(found)):
        return False
    if joint in ("-", "–", "—", "~", "～") and not _decimals(found):
        return False
    if _alone(found, whole):
        return True
    if not (lead or by_frame or _decimals(found)) or _GOES_ON.match(text, found.end()) is None:
        return False
    before = text[max(0, found.start() - 100) : found.start()]
    ends = list(_SENTENCE.finditer(before))
    counted = _COUNTED.search(before[ends[-1].end() :] if ends else before)
    return counted is None or (by_frame and counted[0].lower().startswith("frame"))


def _alone(found: re.Match[str], whole: str) -> bool:
    return found[0].strip() == whole or found[0][found.start("first") - found.start() :].strip() == whole


def _decimals(found: re.Match[str]) -> bool:
    return "." in found["first"] and "." in found["last"]


def _in_unit_of(first: SaidTime, said: str, other: str) -> SaidTime:
    """Give a bare number the unit of the number behind it: in `1 to 2 minutes` both are minutes."""
    parts = _PART.findall(other)
    if other.rstrip().endswith("%"):
        return SaidTime(first.value, "percent")
    if ":" in other or len(parts) > 1:
        return first
    return SaidTime(first.value * (_IN_SECONDS[parts[0][1][0].lower()] if parts else 1.0), "seconds")


def _time(said: str) -> SaidTime | None:
    said = said.strip()
    if ":" in said:
        seconds = read_clock(re.sub(r"\s*(?:seconds?|secs?|s|秒钟?)$", "", said, flags=re.IGNORECASE))
        return None if seconds is None else SaidTime(seconds, "seconds")
    if said.endswith("%"):
        return SaidTime(float(said[:-1]), "percent")
    parts = _PART.findall(said)
    if not parts:
        return SaidTime(float(said), "")
    return SaidTime(sum(float(number) * _IN_SECONDS[unit[0].lower()] for number, unit in parts), "seconds")
