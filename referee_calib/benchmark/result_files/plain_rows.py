"""Lines for any benchmark: ``video``, ``query`` or ``item``, ``said``, ``true``, ``correct``; spans are in seconds.

A program that writes no form of a public evaluator writes this one. ``said`` and ``true`` hold one span or several,
``correct`` is 0, 1 or a score between them, and what does not apply is left out.
"""

from __future__ import annotations

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.benchmark.result_files.keyed_spans import bare_query
from referee_calib.benchmark.result_files.span_values import spans_of
from referee_calib.errors import InputError


def holds_plain_rows(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    first = content.rows[0] if content.rows else {}
    return "video" in first and bool({"said", "correct"} & first.keys())


def read_plain_rows(content: JsonContent) -> ReadItems[GroundedItem]:
    """Read every line.

    Raises
    ------
    InputError
        For a line without a video or a name, or a score that is none.
    """
    return ReadItems([_item(content, number, row) for number, row in enumerate(content.rows, 1)], content.notes())


def _item(content: JsonContent, number: int, row: JsonObject) -> GroundedItem:
    video = bare_video(row.get("video") or "")
    name = row.get("item", row.get("query"))
    if not video or name is None:
        raise InputError(f"{content.path}: object {number} has no video, or neither item nor query", "both name it")
    score = row.get("correct")
    if score is not None and not (isinstance(score, int | float) and 0 <= score <= 1):
        raise InputError(f"{content.path}: object {number}, correct is {score!r:.40}", "it is a number from 0 to 1")
    item = f"{video} {bare_query(str(name))}"
    said, true = spans_of(row.get("said")), spans_of(row.get("true"))
    return GroundedItem(
        item, video, said, true, None if score is None else float(score), group=str(row.get("group", ""))
    )
