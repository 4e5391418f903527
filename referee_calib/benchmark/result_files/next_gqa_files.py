"""NExT-GQA's files of a run: spans by question (``*_ground_*.json``) and answers by question (``*-res.json``).

Questions are called ``VIDEO_QUESTION``. A span is [start, end], in seconds or, of Gaussian masks, in shares of the
video; an answer is an object with ``prediction`` and ``answer``. What is true stands in ``gsub_test.json``. Source:
doc-doc/NExT-GQA, ``code/TempGQA/eval_ground.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems
from referee_calib.benchmark.result_files.json_content import JsonContent
from referee_calib.benchmark.result_files.span_values import in_seconds, spans_of
from referee_calib.errors import InputError

LOCATION = "location"


def holds_next_gqa_truth(content: JsonContent) -> bool:
    """Tell whether a file holds NExT-GQA's true spans."""
    return isinstance(content.value, Mapping) and any(
        isinstance(one, Mapping) and LOCATION in one for one in content.value.values()
    )


def holds_next_gqa_run(content: JsonContent) -> bool:
    """Tell whether a file holds spans or answers by question."""
    if not isinstance(content.value, Mapping) or not content.value:
        return False
    first = next(iter(content.value.values()))
    return bool(spans_of(first)) or (isinstance(first, Mapping) and "prediction" in first)


def read_next_gqa(files: Sequence[JsonContent], truth: JsonContent, *, shares: bool = False) -> ReadItems[GroundedItem]:
    """Join the files of a run with the true spans; every question of these is an item.

    Parameters
    ----------
    files : sequence of JsonContent
        Spans, answers, or both.
    truth : JsonContent
    shares : bool
        Whether spans are shares of the video; seconds are then rounded to a tenth, as in the evaluator.

    Raises
    ------
    InputError
        When no question of the files is one of the truth.
    """
    said, answers = _by_question(files)
    items = [
        _item(f"{video}_{question}", video, about, locations, said, answers, shares)
        for video, about in truth.value.items()
        for question, locations in about.get(LOCATION, {}).items()
    ]
    names = {one.item for one in items}
    if not names & (said.keys() | answers.keys()):
        first = next(iter(said or answers), "none")
        raise InputError(
            f"{files[0].path} has no question of {truth.path}", f"its first is {first}, theirs {items[0].item}"
        )
    read = ReadItems(items, [note for one in [*files, truth] for note in one.notes()])
    foreign = len((said.keys() | answers.keys()) - names)
    if foreign:
        read.notes.append(f"{foreign:,} questions of the run have no true span and are left out, as in the evaluator")
    return read


def _by_question(files: Sequence[JsonContent]) -> tuple[dict[str, Any], dict[str, Any]]:
    said: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for content in files:
        for name, value in content.value.items():
            (answers if isinstance(value, Mapping) else said)[name] = value
    return said, answers


def _item(
    name: str,
    video: str,
    about: Mapping[str, Any],
    locations: Any,
    said: Mapping[str, Any],
    answers: Mapping[str, Any],
    shares: bool,
) -> GroundedItem:
    item = GroundedItem(name, video, spans_of(said.get(name)), spans_of(locations), given=name in said)
    if shares:
        seconds = [(round(a, 1), round(b, 1)) for a, b in in_seconds(item.said, float(about["duration"]))]
        item = replace(item, said=tuple(seconds))
    if name in answers:
        one = answers[name]
        item = replace(item, score=float(one.get("prediction") == one.get("answer")))
    return item
