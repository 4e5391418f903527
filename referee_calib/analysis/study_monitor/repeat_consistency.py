"""Consistency of each rater with themselves: second looks at claims that they rated before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from referee_calib.analysis.study_monitor.rating_log import RatingLog


@dataclass(frozen=True, slots=True)
class RepeatConsistency:
    """One rater's second looks on one dimension.

    Attributes
    ----------
    n : int
        Claims with a level at both looks.
    same : float
        Share of equal levels.
    distance : float
        Mean absolute difference, in levels.
    """

    rater: str
    dimension: str
    n: int
    same: float
    distance: float


def repeat_consistency(log: RatingLog) -> list[RepeatConsistency]:
    """Return it by rater and dimension, where there are second looks."""
    first = {(one.claim, one.rater, one.dimension): one.level for one in log.latest}
    apart: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in log.repeats:
        before = first.get((one.claim, one.rater, one.dimension))
        if before is not None and one.level is not None:
            apart[one.rater, one.dimension].append(abs(one.level - before))
    return [
        RepeatConsistency(rater, dimension, len(its), sum(not gap for gap in its) / len(its), sum(its) / len(its))
        for (rater, dimension), its in sorted(apart.items())
    ]
