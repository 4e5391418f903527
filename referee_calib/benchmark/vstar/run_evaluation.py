"""One result file under one evaluator's rules: values per item, bins, domains, and how often each trap was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from referee_calib.benchmark.statistics.item_values import ItemValues
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import EvaluationRules
from referee_calib.benchmark.vstar.evaluators.item_evaluation import (
    OVER_ALL_ITEMS,
    ItemEvaluation,
    evaluate_item,
    metric_names,
)
from referee_calib.benchmark.vstar.evaluators.judge_scores import read_score, stored_reply
from referee_calib.benchmark.vstar.result_file import Item, ResultFile
from referee_calib.benchmark.vstar.traps.item_traps import item_traps, trap_keys
from referee_calib.benchmark.vstar.traps.without_traps import values_without_traps

DURATIONS = ("short", "medium", "long")
STORED = {"tiou_1": "temporal_IoU", "tiou_2": "temporal_IoU_2", "viou_1": "spatial_mIoU", "viou_2": "spatial_mIoU_2"}
"""Fields that upstream's evaluation leaves beside an item, by metric."""
STORED_TOLERANCE = 1e-6
_DEPEND_ON_JUDGE = (
    "score",
    "valid_score",
    "acc*words",
    *(name for name in OVER_ALL_ITEMS if not name.startswith("time_place")),
)


@dataclass(frozen=True, eq=False)
class RunEvaluation:
    """The evaluation of one run.

    Parameters
    ----------
    name : str
    rules : EvaluationRules
    values : ItemValues
        Over all items of the file.
    answered : tuple of bool
        By item; bins hold answered items only, so that their Acc has another denominator than that of the whole.
    durations, domains : tuple of str
        By item.
    traps : dict of str to int
        Items in each trap, by key; those met by none stand there with 0.
    unscored : int
        Answered items that no judge has scored: with one of them, there is no Acc.
    """

    name: str
    rules: EvaluationRules
    values: ItemValues
    answered: tuple[bool, ...]
    durations: tuple[str, ...]
    domains: tuple[str, ...]
    traps: dict[str, int]
    unscored: int

    def by_duration(self) -> dict[str, ItemValues]:
        """Return the answered items of each bin of durations, shortest first."""
        return self._bins(self.durations, [one for one in DURATIONS if one in self.durations])

    def by_domain(self) -> dict[str, ItemValues]:
        """Return the answered items of each domain."""
        return self._bins(self.domains, sorted(set(self.domains)))

    def _bins(self, labels: Sequence[str], wanted: Sequence[str]) -> dict[str, ItemValues]:
        answered, placed = np.array(self.answered), np.array(labels)
        return {one: self.values.where(answered & (placed == one)) for one in wanted}


def evaluate_run(
    file: ResultFile,
    keys: Sequence[str],
    rules: EvaluationRules,
    *,
    replies: Sequence[Any] | None = None,
) -> RunEvaluation:
    """Evaluate a result file.

    Parameters
    ----------
    file : ResultFile
    keys : sequence of str
        Names of its items, by which runs are paired.
    rules : EvaluationRules
    replies : sequence, optional
        What a judge said of each item, None where it was not asked; by default what the file stores.
    """
    said = [stored_reply(item) for item in file.items] if replies is None else list(replies)
    scores = [read_score(one) for one in said]
    found = [evaluate_item(item, rules, score) for item, score in zip(file.items, scores, strict=True)]
    more = [values_without_traps(item, s, r) for item, s, r in zip(file.items, scores, said, strict=True)]
    unscored = sum(one.answered and score is None for one, score in zip(found, scores, strict=True))
    columns = {name: [one.values[name] for one in found] for name in metric_names()}
    columns |= {name: [one[name] for one in more] for name in more[0]}
    reasons = dict.fromkeys(columns, "no item has an answer to what") | {"valid_score": "no score of the judge is read"}
    if unscored:  # the others are no sample of all: those a judge failed at, say
        answered = sum(one.answered for one in found)
        reasons |= dict.fromkeys(_DEPEND_ON_JUDGE, f"{unscored} of {answered} answered items have no judge's score")
        columns |= {name: [None] * len(found) for name in _DEPEND_ON_JUDGE}
    videos = [str(item["vid"]) for item in file.items]
    return RunEvaluation(
        file.name,
        rules,
        ItemValues.from_columns(file.name, keys, videos, columns, reasons=reasons),
        tuple(one.answered for one in found),
        tuple(one.duration for one in found),
        tuple(one.domain for one in found),
        _counted_traps(file.items, rules, scores, found),
        unscored,
    )


def _counted_traps(
    items: Sequence[Item], rules: EvaluationRules, scores: Sequence[int | None], found: Sequence[ItemEvaluation]
) -> dict[str, int]:
    counts = Counter(key for item, score in zip(items, scores, strict=True) for key in item_traps(item, rules, score))
    counts["duplicate_items"] = sum(_again(items))
    counts["shuffled"] = sum(
        isinstance(item.get("original_index"), int) and item["original_index"] != place
        for place, item in enumerate(items)
    )
    counts["stored_values_differ"] = sum(_differs(item, one) for item, one in zip(items, found, strict=True))
    return {key: counts[key] for key in trap_keys()}


def _again(items: Sequence[Item]) -> Iterator[bool]:
    """Say of each item whether the same video, question and span stood there before."""
    seen: set[str] = set()
    for item in items:
        meaning = f"{item['vid']!r} {item['question']!r} {item.get('timestamps')!r}"
        yield meaning in seen
        seen.add(meaning)


def _differs(item: Mapping[str, Any], one: ItemEvaluation) -> bool:
    stored = {metric: item.get(field) for metric, field in STORED.items()}
    return one.answered and any(
        isinstance(value, (int, float)) and not abs(value - (one.values[metric] or 0.0)) <= STORED_TOLERANCE
        for metric, value in stored.items()
    )
