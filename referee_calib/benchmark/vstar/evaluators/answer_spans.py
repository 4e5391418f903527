"""Answers to "when": how a stored span is read, re-read from the reply where rules do so, and its temporal overlap."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

Span = tuple[float, float]

CLOCK = re.compile(r"\d+:\d+")
_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")


def read_span(value: Any) -> Span | None:
    """Return a stored answer as (start, end); None where it is none.

    Both evaluators take a list of two numbers, or the same written as a Python literal in a text.
    """
    if not value:
        return None
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return None
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(isinstance(x, (int, float)) for x in value):
        return None
    return value[0], value[1]


def span_overlap(truth: Sequence[float], span: Span) -> float:
    """Return the time common to both over that from the first start to the last end; 0 of a reversed span.

    >>> span_overlap((0, 10), (5, 20)), span_overlap((0, 10), (8, 2))
    (0.25, 0.0)
    """
    common = max(0, min(truth[1], span[1]) - max(truth[0], span[0]))
    hull = max(truth[1], span[1]) - min(truth[0], span[0])
    try:
        return common / hull if hull > 0 else 0.0
    except OverflowError:  # whole numbers of hundreds of digits
        return 0.0


def span_in_reply(reply: str) -> list[float]:
    """Read a span from a reply as Open-o3-Video's evaluator does where none was stored: mm:ss become seconds.

    Within ``<answer>``, each mm:ss is replaced wherever it stands, in the order found; then exactly two numbers are a
    span, and anything else is none.

    >>> span_in_reply("<answer>From 0:05 to 1:10</answer>"), span_in_reply("from 5 to 10, or 12")
    ([5.0, 70.0], [])
    """
    within = _ANSWER.search(reply)
    text = within.group(1).strip() if within else reply
    for clock in CLOCK.findall(text):
        minutes, seconds = clock.split(":")
        text = text.replace(clock, f"<t>{60 * int(minutes[:99]) + int(seconds[:99])}</t>s")
    numbers = _NUMBER.findall(text)
    return [float(number) for number in numbers] if len(numbers) == 2 else []
