"""Spans of time in a reply's text, as public evaluators read them; each has rules of its own.

- ``timelens``: the first two clock times (``0:18``, ``1:02:03.5``); else the first ``18.5 - 23.0``, or ``18.5 to
  23.0``; else the first two numbers (TencentARC/TimeLens, ``timelens/utils.py``; lmms-eval's task timelens does the
  same).
- ``lmms-eval``: in the first line that speaks of a start, an end or a happening and has ``18.5 - 23.0``, where "to"
  is a dash too; else the first number of each such line, by twos; else its clock times; ends in the wrong order are
  exchanged (EvolvingLMMs-Lab/lmms-eval, ``tasks/charades_sta/eval_tvg.py``, since October 2025).
- ``timechat``: the same, but ``18.5 - 23.0`` may stand anywhere (lmms-eval until September 2025;
  RenShuhuai-Andy/TimeChat).
- ``time-r1``: the last ``18.5 to 23.0`` or ``18.5 and 23.0`` (xiaomi-research/time-r1, ``evaluate.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from referee_calib.benchmark.benchmark_items import Span

_CLOCK = re.compile(r"\b(\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)\b")
_DASHED = re.compile(r"(\d+\.?\d*)\s*-\s*(\d+\.?\d*)")
_LOOSELY_DASHED = re.compile(r"(\d+\.*\d*)\s*-\s*(\d+\.*\d*)")
_ANY_DASH = re.compile(r"(\d+(?:\.\d+)?)\s*[–-]\s*(\d+(?:\.\d+)?)")
_DASHED_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*s?\s*[–-]\s*(\d+(?:\.\d+)?)\s*s?")
_TO = re.compile(r"(\d+\.?\d*)\s+to\s+(\d+\.?\d*)")
_TO_OR_AND = re.compile(r"(\d+\.?\d*) (?:to|and) (\d+\.?\d*)")
_NUMBER = re.compile(r"\b(\d+\.\d+|\d+)\b")
_FULL_CLOCK = re.compile(r"\b(\d{1,2}:\d{2}:\d{2})\b")
_EXAMPLE = "a specific example is : 20.8 - 30.0 seconds"
_SPEAKS_OF_TIME = ("start", "end", "happen")


def timelens_spans(text: str) -> list[Span]:
    """Return the spans of a text by TimeLens' rules, in its order.

    >>> timelens_spans("From 00:18 to 00:23."), timelens_spans("2 - 4.5 seconds"), timelens_spans("never")
    ([(18.0, 23.0)], [(2.0, 4.5)], [])
    """
    lowered = text.lower()
    if clocks := _paired(map(_seconds, _CLOCK.findall(lowered))):
        return clocks
    for pattern in (_DASHED, _TO):
        if found := _matches(pattern, lowered):
            return found
    return _paired(map(float, _NUMBER.findall(lowered)))


def lmms_eval_spans(text: str) -> list[Span]:
    r"""Return the first span of a text by lmms-eval's rules for Charades-STA, its ends in order.

    >>> lmms_eval_spans("It starts at 4 s.\nIt ends at 2.5 s.")
    [(2.5, 4.0)]
    >>> lmms_eval_spans("It happens in 3 to 9"), lmms_eval_spans("It happens in 3 s - 9 s"), lmms_eval_spans("3 to 9")
    ([(3.0, 9.0)], [(3.0, 9.0)], [])
    """
    spoken = _lines_on_time(text)
    found = _first_matches(_ANY_DASH, spoken) or _from_lines(spoken) or _first_matches(_DASHED_SECONDS, spoken)
    return _first_in_order(found)


def timechat_spans(text: str) -> list[Span]:
    """Return the first span of a text by TimeChat's rules, its ends in order.

    >>> timechat_spans("3 to 9"), timechat_spans("It happens at 00:00:18.")
    ([(3.0, 9.0)], [])
    """
    return _first_in_order(_matches(_LOOSELY_DASHED, _with_dashes(text)) or _from_lines(_lines_on_time(text)))


def time_r1_spans(text: str) -> list[Span]:
    """Return the last span of a text by Time-R1's rules.

    >>> time_r1_spans("<think>1 to 2</think><answer>3.5 to 9</answer>")
    [(3.5, 9.0)]
    """
    return _matches(_TO_OR_AND, text)[-1:]


SPAN_RULES: dict[str, Callable[[str], list[Span]]] = {
    "timelens": timelens_spans,
    "lmms-eval": lmms_eval_spans,
    "timechat": timechat_spans,
    "time-r1": time_r1_spans,
}


def _with_dashes(text: str) -> str:
    return text.lower().replace(_EXAMPLE, "").replace("to", "-")


def _lines_on_time(text: str) -> list[str]:
    lines = re.split(r"[!?\n]", _with_dashes(text))
    return [one for one in lines if any(word in one for word in _SPEAKS_OF_TIME)]


def _from_lines(lines: list[str]) -> list[Span]:
    """Return the first number of each line by twos; where there are none, the first clock time of each."""
    numbers = _paired(float(found[0]) for one in lines if (found := _NUMBER.findall(one)))
    return numbers or _paired(_seconds(found[0]) for one in lines if (found := _FULL_CLOCK.findall(one)))


def _first_matches(pattern: re.Pattern[str], lines: list[str]) -> list[Span]:
    return next((found for one in lines if (found := _matches(pattern, one))), [])


def _first_in_order(spans: list[Span]) -> list[Span]:
    return [(min(span), max(span)) for span in spans[:1]]


def _matches(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Return the pairs that a pattern finds; a number with two points is none, and stops no other."""
    found = []
    for start, end in pattern.findall(text):
        try:
            found.append((float(start), float(end)))
        except ValueError:  # 1..5, which the pattern takes along
            continue
    return found


def _paired(times: Iterable[float]) -> list[Span]:
    given = list(times)
    return list(zip(given[0::2], given[1::2], strict=False))


def _seconds(clock: str) -> float:
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
