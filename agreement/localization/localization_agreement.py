"""Agreement of several annotators on where or when, as one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields
from agreement.localization.annotator_marks import AnnotatorMarks, Kind
from agreement.localization.consensus_marks import overlap_with_others
from agreement.localization.item_means import mean_by_item, mean_of_pairs, mean_over_items
from agreement.localization.localization_alpha import CHANCES, LocalizationAlpha, localization_alpha
from agreement.localization.mark_overlap import MEASURES, generalized_overlap, overlap
from agreement.localization.split_items import split_items
from agreement.options import check_confidence

FEW_FOR_OTHERS = "no item was marked by three annotators, so that one could be held against the median of others"
FEW_FOR_GROUPS = "no item was marked by four annotators, so that two groups of two could be told"


@dataclass(frozen=True)
class LocalizationAgreement(JsonFields):
    """How well several annotators' spans, or boxes, agree.

    Parameters
    ----------
    kind : {"span", "box"}
    n_items, n_single, n_marks : int
        Items marked at all, those of one annotator (they say nothing about agreement), and marks.
    overlap : Estimate
        Mean IoU (of spans tIoU) of two annotators' marks of an item; every item counts the same.
    generalized : Estimate
        Mean generalized IoU, which tells a near miss from a far one.
    alphas : tuple of LocalizationAlpha
        Beyond chance: two distances, each with two kinds of chance.
    rejected : mapping of str to Estimate
        Share of people's pairs whose overlap lies below a threshold: what a reward with that gate would refuse.
    with_others : Estimate
        Mean overlap of one annotator with the median of the item's others.
    rejected_by_others : mapping of str to Estimate
        Share of marks below a threshold against the median of the others.
    split : Estimate
        Share of items on which annotators split into groups (:mod:`agreement.localization.split_items`).
    """

    kind: Kind
    n_items: int
    n_single: int
    n_marks: int
    overlap: Estimate
    generalized: Estimate
    alphas: tuple[LocalizationAlpha, ...]
    rejected: Mapping[str, Estimate]
    with_others: Estimate
    rejected_by_others: Mapping[str, Estimate]
    split: Estimate


def localization_agreement(
    marks: AnnotatorMarks,
    *,
    thresholds: Sequence[float] = (0.5,),
    confidence: float = 0.95,
    interval: bool = True,
) -> LocalizationAgreement:
    """Measure how well annotators agree on where or when.

    Parameters
    ----------
    marks : AnnotatorMarks
        Of :func:`span_marks` or :func:`box_marks`.
    thresholds : sequence of float
        Overlaps above 0 and up to 1 at which a pair of people would be refused.
    confidence : float, default 0.95
        Nominal coverage of the intervals.
    interval : bool, default True
        Whether to make intervals: jackknife-t over clusters, or items where there are none.

    Returns
    -------
    LocalizationAgreement
        Chance from marks of any two items compares every two different marks: its time grows with the square of their
        number: some two seconds for 4,000 marks, some twenty for 16,000.

    Raises
    ------
    AgreementError
        For a threshold that is no overlap, or a confidence that is no share.

    Examples
    --------
    Two people overlap by 5 of 10 and by all of 2, so by 0.75 on average; half of the pairs lie below 0.6:

    >>> from agreement import span_marks
    >>> marks = span_marks(["a", "a", "b", "b"], [1, 2, 1, 2], [0, 5, 2, 2], [10, 10, 4, 4], length=20)
    >>> found = localization_agreement(marks, thresholds=[0.6])
    >>> found.overlap.value, found.rejected["0.6"].value
    (0.75, 0.5)
    """
    check_confidence(confidence)
    gates = _checked_thresholds(thresholds)
    two = marks.blank(confidence)
    three = replace(marks.blank(confidence, 3), reason=FEW_FOR_OTHERS)
    first, second = marks.pairs
    same = overlap(marks.rows[first], marks.rows[second])
    general = generalized_overlap(marks.rows[first], marks.rows[second])
    alone = overlap_with_others(marks)
    held = ~np.isnan(alone)
    n = len(marks.items)
    return LocalizationAgreement(
        kind=marks.kind,
        n_items=n,
        n_single=marks.n_single,
        n_marks=len(marks.rows),
        overlap=mean_over_items(marks, mean_of_pairs(marks, same), two, limits=interval),
        generalized=mean_over_items(marks, mean_of_pairs(marks, general), two, (-1.0, 1.0), limits=interval),
        alphas=tuple(
            localization_alpha(marks, measure, chance, two, limits=interval)
            for measure in MEASURES
            for chance in CHANCES
        ),
        rejected={
            f"{gate:g}": mean_over_items(
                marks, mean_of_pairs(marks, (same < gate).astype(np.float64)), two, limits=interval
            )
            for gate in gates
        },
        with_others=mean_over_items(marks, mean_by_item(alone, marks.item, n, held), three, limits=interval),
        rejected_by_others={
            f"{gate:g}": mean_over_items(
                marks, mean_by_item((alone < gate).astype(np.float64), marks.item, n, held), three, limits=interval
            )
            for gate in gates
        },
        split=mean_over_items(
            marks, split_items(marks), replace(marks.blank(confidence, 4), reason=FEW_FOR_GROUPS), limits=interval
        ),
    )


def _checked_thresholds(thresholds: Sequence[float]) -> tuple[float, ...]:
    gates = tuple(float(gate) for gate in thresholds)
    for gate in gates:
        if not 0 < gate <= 1:
            raise AgreementError(f"threshold {gate:g}", "an overlap lies above 0 and up to 1", "Write [0.5].")
    return gates
