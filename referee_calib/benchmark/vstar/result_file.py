"""A V-STaR result file: read and checked at the door, so that everything behind it can rely on its fields."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from referee_calib.benchmark.result_files.json_content import read_json_content
from referee_calib.errors import InputError

Item = Mapping[str, Any]
_WRITE = "Give the file that the benchmark's inference or evaluation left: a JSON list with an object per item."
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, eq=False)
class ResultFile:
    """One run's results.

    Parameters
    ----------
    name : str
        The file's name without its folder, or what the user calls the run.
    items : tuple of mappings
        As they stand in the file, in its order.
    """

    name: str
    items: tuple[Item, ...]


def read_result_file(path: Path, name: str = "") -> ResultFile:
    """Read a result file: a JSON list, or an object per line, also as ``.gz``.

    Raises
    ------
    InputError
        When it cannot be read, holds no items, or an item lacks what the figures are made of; the item is named.
    """
    rows = _rows(path)
    if not rows:
        raise InputError(str(path), "it holds no items", _WRITE)
    for number, row in enumerate(rows):
        _check(row, f"{path} item {number}")
    return ResultFile(name or path.name.removesuffix(".json"), tuple(rows))


def _rows(path: Path) -> list[Any]:
    found = read_json_content(path, _WRITE).value
    if isinstance(found, dict) and "vid" in found:
        return [found]  # a file of lines that has one
    if not isinstance(found, list):
        raise InputError(str(path), f"it holds {_kind(found)}, not a list of items", _WRITE)
    return found


def _check(row: Any, where: str) -> None:
    if not isinstance(row, dict):
        raise InputError(where, f"it is {_kind(row)}, not an object", _WRITE)
    for field in ("vid", "question"):
        if field not in row:
            raise InputError(where, f"it has no {field!r}; it has {', '.join(list(row)[:6]) or 'nothing'}", _WRITE)
    if not row.get("answer_vqa"):
        return  # counts in Acc alone, and nothing else of it is read
    span = row.get("timestamps")
    if not (isinstance(span, list) and len(span) == 2 and all(map(is_number, span))):
        raise InputError(where, f"'timestamps' is {span!r:.60}, not the true [start, end] in seconds", _WRITE)
    boxes = row.get("bboxes")
    if not isinstance(boxes, list):
        raise InputError(where, f"'bboxes' is {boxes!r:.60}, not the list of annotated boxes", _WRITE)
    for one in boxes:
        if not (isinstance(one, dict) and "timestamp" in one and all(is_number(one.get(c)) for c in _CORNERS)):
            raise InputError(where, f"annotated box {one!r:.80} has no timestamp or no corners as numbers", _WRITE)


def item_keys(files: Sequence[ResultFile]) -> tuple[list[tuple[str, ...]], str]:
    """Name the items of several runs so that the same item has the same name in all, and say by what.

    By ``original_index`` where every item of every file has one, unique in its file and of the same video and question
    everywhere; else by video and question, with the true span where a question is asked twice of a video. An item that
    stands several times in a file gets its number behind its name.
    """
    if _indexed(files):
        return [tuple(str(item["original_index"]) for item in file.items) for file in files], "original_index"
    asked = [Counter(map(_meaning, file.items)) for file in files]
    again = {meaning for counts in asked for meaning, n in counts.items() if n > 1}
    return [_by_question(file, again) for file in files], "video and question"


def _indexed(files: Sequence[ResultFile]) -> bool:
    meant: dict[int, tuple[Any, Any]] = {}
    for file in files:
        numbers = [number for item in file.items if isinstance(number := item.get("original_index"), int)]
        if len(set(numbers)) < len(file.items):
            return False
        for number, item in zip(numbers, file.items, strict=True):
            if meant.setdefault(number, _meaning(item)) != _meaning(item):
                return False
    return True


def _by_question(file: ResultFile, again: set[tuple[str, str]]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for item in file.items:
        meaning = _meaning(item)
        name = " | ".join((*meaning, _true_span(item)) if meaning in again else meaning)
        seen[name] += 1
        keys.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return tuple(keys)


def _true_span(item: Item) -> str:
    edges = item.get("timestamps")
    return "-".join(f"{one:g}" if is_number(one) else str(one) for one in edges) if isinstance(edges, list) else ""


def _meaning(item: Item) -> tuple[str, str]:
    return str(item["vid"]), str(item["question"])


def is_number(value: Any) -> TypeGuard[float]:
    """Say whether a value of JSON is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
    return names.get(type(value), f"a {type(value).__name__}")
