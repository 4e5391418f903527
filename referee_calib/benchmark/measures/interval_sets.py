r"""Sets of spans: the IoU of what two sets cover, and how much of one span lies inside another (IoP).

.. math:: \mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}, \qquad \mathrm{IoP} = \frac{|A \cap B|}{|B|}

with B the prediction. Spans of a set that overlap are merged first. Sources: open-compass/VLMEvalKit,
``vlmeval/dataset/utils/cgbench.py`` (IoU of CG-Bench); doc-doc/NExT-GQA, ``code/TempGQA/eval_ground.py`` (IoP).
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.benchmark.benchmark_items import Span
from referee_calib.benchmark.result_files.span_values import is_proper


def merged(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, those that meet as one; a span that does not end behind its start covers nothing.

    >>> merged([(5, 9), (1, 3), (3, 4), (8, 7)])
    [(1, 4), (5, 9)]
    """
    found: list[Span] = []
    for start, end in sorted(filter(is_proper, spans)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def set_iou(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Return the IoU of what two sets of spans cover; 0 where neither covers anything.

    >>> set_iou([(0, 4), (6, 8)], [(2, 7)])
    0.375
    """
    first, second = merged(one), merged(other)
    shared = sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in first for b in second)
    union = _length(first) + _length(second) - shared
    return shared / union if union > 0 else 0.0


def span_iop(true: Span, said: Span) -> float:
    """Return the share of a prediction that lies in a true span; of a point in time 1 where it lies inside.

    >>> span_iop((2, 6), (4, 12)), span_iop((2, 6), (3, 3)), span_iop((2, 6), (9, 3))
    (0.25, 1.0, 0.0)
    """
    if said[0] == said[1]:
        return float(true[0] <= said[0] <= true[1])
    if not is_proper(said):
        return 0.0
    return max(0.0, min(true[1], said[1]) - max(true[0], said[0])) / (said[1] - said[0])


def _length(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)
