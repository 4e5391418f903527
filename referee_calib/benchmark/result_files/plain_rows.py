"""Rows for any benchmark: ``video``, ``query`` or ``item``, ``said``, ``true``, ``correct``; spans are in seconds.

A program that writes no form of a public evaluator writes this one, as JSON or as a table. ``said`` and ``true`` hold
one span or several, ``correct`` is 0, 1 or a score between them, and what does not apply is left out. A table has the
columns ``start``, ``end``, ``true_start``, ``true_end`` in place of spans. Usual names for the same are read too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, Span, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.benchmark.result_files.keyed_spans import bare_query
from referee_calib.benchmark.result_files.span_values import spans_of
from referee_calib.errors import InputError
from referee_calib.rating_tables import read_table

VIDEO = ("video", "vid", "video_id", "video_path", "video_uid")
NAME = ("item", "query", "sentence", "question", "caption")
SAID = ("said", "pred", "prediction", "predicted", "pred_span", "timestamps")
TRUE = ("true", "gt", "target", "ground_truth", "gt_span")
EDGES = {"said": ("start", "end"), "true": ("true_start", "true_end")}
TABLES = (".csv", ".tsv", ".xlsx", ".parquet")


def holds_plain_rows(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    first = content.rows[0] if content.rows else {}
    return _held(first, VIDEO) is not None and ("correct" in first or any(name in first for name in SAID))


def read_plain_rows(content: JsonContent) -> ReadItems[GroundedItem]:
    """Read every object.

    Raises
    ------
    InputError
        For one without a video or a name, or a score that is none.
    """
    return _read(content.path, content.rows, content.notes())


def is_table(path: Path) -> bool:
    """Tell by its ending whether a file is a table."""
    return path.name.lower().removesuffix(".gz").endswith(TABLES)


def read_plain_table(path: Path) -> ReadItems[GroundedItem]:
    """Read every row of a table.

    Raises
    ------
    InputError
        As :func:`read_plain_rows`, and for a cell where a number has to be.
    """
    frame, _ = read_table(path)
    rows = [{name: cell for name, cell in row.items() if _is_given(cell)} for row in frame.to_dict("records")]
    return _read(path, [_with_spans(path, number, row) for number, row in enumerate(rows, 1)], [])


def _read(path: Path, rows: list[JsonObject], notes: list[str]) -> ReadItems[GroundedItem]:
    return ReadItems([_item(path, number, row) for number, row in enumerate(rows, 1)], notes)


def _item(path: Path, number: int, row: JsonObject) -> GroundedItem:
    video, name = bare_video(_held(row, VIDEO) or ""), _held(row, NAME)
    if not video or name is None:
        raise InputError(f"{path}: object {number} has no video, or neither item nor query", "both name it")
    score = row.get("correct")
    if score is not None and not (isinstance(score, int | float) and 0 <= score <= 1):
        raise InputError(f"{path}: object {number}, correct is {score!r:.40}", "it is a number from 0 to 1")
    item = f"{video} {bare_query(str(name))}"
    said, true = spans_of(_held(row, SAID)), spans_of(_held(row, TRUE))
    return GroundedItem(
        item, video, said, true, None if score is None else float(score), group=str(row.get("group", ""))
    )


def _held(row: JsonObject, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _with_spans(path: Path, number: int, row: JsonObject) -> JsonObject:
    """Return a row of a table with its edges as spans, and its score as a number."""
    spans = {
        key: _span(path, number, row, edges) for key, edges in EDGES.items() if edges[0] in row and edges[1] in row
    }
    score = {"correct": _number(path, number, row["correct"])} if "correct" in row else {}
    return {**row, **spans, **score}


def _span(path: Path, number: int, row: JsonObject, edges: tuple[str, str]) -> Span:
    return _number(path, number, row[edges[0]]), _number(path, number, row[edges[1]])


def _number(path: Path, number: int, cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: row {number} holds {cell!r:.40}", "it is no number") from error


def _is_given(cell: Any) -> bool:
    return cell is not None and cell == cell and str(cell).strip() != ""
