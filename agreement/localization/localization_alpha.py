r"""Agreement beyond chance on where and when: Krippendorff's alpha with a distance of spans or boxes.

:math:`\alpha = 1 - D_o / D_e` with :math:`D_o` the mean distance of two marks of one item (an item with m marks counts
m times, as in Krippendorff's alpha for missing ratings), and the distance ``1 − IoU`` or ``(1 − GIoU) / 2``. What
distance chance would give, :math:`D_e`, is a choice, and both choices are named:

``"marginal"``
    any two marks of the data: how well one mark would do for another item. This is Krippendorff's own; with marks that
    are either equal or apart it is nominal alpha.
``"placement"``
    one mark and another of the same size at a random place of the same video or frame: somebody who knows how long such
    evidence lasts, and not when. It needs the length of the video, or the size of the frame.

K. Krippendorff, *Content Analysis* (2004), chapter 11; H. Rezatofighi et al. 2019 for GIoU.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Floats, Ints
from agreement.estimate import Estimate, Interval
from agreement.intervals.jackknife import Jackknife, jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums, sum_by_group
from agreement.json_fields import JsonFields
from agreement.localization.annotator_marks import AnnotatorMarks
from agreement.localization.mark_overlap import Measure, distance
from agreement.localization.random_placement import expected_distance

Chance = Literal["marginal", "placement"]
CHANCES: tuple[Chance, ...] = ("marginal", "placement")
NO_EXTENT = {
    "span": "the length of the videos is not known, so no span can be placed at random",
    "box": "the size of the frames is not known, so no box can be placed at random",
}
ONE_ITEM = "a single item was marked by two annotators, so there are no marks of others to compare with"
NO_CHANCE = "chance would give no disagreement either: all marks are the same, or fill the whole"
TINY = 1e-12
_BLOCK = 1 << 20  # pairs compared at a time


@dataclass(frozen=True)
class LocalizationAlpha(JsonFields):
    """Alpha, and the two disagreements that it compares.

    Parameters
    ----------
    measure : {"overlap", "generalized"}
        Distance ``1 − IoU``, or ``(1 − GIoU) / 2``.
    chance : {"marginal", "placement"}
    alpha : Estimate
    observed, expected : float or None
        Mean distance of two marks of one item, and by chance; None where undefined.
    """

    measure: Measure
    chance: Chance
    alpha: Estimate
    observed: float | None
    expected: float | None


def localization_alpha(
    marks: AnnotatorMarks, measure: Measure, chance: Chance, blank: Estimate, *, limits: bool
) -> LocalizationAlpha:
    """Return alpha with a jackknife-t interval over groups; `blank` holds the counts."""
    if not marks.shared.any():
        return LocalizationAlpha(measure, chance, blank, None, None)
    if chance == "placement" and marks.extent is None:
        return LocalizationAlpha(measure, chance, replace(blank, reason=NO_EXTENT[marks.kind]), None, None)
    if chance == "marginal" and marks.shared.sum() < 2:
        return LocalizationAlpha(measure, chance, replace(blank, reason=ONE_ITEM), None, None)
    found = _placement(marks, measure) if chance == "placement" else _marginal(marks, measure)
    if found.expected <= TINY:
        return LocalizationAlpha(measure, chance, replace(blank, reason=NO_CHANCE), found.observed, found.expected)
    interval = jackknife_t(found.alpha, confidence=blank.confidence) if limits else Interval()
    return LocalizationAlpha(
        measure, chance, blank.with_interval(found.alpha.point, interval), found.observed, found.expected
    )


@dataclass(frozen=True, eq=False)
class _Compared:
    alpha: Jackknife
    observed: float
    expected: float


def _observed(marks: AnnotatorMarks, measure: Measure) -> Floats:
    """Return per item the distances of its ordered pairs over m − 1, and m, shape (items, 2)."""
    first, second = marks.pairs
    apart = 2 * distance(marks.rows[first], marks.rows[second], measure)
    total = np.bincount(marks.item[first], weights=apart, minlength=len(marks.items))
    return np.stack([total / np.maximum(marks.count - 1, 1), marks.count.astype(float)], axis=1)


def _placement(marks: AnnotatorMarks, measure: Measure) -> _Compared:
    assert marks.extent is not None  # noqa: S101 - the caller has looked
    first, second = marks.pairs
    ways = (np.concatenate([first, second]), np.concatenate([second, first]))
    where = marks.item[ways[0]]
    apart = expected_distance(marks.rows[ways[0]], marks.rows[ways[1]], marks.extent[where], measure)
    total = np.bincount(where, weights=apart, minlength=len(marks.items)) / np.maximum(marks.count - 1, 1)
    rows = np.concatenate([_observed(marks, measure), total[:, None]], axis=1)[marks.shared]
    statistic = StatisticOfSums.by_group(rows, renumbered(marks.member[marks.shared]), _ratio_of_placement)
    observed, count, expected = statistic.sums
    return _Compared(statistic.jackknife(), float(observed / count), float(expected / count))


def _ratio_of_placement(sums: Floats) -> Floats:
    ratio = np.divide(sums[..., 0], sums[..., 2], out=np.full(sums.shape[:-1], np.nan), where=sums[..., 2] > TINY)
    return np.asarray(1 - ratio)


def _marginal(marks: AnnotatorMarks, measure: Measure) -> _Compared:
    r"""Compare with all pairs; without a group g their sum is :math:`T - 2 \sum_{i \in g} R_i + W_g`."""
    enter = marks.shared[marks.item]
    rows, member = marks.shares[enter], marks.member[marks.item[enter]]
    group = renumbered(member)
    n_groups = int(group.max()) + 1
    to_all = _distance_to_all(rows, measure)
    own = renumbered(marks.member[marks.shared])
    observed, count = sum_by_group(_observed(marks, measure)[marks.shared], own, n_groups).T
    all_pairs = float(to_all.sum())
    of_group = np.bincount(group, weights=to_all, minlength=n_groups)
    inside = _inside_groups(rows, group, n_groups, measure)
    left = all_pairs - 2 * of_group + inside
    n, m = float(count.sum()), count.sum() - count
    expected = all_pairs / (n * (n - 1))
    without = np.divide(left, m * (m - 1), out=np.full(n_groups, np.nan), where=m > 1)
    apart = np.divide(observed.sum() - observed, m, out=np.full(n_groups, np.nan), where=m > 0)
    replicates = 1 - np.divide(apart, without, out=np.full(n_groups, np.nan), where=without > TINY)
    seen = float(observed.sum() / n)
    point = 1 - seen / expected if expected > TINY else np.nan
    size = np.bincount(own, minlength=n_groups).astype(float)
    return _Compared(Jackknife.of(point, replicates, size), seen, expected)


def _distance_to_all(rows: Floats, measure: Measure) -> Floats:
    """Return of each mark the sum of its distances from all; equal marks are compared once."""
    different, inverse, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    found = np.empty(len(different))
    step = max(1, _BLOCK // len(different))
    for start in range(0, len(different), step):
        part = different[start : start + step]
        found[start : start + step] = distance(part[:, None, :], different[None, :, :], measure) @ count
    return np.asarray(found[inverse.ravel()])


def _inside_groups(rows: Floats, group: Ints, n_groups: int, measure: Measure) -> Floats:
    """Return of each group the sum of distances of all ordered pairs of its marks."""
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(group, minlength=n_groups))[:-1])
    return np.array([_distance_to_all(rows[part], measure).sum() for part in parts])
