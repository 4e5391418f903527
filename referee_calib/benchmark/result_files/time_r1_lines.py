"""Lines with ``qid``, ``pred``, ``target`` and ``output_text``, as Time-R1 writes them.

Its benchmarks are Charades-STA, ActivityNet Captions and TVGBench.

They name no video: annotations that are numbered alike tell it (``--truth``); else each item stands for itself.
Source: xiaomi-research/time-r1, ``evaluate.py`` and ``src/vllm_inference/eval_all.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, Span
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.benchmark.result_files.span_values import spans_of

NO_VIDEO = "name no video, and each stands for its own; --truth ANNOTATIONS tells their videos"


def holds_time_r1_lines(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    return bool(content.rows) and {"qid", "pred", "target"} <= content.rows[0].keys()


def read_time_r1_lines(content: JsonContent, rule: Callable[[str], list[Span]]) -> ReadItems[GroundedItem]:
    """Read every line; a later line of a question replaces an earlier one, as in the evaluator.

    `rule` reads the reply where a line has no parsed span.
    """
    found = {str(row["qid"]): _item(row, rule) for row in content.rows}
    read = ReadItems(list(found.values()), content.notes())
    read.count(len(content.rows) - len(found), "stand there more than once; the last one counts")
    read.count(sum(one.video == one.item for one in found.values()), NO_VIDEO)
    return read


def _item(row: JsonObject, rule: Callable[[str], list[Span]]) -> GroundedItem:
    name = str(row["qid"])
    said = spans_of(row["pred"])
    if row["pred"] is None and isinstance(row.get("output_text"), str):
        said = spans_of(rule(row["output_text"]))
    return GroundedItem(name, str(row.get("video") or name), said, spans_of(row["target"]))
