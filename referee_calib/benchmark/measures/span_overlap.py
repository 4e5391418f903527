r"""How well a span of time is found: tIoU, recall at thresholds (R1@.3, .5, .7) and their mean.

.. math:: \mathrm{tIoU} = \frac{\max(0, \min(e, e') - \max(s, s'))}{\max(e, e') - \min(s, s')}

of the run's first span with the true one; 0 where the run gives none, or one that ends before it begins. mIoU is the
mean over items, and R1@t the share with tIoU of at least t. Sources: TencentARC/TimeLens,
``evaluation/compute_metrics.py``; lmms-eval, ``tasks/charades_sta/eval_tvg.py``; xiaomi-research/time-r1,
``eval_all.py``, which takes tIoU above t.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems
from referee_calib.benchmark.measures.thresholds_reached import Reach, reached
from referee_calib.benchmark.result_files.span_values import is_proper
from referee_calib.geometry import tiou

THRESHOLDS = (0.3, 0.5, 0.7)
TIOU = "tiou"


def first_tiou(items: Sequence[GroundedItem]) -> list[float]:
    """Return the best tIoU of each item's first span with its true ones; 0 where either is none.

    >>> first_tiou([GroundedItem("a", "v", ((2, 6),), ((4, 8),)), GroundedItem("b", "v", (), ((0, 1),))])
    [0.3333333333333333, 0.0]
    """
    found = [0.0] * len(items)
    pairs = [
        (i, one.said[0], true)
        for i, one in enumerate(items)
        if one.said and is_proper(one.said[0])
        for true in one.true
        if is_proper(true)
    ]
    if pairs:
        values = tiou([said for _, said, _ in pairs], [true for *_, true in pairs])
        for (i, *_), value in zip(pairs, np.atleast_1d(values).tolist(), strict=True):
            found[i] = max(found[i], value)
    return found


def span_columns(read: ReadItems[GroundedItem], reach: Reach) -> dict[str, list[float]]:
    """Return tIoU and the recalls of every item; note what counts 0."""
    items = read.items
    values = first_tiou(items)
    note_unusable_spans(read)
    return {TIOU: values, **{recall_key(t): reached(values, t, reach) for t in THRESHOLDS}}


def recall_key(threshold: float) -> str:
    """Return the key of a recall: ``r@0.5``."""
    return f"r@{threshold:g}"


def note_unusable_spans(read: ReadItems[GroundedItem]) -> None:
    """Say how many items have no span, one of no length or in the wrong order, or several."""
    items = read.items
    read.count(sum(not one.given for one in items), "are annotated and missing in the results, and count 0")
    read.count(sum(one.given and not one.said for one in items), "have no span that could be read, and count 0")
    odd = sum(bool(one.said) and not is_proper(one.said[0]) for one in items)
    read.count(odd, "have a span that does not end behind its start: tIoU 0")
    read.count(sum(len(one.said) > 1 for one in items), "have several spans; the first is measured")
    read.count(sum(not any(map(is_proper, one.true)) for one in items), "have no true span of any length, and count 0")
    note_shares(read)


def note_shares(read: ReadItems[GroundedItem]) -> None:
    """Ask about spans that all end within a second where true ones do not: they may be shares of the video."""
    said = [one for item in read.items for one in item.said]
    true = [one for item in read.items for one in item.true]
    if said and true and max(end for _, end in said) <= 1 < max(end for _, end in true):
        read.notes.append(
            "every predicted span ends within 1 s, as if they were shares of the video; they are read as seconds"
        )
