"""What makes a V-STaR figure mean something else than it says, found in one item and counted over a file.

None of it changes a figure: figures are the evaluator's. Each trap has a key, a sentence, and, where one can be
computed, the figure that the file would have without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from referee_calib.benchmark.vstar.evaluators.answer_boxes import boxes_of, frame_key
from referee_calib.benchmark.vstar.evaluators.answer_spans import CLOCK, read_span
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import BOX_FIELDS, CHAINS, SPAN_FIELDS, EvaluationRules
from referee_calib.benchmark.vstar.evaluators.item_evaluation import duration_bin
from referee_calib.benchmark.vstar.evaluators.judge_scores import HIGHEST, UNREAD
from referee_calib.benchmark.vstar.result_file import Item, is_number


@dataclass(frozen=True)
class Trap:
    """A trap: its key, and what it says of the items it counts."""

    key: str
    text: str
    by_chain: bool = False


_ITEM_TRAPS = (
    Trap("unanswered", "have no answer to what: they count as wrong in Acc and are left out of every IoU and bin"),
    Trap("judge_reply_unread", 'have a judge\'s reply that is no whole number (such as "3."): it counts as wrong'),
    Trap("judge_score_out_of_range", "have a judge's score outside 0 to 3"),
    Trap("whole_reply_judged", "had the whole reply judged, tags of thinking included, and not the answer in it"),
    Trap("no_duration", "have no frame_count or fps to tell a duration: they are in no bin of durations"),
    Trap("no_annotated_boxes", "have no annotated box: their vIoU is 0 whatever is answered"),
    Trap("true_span_empty", "have a true span without length"),
)
_CHAIN_TRAPS = (
    Trap("span_missing", "have no answer to when: tIoU 0", True),
    Trap("span_unread", "have an answer to when that is no [start, end]: tIoU 0", True),
    Trap("span_clock", "have times as mm:ss in the reply and no span stored: 0 upstream, read again by open-o3", True),
    Trap("span_reversed", "have a span that ends before it starts: tIoU 0", True),
    Trap("span_not_finite", "have NaN or Infinity in a span: NaN counts as if it were the true edge", True),
    Trap("boxes_missing", "have no boxes: vIoU 0", True),
    Trap("boxes_without_keys", "have boxes that stand under no second (a list or a text): vIoU 0", True),
    Trap("frame_keys", 'have boxes under keys that equal an annotated second as numbers only ("3" and "3.0"): 0', True),
    Trap("boxes_malformed", "have something else than boxes of four numbers at an annotated second: 0 there", True),
    Trap("boxes_reversed", "have a box whose right or lower edge comes first: 0 there", True),
    Trap("boxes_outside", "have boxes that reach beyond the original frame: perhaps another unit", True),
    Trap("boxes_below_1", "have boxes within 0 to 1: perhaps normalised, and compared with pixels", True),
    Trap("boxes_other_size", "have boxes given for a frame of another size, compared without rescaling", True),
)
_FILE_TRAPS = (
    Trap("duplicate_items", "stand in the file again: each counts"),
    Trap("shuffled", "stand at another place than their original_index: pairing goes by that number, not by place"),
    Trap("stored_values_differ", "have stored overlaps that differ from those recomputed under these rules"),
)
TRAPS = (*_ITEM_TRAPS, *_CHAIN_TRAPS, *_FILE_TRAPS)


def trap_keys() -> tuple[str, ...]:
    """Return the keys under which traps are counted: one for each chain where it matters."""
    return tuple(
        f"{trap.key}_{chain}" if chain else trap.key for trap in TRAPS for chain in (CHAINS if trap.by_chain else (0,))
    )


def trap_text(key: str) -> str:
    """Return what a counted key says of its items, with the chain where it is of one."""
    plain = {trap.key: trap.text for trap in TRAPS}
    if key in plain:
        return plain[key]
    name, _, chain = key.rpartition("_")
    return f"chain {chain}: {plain[name]}"


def item_traps(item: Item, rules: EvaluationRules, score: int | None) -> Iterator[str]:
    """Yield the keys of the traps that an item is in."""
    if not duration_bin(item):
        yield "no_duration"
    if not item.get("answer_vqa"):
        yield "unanswered"
        return
    yield from _answer_traps(item, score)
    for chain in CHAINS:
        yield from (f"{key}_{chain}" for key in _span_traps(item, rules, chain))
        yield from (f"{key}_{chain}" for key in dict.fromkeys(_box_traps(item, chain)))


def _answer_traps(item: Item, score: int | None) -> Iterator[str]:
    if score == UNREAD:
        yield "judge_reply_unread"
    elif score is not None and not 0 <= score <= HIGHEST:
        yield "judge_score_out_of_range"
    if any(tag in str(item["answer_vqa"]) for tag in ("<think>", "</think>", "<answer>")):
        yield "whole_reply_judged"
    if not item["bboxes"]:
        yield "no_annotated_boxes"
    if item["timestamps"][0] >= item["timestamps"][1]:
        yield "true_span_empty"


def _span_traps(item: Item, rules: EvaluationRules, chain: int) -> Iterator[str]:
    field, reply = SPAN_FIELDS[chain]
    span = rules.span(item, chain)
    if read_span(item.get(field)) is None and CLOCK.search(str(item.get(reply) or item.get(field) or "")):
        yield "span_clock"
    if span is None:
        yield "span_unread" if item.get(field) else "span_missing"
    elif any(isinstance(edge, float) and not math.isfinite(edge) for edge in span):
        yield "span_not_finite"
    elif span[1] < span[0]:
        yield "span_reversed"


def _box_traps(item: Item, chain: int) -> Iterator[str]:
    given = item.get(BOX_FIELDS[chain])
    if not given:
        yield "boxes_missing"
    elif not isinstance(given, Mapping):
        yield "boxes_without_keys"
    else:
        yield from _traps_by_second(item, given)


def _traps_by_second(item: Item, given: Mapping[str, Any]) -> Iterator[str]:
    annotated = [one["timestamp"] for one in item["bboxes"]]
    if any(frame_key(second) not in given and key_by_number(given, second) is not None for second in annotated):
        yield "frame_keys"
    boxes: list[list[float]] = []
    for second in annotated:
        key = key_by_number(given, second)
        found = [] if key is None else read_boxes(given[key])
        if found is None:
            yield "boxes_malformed"
        boxes += found or []
    if any(x2 < x1 or y2 < y1 for x1, y1, x2, y2 in boxes):
        yield "boxes_reversed"
    if boxes:
        yield from _unit_traps(item, boxes)


def _unit_traps(item: Item, boxes: list[list[float]]) -> Iterator[str]:
    size = _frame_size(item) or (math.inf, math.inf)
    if any(min(b) < 0 or max(b[0::2]) > size[0] or max(b[1::2]) > size[1] for b in boxes):
        yield "boxes_outside"
    if all(0 <= number <= 1 for box in boxes for number in box):
        yield "boxes_below_1"
    if box_scale(item) not in (None, (1.0, 1.0)):
        yield "boxes_other_size"


def key_by_number(given: Mapping[str, Any], second: Any) -> str | None:
    """Return the key of an annotated second: its own text, else one that is the same number."""
    if frame_key(second) in given:
        return frame_key(second)
    number = _as_number(second)
    return None if number is None else next((key for key in given if _as_number(key) == number), None)


def _as_number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def read_boxes(given: Any) -> list[list[float]] | None:
    """Return what stands at a second as boxes of four numbers, None where something else stands there."""
    if not isinstance(given, (list, tuple)) or not given:
        return None
    boxes = boxes_of(given)
    if all(isinstance(one, (list, tuple)) and len(one) == 4 and all(map(is_number, one)) for one in boxes):
        return [list(one) for one in boxes]
    return None


def box_scale(item: Item) -> tuple[float, float] | None:
    """Return by what boxes of the model's frame become those of the video; None where a size is not known."""
    shape, size = item.get("input_shape"), _frame_size(item)
    if size is None or not (isinstance(shape, list) and len(shape) == 2 and all(map(is_number, shape)) and all(shape)):
        return None
    return size[0] / shape[0], size[1] / shape[1]


def _frame_size(item: Item) -> tuple[float, float] | None:
    """Return width and height of the original video, None where the item does not tell them."""
    width, height = item.get("width"), item.get("height")
    return (width, height) if is_number(width) and is_number(height) else None
