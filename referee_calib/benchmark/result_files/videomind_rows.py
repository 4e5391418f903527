"""Rows with ``span``, ``pred``, ``ans`` and ``response``, as VideoMind writes them for grounding and grounded answers.

``span`` holds the true spans and ``pred`` those of the run, best first. An answer is right where the first letter of
the response is the answer's (``ans``). Source: yeliudev/VideoMind, ``videomind/eval/infer_auto.py`` and
``eval_auto.py``.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.benchmark.result_files.span_values import spans_of

NAMES = ("vid", "video", "video_id", "video_path", "video_uid")


def holds_videomind_rows(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    first = content.rows[0] if content.rows else {}
    return "span" in first or {"ans", "response", "options"} <= first.keys()


def read_videomind_rows(content: JsonContent) -> ReadItems[GroundedItem]:
    """Read every row; rows that are called alike are numbered."""
    seen: Counter[str] = Counter()
    read: ReadItems[GroundedItem] = ReadItems(notes=content.notes())
    for row in content.rows:
        read.items.append(_item(row, seen))
    read.count(sum(one.video == one.item for one in read.items), "name no video, and each stands for its own")
    return read


def _item(row: JsonObject, seen: Counter[str]) -> GroundedItem:
    video = next((bare_video(row[name]) for name in NAMES if row.get(name) is not None), "")
    name = f"{video} {row.get('qid', row.get('question', row.get('query', '')))}".strip()
    seen[name] += 1
    item = name if seen[name] == 1 else f"{name} ({seen[name]})"
    task = row.get("task", "")
    return GroundedItem(
        item,
        video or item,
        spans_of(row.get("pred")),
        spans_of(row.get("span")),
        _score(row),
        group=task if isinstance(task, str) else " ".join(map(str, task)),
    )


def _score(row: JsonObject) -> float | None:
    """Return 1 where the response begins with the answer's letter; None where nothing was asked."""
    answer, response = row.get("ans"), row.get("response")
    if not isinstance(answer, str) or "response" not in row:
        return None
    return float(_letter(response) == answer.strip().lower())


def _letter(response: Any) -> str:
    words = str(response or "").lower().split(" ")[0]
    for mark in "().":
        words = words.replace(mark, "")
    return words[:1]
