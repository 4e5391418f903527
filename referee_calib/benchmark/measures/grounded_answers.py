r"""Right answers with right evidence: NExT-GQA's Acc@GQA and CG-Bench's acc@IoU.

NExT-GQA takes the best of a question's true spans for IoU and for IoP. Acc@GQA is the share of questions that are
answered right with IoP of at least 0.5; beside it stand mIoP, mIoU and the shares with IoP or IoU of at least 0.3 and
0.5. The evaluator leaves out questions without a predicted span (doc-doc/NExT-GQA, ``code/TempGQA/eval_ground.py``);
with the rules ``all-questions`` they count as not grounded.

CG-Bench takes the IoU of what all clue intervals cover. rec@IoU is the mean, over the thresholds 0.1 to 0.5, of the
share of questions that reach it; acc@IoU that of questions that are answered right too. ``vlmevalkit`` reaches a
threshold above it, and counts a question where both its answer and its intervals could be read
(``vlmeval/dataset/utils/cgbench.py``); ``cg-bench`` reaches it at it (CG-Bench/CG-Bench, ``run/stat_with_key.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems
from referee_calib.benchmark.measures.interval_sets import set_iou, span_iop
from referee_calib.benchmark.measures.span_overlap import first_tiou, note_shares, note_unusable_spans
from referee_calib.benchmark.measures.thresholds_reached import Reach, reached

Column = list[float | None]
GQA_THRESHOLD = 0.5
GQA_THRESHOLDS = (0.3, 0.5)
CLUE_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5)
ANSWERED, ACC_GQA, ACC_GQA_IOU, MIOP, MIOU = "acc@qa", "acc@gqa", "acc@gqa_iou", "iop", "iou"
LONG_ACC, CLUE_MIOU, REC_IOU, ACC_IOU = "long_acc", "miou", "rec@iou", "acc@iou"


def next_gqa_columns(read: ReadItems[GroundedItem], *, all_questions: bool = False) -> dict[str, Column]:
    """Return NExT-GQA's measures of every question, None where one does not count in the evaluator."""
    items = read.items
    counts = [all_questions or bool(one.said) for one in items]
    iou, iop = first_tiou(items), [best_iop(one) for one in items]
    right = [one.score or 0.0 for one in items]
    by_evidence = [a * b for a, b in zip(right, reached(iop, GQA_THRESHOLD, "at least"), strict=True)]
    by_overlap = [a * b for a, b in zip(right, reached(iou, GQA_THRESHOLD, "at least"), strict=True)]
    found: dict[str, Column] = {ANSWERED: [one.score for one in items]}
    joint = {ACC_GQA: by_evidence, ACC_GQA_IOU: by_overlap} if any(one.score is not None for one in items) else {}
    parts = joint | {MIOP: iop, **_at("iop", iop), MIOU: iou, **_at("iou", iou)}
    _note_questions(read, all_questions=all_questions)
    return found | {key: _counted(values, counts) for key, values in parts.items()}


def best_iop(item: GroundedItem) -> float:
    """Return the largest IoP of the first predicted span with a true one, 0 without a prediction."""
    return max((span_iop(true, item.said[0]) for true in item.true), default=0.0) if item.said else 0.0


def cg_bench_columns(read: ReadItems[GroundedItem], reach: Reach) -> dict[str, Column]:
    """Return CG-Bench's measures of every question, None where an answer or the intervals are missing."""
    items = read.items
    iou = [_clue_iou(one) for one in items]
    right: Column = [one.score for one in items]
    recall = [None if value is None else _mean_reached(value, reach) for value in iou]
    joint = [
        None if value is None or score is None else _mean_reached(value, reach) * float(score == 1)
        for value, score in zip(iou, right, strict=True)
    ]
    read.count(sum(score is None for score in right), "have no answer that could be read, and do not count in long-acc")
    read.count(
        sum(value is None for value in iou), "have no clue intervals that could be read, and do not count in mIoU"
    )
    read.count(sum(value is None for value in joint), "lack one of both, and do not count in acc@IoU")
    return {LONG_ACC: right, CLUE_MIOU: iou, REC_IOU: recall, ACC_IOU: joint}


def _clue_iou(item: GroundedItem) -> float | None:
    if item.overlap is not None:
        return item.overlap
    return set_iou(item.true, item.said) if item.said and item.true else None


def _mean_reached(value: float, reach: Reach) -> float:
    return sum(reached([value], threshold, reach)[0] for threshold in CLUE_THRESHOLDS) / len(CLUE_THRESHOLDS)


def _at(name: str, values: Sequence[float]) -> dict[str, list[float]]:
    return {f"{name}@{threshold:g}": reached(values, threshold, "at least") for threshold in GQA_THRESHOLDS}


def _counted(values: Sequence[float], counts: Sequence[bool]) -> Column:
    return [value if counted else None for value, counted in zip(values, counts, strict=True)]


def _note_questions(read: ReadItems[GroundedItem], *, all_questions: bool) -> None:
    items = read.items
    without = sum(not one.said for one in items)
    if all_questions:
        note_unusable_spans(read)
    else:
        read.count(without, "have no predicted span and are left out, as in the evaluator (--rules all-questions)")
        note_shares(read)
    read.count(
        sum(one.score is None and bool(one.said) for one in items), "have a span and no answer, and count as wrong"
    )
