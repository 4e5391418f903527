"""Share of questions that are answered right, and its mean over kinds of tasks where a benchmark reports that.

An answer's score is what the evaluator of its task wrote, 0 or 1; a sample without one does not count. MLVU reports the
mean of the accuracies of its task types (M-Avg; lmms-eval, ``tasks/mlvu/utils.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.benchmark.benchmark_items import GroundedItem

ACCURACY = "accuracy"
BY_GROUP = "accuracy of "


def accuracy_columns(items: Sequence[GroundedItem], groups: Sequence[str] = ()) -> dict[str, list[float | None]]:
    """Return the score of every item, and that of each kind of task, None for items of another kind.

    >>> items = [GroundedItem("1", "v", score=1.0, group="count"), GroundedItem("2", "v", score=0.0, group="order")]
    >>> accuracy_columns(items, ["count"])
    {'accuracy': [1.0, 0.0], 'accuracy of count': [1.0, None]}
    """
    found = {ACCURACY: [one.score for one in items]}
    for group in groups:
        found[BY_GROUP + group] = [one.score if one.group == group else None for one in items]
    return found


def groups_of(items: Sequence[GroundedItem]) -> list[str]:
    """Return the kinds of task that items name, in their order."""
    return list(dict.fromkeys(one.group for one in items if one.group))
