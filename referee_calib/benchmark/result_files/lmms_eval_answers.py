"""Answers in lmms-eval's ``*_samples_TASK.jsonl`` (``--log_samples``): what each task wrote as a sample's metric.

A metric is a number, or an object: with ``score`` or ``rating`` (Video-MME, MVBench, LVBench, CG-Bench, TempCompass),
or with the parsed answer beside the right one (MLVU, LongVideoBench, EgoSchema). Newer versions leave ``doc`` out, so
that the video is looked for in the metric and in ``input_media`` too. Source: EvolvingLMMs-Lab/lmms-eval,
``lmms_eval/tasks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.errors import InputError

BESIDE = frozenset(
    {
        "doc_id",
        "doc",
        "target",
        "arguments",
        "resps",
        "filtered_resps",
        "token_counts",
        "doc_hash",
        "input_media",
        "input",
        "prompt_hash",
        "target_hash",
        "submission",
        "metadata",
    }
)
SCORED = ("score", "rating", "correct", "acc", "accuracy", "MRA:.5:.95:.05")
PARSED = (
    ("pred_answer", "answer"),
    ("parsed_pred", "answer"),
    ("pred", "ground_truth"),
    ("pred_answer", "gt_answer"),
    ("pred_id", "answer_id"),
)
VIDEOS = ("videoID", "video_uid", "video_id", "video_idx", "video_name", "video_path", "video", "vid", "youtube_id")
GROUPS = (
    *("task_type", "task_category", "question_type", "question_category", "type", "dim", "area", "discipline"),
    *("sub_category", "category"),
)


def holds_lmms_eval_samples(content: JsonContent) -> bool:
    """Tell whether a file is one of these."""
    first = content.rows[0] if content.rows else {}
    return "doc_id" in first and bool({"resps", "filtered_resps"} & first.keys())


def metrics_of(content: JsonContent) -> list[str]:
    """Return the metrics of a file whose values lie from 0 to 1, in its order; a judge's marks from 0 to 5 are none."""
    values: dict[str, list[float]] = {}
    for row in content.rows:
        for name, value in _metrics(row):
            values.setdefault(name, []).extend([] if value is None else [value])
    return [name for name, its in values.items() if all(0 <= value <= 1 for value in its)]


def read_lmms_eval_answers(content: JsonContent, metric: str | None = None) -> ReadItems[GroundedItem]:
    """Read one metric, the first where none is named; a sample without it does not count, and is said.

    Raises
    ------
    InputError
        For a file without a metric that can be counted, or without the one that is named.
    """
    there = metrics_of(content)
    if not there or (metric is not None and metric not in there):
        seen = ", ".join(dict.fromkeys(name for row in content.rows[:1] for name in row if name not in BESIDE))
        raise InputError(
            f"{content.path}: no metric {metric or 'that can be counted'} from 0 to 1",
            f"it has {', '.join(there) or seen or 'none'}",
            "Name one with --metric." if there else "lmms-eval writes them with --log_samples.",
        )
    chosen, task = metric or there[0], _task(content.path)
    read = ReadItems([_item(row, chosen, task) for row in content.rows], content.notes())
    if len(there) > 1 and metric is None:
        read.notes.append(f"{content.path.name} has {', '.join(there)}; {chosen} was read (--metric)")
    read.count(sum(one.score is None for one in read.items), f"have no {chosen} and do not count")
    read.count(sum(one.video == one.item for one in read.items), "name no video, and each stands for its own")
    return read


def _task(path: Path) -> str:
    """Return the task of a file that is called as lmms-eval calls it, so that files of several tasks can be joined."""
    return path.name.partition("_samples_")[2].partition(".jsonl")[0]


def _item(row: JsonObject, metric: str, task: str) -> GroundedItem:
    value = row.get(metric)
    held = [one for one in (value, row.get("doc")) if isinstance(one, Mapping)]
    name = f"{task} {row['doc_id']}".strip()
    return GroundedItem(
        name,
        _video(row, held) or name,
        score=dict(_metrics(row)).get(metric),
        group=next((str(one[key]) for one in held for key in GROUPS if one.get(key) is not None), task),
    )


def _metrics(row: JsonObject) -> Iterator[tuple[str, float | None]]:
    """Give every metric of a sample that holds a number; None where the sample does not count in it."""
    for name, value in row.items():
        if name in BESIDE:
            continue
        if isinstance(value, int | float):
            yield name, float(value)
        elif isinstance(value, Mapping) and (found := _of_object(name, value)) is not _NO_METRIC:
            yield name, found


_NO_METRIC = object()


def _of_object(name: str, value: Mapping[str, Any]) -> Any:
    if name.startswith("mvbench") and value.get("pred_answer") == "":
        return None  # its task counts answered samples alone
    for key in SCORED:
        if isinstance(value.get(key), int | float):
            return float(value[key])
    for said, right in PARSED:
        if said in value and right in value:
            return float(value[said] == value[right])
    return _NO_METRIC


def _video(row: JsonObject, held: list[Mapping[str, Any]]) -> str:
    for one in held:
        for name in VIDEOS:
            if isinstance(one.get(name), str | int):
                return bare_video(one[name])
    media = row.get("input_media")
    return bare_video(media[0]) if isinstance(media, list) and media and isinstance(media[0], str) else ""
