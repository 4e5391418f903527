"""Spans as files hold them: one pair of numbers or a list of pairs, in seconds or in shares of the video."""

from __future__ import annotations

import math
from typing import Any

from referee_calib.benchmark.benchmark_items import Span


def spans_of(value: Any) -> tuple[Span, ...]:
    """Return the spans of ``[s, e]`` or ``[[s, e], …]``, without those that are no two finite numbers.

    >>> spans_of([1, 2.5]), spans_of([[1, 2], [None, None]]), spans_of(None)
    (((1.0, 2.5),), ((1.0, 2.0),), ())
    """
    if not isinstance(value, list | tuple):
        return ()
    pairs = value if value and isinstance(value[0], list | tuple) else [value]
    return tuple((float(one[0]), float(one[1])) for one in pairs if _is_span(one))


def in_seconds(spans: tuple[Span, ...], duration: float) -> tuple[Span, ...]:
    """Return spans that are shares of a video in seconds."""
    return tuple((start * duration, end * duration) for start, end in spans)


def is_proper(span: Span) -> bool:
    """Tell whether a span ends behind its start."""
    return span[0] < span[1]


def _is_span(one: Any) -> bool:
    return isinstance(one, list | tuple) and len(one) == 2 and all(map(_is_number, one))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
