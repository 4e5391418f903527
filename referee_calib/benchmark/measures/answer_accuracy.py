"""Share of questions that are answered right.

An answer's score is what the evaluator of its task wrote, 0 or 1; a sample without one does not count. Of kinds of task
the same mean is taken over their items; MLVU reports the mean of these (M-Avg; lmms-eval, ``tasks/mlvu/utils.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.benchmark.benchmark_items import GroundedItem

ACCURACY = "accuracy"


def accuracy_columns(items: Sequence[GroundedItem]) -> dict[str, list[float | None]]:
    """Return the score of every item.

    >>> accuracy_columns([GroundedItem("1", "v", score=1.0), GroundedItem("2", "v")])
    {'accuracy': [1.0, None]}
    """
    return {ACCURACY: [one.score for one in items]}
