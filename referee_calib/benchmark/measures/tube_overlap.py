r"""How well a tube is found: vIoU, vIoU@.3 and .5, tIoU of its span, and vIoU inside the true span (gt vIoU).

.. math:: \mathrm{vIoU} = \frac{1}{|F_\cup|} \sum_{f \in F_\cap} \mathrm{IoU}(b_f, b'_f)

with :math:`F_\cap` the frames of both spans and :math:`F_\cup` those from the earlier start to the later end; a frame
without a predicted box counts 0. Spans of frames are half open. A threshold is reached above it, in every evaluator.

Frames are all of them, or those that the annotations sample. Rules:

- ``tubedetr``: as above (antoyang/TubeDETR, ``datasets/hcstvg_eval.py`` and ``vidstg_eval.py``; jy0205/STCAT the
  same).
- ``tubedetr-2022-03``: TubeDETR's code until May 2022, in which :math:`F_\cup` ended with the *earlier* end, so that
  a span cost nothing behind the end of the other; figures made with it are larger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from referee_calib.benchmark.benchmark_items import ReadItems, Span, TubeItem
from referee_calib.benchmark.measures.thresholds_reached import reached
from referee_calib.benchmark.result_files.span_values import is_proper
from referee_calib.geometry import iou, tiou

TubeRules = Literal["tubedetr", "tubedetr-2022-03"]
THRESHOLDS = (0.3, 0.5)
VIOU, GT_VIOU, TUBE_TIOU = "viou", "gt_viou", "tiou"


def tube_columns(read: ReadItems[TubeItem], rules: TubeRules) -> dict[str, list[float]]:
    """Return the measures of every item; note what counts 0."""
    _note_missing(read)
    viou = [tube_viou(one, rules) for one in read.items]
    found = {TUBE_TIOU: [span_tiou(one) for one in read.items], VIOU: viou}
    found |= {f"{VIOU}@{t:g}": reached(viou, t, "above") for t in THRESHOLDS}
    return found | {GT_VIOU: [viou_in_true_span(one) for one in read.items]}


def tube_viou(item: TubeItem, rules: TubeRules = "tubedetr") -> float:
    """Return the vIoU of a tube, 0 without a predicted span.

    Examples
    --------
    Frames 0 to 3 are true, 2 to 5 were said, with half of the box in both common frames: (0.5 + 0.5) / 6.

    >>> true = {frame: (0.0, 0.0, 2.0, 1.0) for frame in range(4)}
    >>> said = {frame: (0.0, 0.0, 1.0, 1.0) for frame in range(2, 6)}
    >>> item = TubeItem("a", "v", (0, 4), true, (2, 6), said)
    >>> round(tube_viou(item), 4), tube_viou(item, "tubedetr-2022-03")
    (0.1667, 0.25)
    """
    if item.said_span is None:
        return 0.0
    true, said = item.true_span, item.said_span
    end = max(true[1], said[1]) if rules == "tubedetr" else min(true[1], said[1])
    union = _frames_in(item, (min(true[0], said[0]), end))
    common = (max(true[0], said[0]), min(true[1], said[1]))
    shared = [frame for frame in item.true_boxes if common[0] <= frame < common[1]]
    return _sum_of_ious(item, shared) / max(union, 1)


def viou_in_true_span(item: TubeItem) -> float:
    """Return the mean IoU over the frames of the true tube, whatever span was said."""
    return _sum_of_ious(item, item.true_boxes) / max(len(item.true_boxes), 1)


def span_tiou(item: TubeItem) -> float:
    """Return the tIoU of the spans of frames, 0 without a predicted one."""
    if item.said_span is None or not is_proper(item.said_span) or not is_proper(item.true_span):
        return 0.0
    return float(tiou(item.said_span, item.true_span))


def _frames_in(item: TubeItem, span: Span) -> int:
    if item.frames is not None:
        return sum(span[0] <= frame < span[1] for frame in item.frames)
    return max(int(span[1]) - int(span[0]), 0)


def _sum_of_ious(item: TubeItem, frames: Iterable[int]) -> float:
    shared = [
        f for f in frames if f in item.said_boxes and _has_area(item.said_boxes[f]) and _has_area(item.true_boxes[f])
    ]
    if not shared:
        return 0.0
    return float(iou([item.said_boxes[f] for f in shared], [item.true_boxes[f] for f in shared]).sum())


def _has_area(box: tuple[float, float, float, float]) -> bool:
    return box[0] < box[2] and box[1] < box[3]


def _note_missing(read: ReadItems[TubeItem]) -> None:
    items = read.items
    read.count(sum(not one.given for one in items), "are annotated and missing in the results, and count 0")
    read.count(sum(one.given and one.said_span is None for one in items), "have no predicted span, and count 0")
    read.count(sum(not one.true_boxes for one in items), "have no true box in the frames that count")
    bare = sum(frame not in one.said_boxes for one in items if one.said_span for frame in one.true_boxes
               if one.said_span[0] <= frame < one.said_span[1])  # fmt: skip
    if bare:
        read.notes.append(f"{bare:,} frames of the spans of both have no predicted box and count 0")
