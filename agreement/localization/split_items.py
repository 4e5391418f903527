"""Items on which annotators split into groups, as where a video shows two events that a query may mean.

Two annotators stand together where their marks overlap by at least half (IoU 0.5), and a group is everybody who is
linked in this way. An item is split where two groups of two or more people overlap, on average over their pairs, by
less than 0.1. One person who points elsewhere is no group, and one who marks the whole video links nobody.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Bools, Floats, Ints
from agreement.localization.annotator_marks import AnnotatorMarks
from agreement.localization.consensus_marks import blocks_of_items
from agreement.localization.mark_overlap import overlap

TOGETHER = 0.5  # overlap from which two marks mean the same
APART = 0.1  # mean overlap of two groups below which they mean different things


def split_items(marks: AnnotatorMarks) -> Floats:
    """Return per item 1 where its annotators split into groups, 0 where not, NaN with fewer than four annotators."""
    found = np.full(len(marks.items), np.nan)
    for places, rows in blocks_of_items(marks, 4):
        same = overlap(rows[:, :, None], rows[:, None, :])
        found[marks.item[places[:, 0]]] = [_splits(one) for one in same]
    return found


def _splits(same: Floats) -> float:
    group = _groups(same >= TOGETHER)
    large = [g for g in np.unique(group).tolist() if (group == g).sum() >= 2]
    for i, g in enumerate(large):
        for h in large[i + 1 :]:
            if same[np.ix_(group == g, group == h)].mean() < APART:
                return 1.0
    return 0.0


def _groups(linked: Bools) -> Ints:
    """Return the lowest member that each is linked with, over others too."""
    group = np.arange(len(linked))
    for _ in range(len(linked)):
        group = np.where(linked, group[None, :], len(linked)).min(axis=1)
    return group
