"""Drift as a curve: how far each rater lies from the others on the same claims, block by block of their own ratings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from referee_calib.analysis.study_monitor.rating_log import RatingLog, moment
from referee_calib.records import Rating

BLOCK = 20  # levels of one rater that others gave a level beside


@dataclass(frozen=True, slots=True)
class DeviationBlock:
    """One block of a rater's levels on one dimension.

    Attributes
    ----------
    first, last : int
        Which of the rater's compared levels these are, from 1.
    deviation : float
        Mean of the rater's level minus the mean of the others' on the same claim, in levels.
    """

    rater: str
    dimension: str
    first: int
    last: int
    deviation: float


def deviation_over_time(log: RatingLog, *, block: int = BLOCK) -> list[DeviationBlock]:
    """Return the blocks in order; the last one of a rater has half to one and a half of the others' levels."""
    levels: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    for one in log.counted:
        if one.level is not None:
            levels[one.claim, one.dimension].append(one)
    apart: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for given in levels.values():
        for one, deviation in _deviations(given):
            apart[one.rater, one.dimension].append((one.time, deviation))
    return [part for (rater, dimension), its in sorted(apart.items()) for part in _blocks(rater, dimension, its, block)]


def _deviations(given: list[Rating]) -> list[tuple[Rating, float]]:
    total, n = sum(one.level or 0 for one in given), len(given)
    if n < 2:
        return []
    return [(one, (one.level or 0) - (total - (one.level or 0)) / (n - 1)) for one in given]


def _blocks(rater: str, dimension: str, apart: list[tuple[str, float]], block: int) -> list[DeviationBlock]:
    inorder = [value for _, value in sorted(apart, key=lambda pair: _seconds(pair[0]))]
    n_blocks = max(1, round(len(inorder) / block))  # a rest shorter than half a block joins the last one
    ends = [*(block * number for number in range(1, n_blocks)), len(inorder)]
    parts = [(start, inorder[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    return [
        DeviationBlock(rater, dimension, start + 1, start + len(part), sum(part) / len(part)) for start, part in parts
    ]


def _seconds(time: str) -> float:
    found = moment(time)
    return found.timestamp() if found else 0.0
