"""One item under one evaluator's rules: a value for each metric, None where the item does not count in its mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from referee_calib.benchmark.vstar.evaluators.answer_boxes import frame_overlaps, mean_overlap, share_reaching
from referee_calib.benchmark.vstar.evaluators.answer_spans import span_overlap
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import BOX_FIELDS, CHAINS, EvaluationRules
from referee_calib.benchmark.vstar.evaluators.judge_scores import CORRECT, UNREAD
from referee_calib.benchmark.vstar.result_file import Item, is_number

SPAN_THRESHOLDS = (0.3, 0.5, 0.7)
BOX_THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
GOOD_SPAN, GOOD_BOXES = 0.3, 0.1  # of the joint figures
SHORT, LONG = 60.0, 180.0  # seconds: limits of the bins of durations

JOINT = ("answer_time", "answer_place", "time_place", "answer_time_place")
OVER_ALL_ITEMS = ("acc", *(f"{kind}_{chain}" for chain in CHAINS for kind in JOINT))
"""Metrics whose mean is over all items: an item without an answer counts as 0."""


@dataclass(frozen=True)
class ItemEvaluation:
    """What an item got.

    Parameters
    ----------
    answered : bool
        Whether there is an answer to "what": without one, nothing else of the item is looked at.
    values : dict of str to (float or None)
        By metric: ``acc``, ``tiou_1``, ``viou_2``, …
    duration, domain : str
        Its bins; the duration is empty where the file does not tell it.
    """

    answered: bool
    values: dict[str, float | None]
    duration: str
    domain: str


def metric_names() -> tuple[str, ...]:
    """Return every metric of an item."""
    return ("acc", "score", "valid_score", *(name for chain in CHAINS for name in _chain_names(chain)))


def evaluate_item(item: Item, rules: EvaluationRules, score: int | None) -> ItemEvaluation:
    """Evaluate one item; ``score`` is the judge's, None where nobody has judged."""
    answered = bool(item.get("answer_vqa"))
    names = metric_names()
    if not answered:
        values: dict[str, float | None] = {name: 0.0 if name in OVER_ALL_ITEMS else None for name in names}
    else:
        values = dict(_judged(score))
        for chain in CHAINS:
            values |= _grounded(item, rules, chain, None if score is None else score >= CORRECT)
    return ItemEvaluation(answered, values, duration_bin(item), str(item.get("domain", "unknown")))


def duration_bin(item: Item) -> str:
    """Return "short" below 60 s, "medium" below 180 s, else "long"; empty where frames or rate are not known."""
    frames, rate = item.get("frame_count"), item.get("fps")
    if not (is_number(frames) and is_number(rate) and rate > 0):
        return ""
    seconds = round(frames / rate, 2)
    return "short" if seconds < SHORT else "medium" if seconds < LONG else "long"


def _judged(score: int | None) -> Iterator[tuple[str, float | None]]:
    known = score is not None
    yield "acc", float(score >= CORRECT) if score is not None else None
    yield "score", float(0 if score == UNREAD else score) if score is not None else None
    yield "valid_score", float(score) if known and score is not None and score != UNREAD else None


def _grounded(item: Item, rules: EvaluationRules, chain: int, correct: bool | None) -> dict[str, float | None]:
    span = rules.span(item, chain)
    tiou = 0.0 if span is None else span_overlap(item["timestamps"], span)
    overlaps = frame_overlaps(item["bboxes"], item.get(BOX_FIELDS[chain]))
    viou = mean_overlap(overlaps)
    in_time, in_place = tiou >= GOOD_SPAN, viou >= GOOD_BOXES
    joint = {
        "answer_time": None if correct is None else correct and in_time,
        "answer_place": None if correct is None else correct and in_place,
        "time_place": in_time and in_place,
        "answer_time_place": None if correct is None else correct and in_time and in_place,
    }
    return {
        f"tiou_{chain}": tiou,
        f"viou_{chain}": viou,
        **{f"r1@{limit}_{chain}": float(tiou >= limit) for limit in SPAN_THRESHOLDS},
        **{f"ap@{limit}_{chain}": share_reaching(overlaps, limit) for limit in BOX_THRESHOLDS},
        **{f"{kind}_{chain}": None if value is None else float(value) for kind, value in joint.items()},
    }


def _chain_names(chain: int) -> tuple[str, ...]:
    spans = [f"r1@{limit}" for limit in SPAN_THRESHOLDS]
    boxes = [f"ap@{limit}" for limit in BOX_THRESHOLDS]
    return tuple(f"{name}_{chain}" for name in ("tiou", "viou", *spans, *boxes, *JOINT))
