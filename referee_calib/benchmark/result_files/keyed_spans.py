"""``VIDEO>>>QUERY>>>SPAN`` as key, the reply or the spans as value: TimeChat, TimeLens, and lmms-eval's submissions.

The file is one object, or a line for each. A value is the reply's text, or an object with ``timestamps`` or
``answers``. lmms-eval's samples hold such an object among their metrics. Source: TencentARC/TimeLens,
``evaluation/compute_metrics.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, Span, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent
from referee_calib.benchmark.result_files.span_values import spans_of
from referee_calib.errors import InputError

MARK = ">>>"
TextRule = Callable[[str], list[Span]]


def holds_keyed_spans(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    return any(True for _ in _pairs(content.rows[:1]))


def read_keyed_spans(content: JsonContent, rule: TextRule) -> ReadItems[GroundedItem]:
    """Read every key; a later value of a key replaces an earlier one, as in the evaluators.

    Raises
    ------
    InputError
        For a key without a span, or a value that is no reply.
    """
    found: dict[str, GroundedItem] = {}
    pairs = 0
    for key, value in _pairs(content.rows):
        item = _item(content, key, value, rule)
        found[item.item] = item
        pairs += 1
    read = ReadItems(list(found.values()), content.notes())
    read.count(pairs - len(found), "stand there more than once; the last one counts")
    return read


def item_name(video: str, query: str, true: Span) -> str:
    """Name an item by what is the same in results and annotations: video, query without its full stop, and span."""
    start, end = true
    return f"{bare_video(video)}{MARK}{bare_query(query)}{MARK}{start:g}-{end:g}"


def bare_query(query: str) -> str:
    """Return a query without blanks around and between, and without the full stop that some programs remove."""
    return " ".join(query.split()).strip(" .")


def _pairs(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Give the pairs of every object: at the top, or in a metric of lmms-eval's samples."""
    for row in rows:
        at_top = [(key, value) for key, value in row.items() if key.count(MARK) >= 2]
        if at_top:
            yield from at_top
            continue
        held = [
            value for value in row.values() if isinstance(value, Mapping) and any(MARK in str(key) for key in value)
        ]
        yield from held[0].items() if held else ()


def _item(content: JsonContent, key: str, value: Any, rule: TextRule) -> GroundedItem:
    video, rest = key.split(MARK, 1)
    query, true_text = rest.rsplit(MARK, 1)
    try:
        true = spans_of(ast.literal_eval(true_text))
    except (ValueError, SyntaxError):
        true = ()
    if not true:
        raise InputError(f"{content.path}: {key!r:.80}", "behind the last >>> stands no span such as [0.0, 4.0]")
    return GroundedItem(item_name(video, query, true[0]), bare_video(video), _said(content, key, value, rule), true)


def _said(content: JsonContent, key: str, value: Any, rule: TextRule) -> tuple[Span, ...]:
    if isinstance(value, Mapping):
        if "timestamps" in value:
            return spans_of(value["timestamps"])
        value = value.get("answers")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or isinstance(value, str):
        return spans_of(rule(value or ""))
    raise InputError(
        f"{content.path}: {key!r:.80}", f"its value is {type(value).__name__}", "It is a reply, timestamps or answers."
    )
