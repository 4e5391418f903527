"""What the figures would be without a trap: judge's words read, mm:ss read, keys taken as numbers, boxes rescaled."""

from __future__ import annotations

from typing import Any

from referee_calib.benchmark.statistics.figures import Figure, mean_of
from referee_calib.benchmark.vstar.evaluators.answer_boxes import best_overlap, frame_key, mean_overlap, true_box
from referee_calib.benchmark.vstar.evaluators.answer_spans import CLOCK, read_span, span_in_reply, span_overlap
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import BOX_FIELDS, CHAINS, SPAN_FIELDS
from referee_calib.benchmark.vstar.evaluators.judge_scores import CORRECT, UNREAD, level_in_words
from referee_calib.benchmark.vstar.result_file import Item
from referee_calib.benchmark.vstar.traps.item_traps import box_scale, key_by_number, read_boxes

WITHOUT_TRAPS: tuple[tuple[str, Figure], ...] = (
    ("judge_reply_unread", mean_of("acc*words", "Acc, judge's words read", key="accuracy.words")),
    *(
        (f"{trap}_{chain}", mean_of(f"{metric}_{chain}", f"{title}, chain {chain}", key=f"chain_{chain}.{key}"))
        for trap, metric, title, key in (
            ("span_clock", "tiou*clock", "m_tIoU, mm:ss read", "m_tiou.clock"),
            ("frame_keys", "viou*keys", "m_vIoU, keys as numbers", "m_viou.keys_as_numbers"),
            ("boxes_other_size", "viou*scaled", "m_vIoU, boxes rescaled", "m_viou.rescaled"),
        )
        for chain in CHAINS
    ),
)
"""By key of the trap: the figure without it."""


def values_without_traps(item: Item, score: int | None, reply: Any) -> dict[str, float | None]:
    """Return the item's values without each trap; ``reply`` is what the judge said, where that was kept."""
    answered = bool(item.get("answer_vqa"))
    found: dict[str, float | None] = {"acc*words": _accuracy(score, reply) if answered else 0.0}
    for chain in CHAINS:
        found[f"tiou*clock_{chain}"] = _tiou(item, chain) if answered else None
        found[f"viou*keys_{chain}"] = _viou(item, chain, rescaled=False) if answered else None
        found[f"viou*scaled_{chain}"] = _viou(item, chain, rescaled=True) if answered else None
    return found


def _accuracy(score: int | None, reply: Any) -> float | None:
    if score == UNREAD and (level := level_in_words(reply)) is not None:
        score = level
    return None if score is None else float(score >= CORRECT)


def _tiou(item: Item, chain: int) -> float:
    field, reply = SPAN_FIELDS[chain]
    span = read_span(item.get(field))
    if span is None and isinstance(item.get(reply), str) and CLOCK.search(item[reply]):
        span = read_span(span_in_reply(item[reply]))
    return 0.0 if span is None else span_overlap(item["timestamps"], span)


def _viou(item: Item, chain: int, *, rescaled: bool) -> float:
    given = item.get(BOX_FIELDS[chain])
    if not isinstance(given, dict):
        return 0.0
    scale = box_scale(item) if rescaled else None
    overlaps: list[float] = []
    for one in item["bboxes"]:
        key = frame_key(one["timestamp"]) if rescaled else key_by_number(given, one["timestamp"])
        boxes = None if key is None else given.get(key)
        overlaps.append(best_overlap(true_box(one), boxes if scale is None else _scaled(boxes, *scale)))
    return mean_overlap(overlaps)


def _scaled(given: Any, x: float, y: float) -> Any:
    """Return boxes in the video's own pixels; what is no box stays what it is."""
    boxes = read_boxes(given)
    return given if boxes is None else [[x1 * x, y1 * y, x2 * x, y2 * y] for x1, y1, x2, y2 in boxes]
