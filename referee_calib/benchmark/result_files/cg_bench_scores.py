"""VLMEvalKit's scores for CG-Bench: a row per question and ``task_mode``, with ``qid``, ``video_uid``, ``score``.

``long_acc`` scores an answer 0 or 1, ``miou`` the IoU of the run's clue intervals; −1 is a reply that could not be
read. Source: open-compass/VLMEvalKit, ``vlmeval/dataset/utils/cgbench.py``.
"""

from __future__ import annotations

import math
from pathlib import Path

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent
from referee_calib.errors import InputError
from referee_calib.rating_tables import read_table

ANSWER, CLUES, UNREAD = "long_acc", "miou", -1
COLUMNS = ("qid", "task_mode", "score")


def holds_cg_bench_scores(content: JsonContent) -> bool:
    """Tell whether a file of JSON is such a table."""
    return bool(content.rows) and set(COLUMNS) <= content.rows[0].keys()


def read_cg_bench_scores(path: Path) -> ReadItems[GroundedItem]:
    """Join the rows of a question; one without an answer or without clue intervals has None there.

    Raises
    ------
    InputError
        For a table without these columns, or a score that is no number.
    """
    frame, _ = read_table(path)
    if lost := [name for name in COLUMNS if name not in frame.columns]:
        raise InputError(f"{path}: no column {lost[0]}", f"a table of CG-Bench's scores has {', '.join(COLUMNS)}")
    rows = frame[[name for name in (*COLUMNS, "video_uid", "video", "domain") if name in frame.columns]]
    by_question: dict[str, dict[str, float]] = {}
    about: dict[str, tuple[str, str]] = {}
    for row in rows.to_dict("records"):
        name = _name(row["qid"])
        by_question.setdefault(name, {})[str(row["task_mode"])] = _number(path, name, row["score"])
        about[name] = (str(row.get("video_uid") or row.get("video") or name), str(row.get("domain") or ""))
    items = [
        GroundedItem(
            name,
            bare_video(about[name][0]),
            score=_or_none(scores.get(ANSWER)),
            overlap=_or_none(scores.get(CLUES)),
            group=about[name][1],
        )
        for name, scores in by_question.items()
        if {ANSWER, CLUES} & scores.keys()
    ]
    return ReadItems(items)


def _or_none(score: float | None) -> float | None:
    return None if score is None or score == UNREAD else score


def _number(path: Path, name: str, score: object) -> float:
    try:
        found = float(str(score))
    except ValueError:
        found = math.nan
    if not (0 <= found <= 1 or found == UNREAD):
        raise InputError(f"{path}: the score of question {name} is {score!r:.40}", "it is from 0 to 1, or −1")
    return found


def _name(qid: object) -> str:
    text = str(qid)
    return text.removesuffix(".0")
