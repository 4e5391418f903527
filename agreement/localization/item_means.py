"""Means over items, every item counting the same, with intervals over the independent groups of items."""

from __future__ import annotations

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Bools, Floats, Ints
from agreement.estimate import Estimate, Interval
from agreement.intervals.jackknife import bounded_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.localization.annotator_marks import AnnotatorMarks


def mean_over_items(
    marks: AnnotatorMarks, values: Floats, blank: Estimate, bounds: tuple[float, float] = (0.0, 1.0), *, limits: bool
) -> Estimate:
    """Return the mean of one value per item, NaN where it has none; `blank` holds the counts of what enters."""
    known = ~np.isnan(values)
    if not known.any():
        return blank
    rows = np.stack([values[known], np.ones(int(known.sum()))], axis=1)
    statistic = StatisticOfSums.by_group(rows, renumbered(marks.member[known]), _ratio)
    interval = bounded_jackknife_t(statistic.jackknife(), bounds, confidence=blank.confidence) if limits else Interval()
    return blank.with_interval(statistic.point, interval)


def mean_of_pairs(marks: AnnotatorMarks, values: Floats) -> Floats:
    """Return the mean, per item, of one value per pair of its marks; NaN for items with fewer than two."""
    return mean_by_item(values, marks.item[marks.pairs[0]], len(marks.items))


def mean_by_item(values: Floats, item: Ints, n_items: int, known: Bools | None = None) -> Floats:
    """Return the mean of values per item, NaN where it has none."""
    if known is not None:
        values, item = values[known], item[known]
    count = np.bincount(item, minlength=n_items)
    total = np.bincount(item, weights=values, minlength=n_items)
    return np.asarray(np.divide(total, count, out=np.full(n_items, np.nan), where=count > 0))


def _ratio(sums: Floats) -> Floats:
    return np.asarray(
        np.divide(sums[..., 0], sums[..., 1], out=np.full(sums.shape[:-1], np.nan), where=sums[..., 1] > 0)
    )
