"""Straight-lining: the same answer to claim after claim, for longer than chance explains.

How often others give an answer says how long a run of it may be by chance: where every second claim deserves 4 on
every scale, an honest rater gives it ten times in a row now and then, and twenty times never. The personal order of
the claims is random, so a run has the chance of as many independent draws. Lenient raters give an answer more often
than others do, so no answer is taken to be rarer than one in two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from referee_calib.study.quality.quality_flag import QualityFlag
from referee_calib.study.quality.rating_acts import RatingAct
from referee_calib.study.settings import QualitySettings

MIN_ACTS = 20  # of another rater, so that it says how often that one gives an answer
QUANTILE = 0.75  # of the other raters: people differ in leniency, and one who answers alike is no measure
LEAST_SHARE = (
    0.5  # how often an answer is taken to be right at least: a lenient rater gives one twice as often as others
)


def straight_lining_flags(by_rater: Mapping[str, Sequence[RatingAct]], settings: QualitySettings) -> list[QualityFlag]:
    """Return one flag for each rater whose longest run of one answer has a chance below ``run_chance``."""
    if settings.straight_lining == "off":
        return []
    found = (_longest_run_flag(rater, by_rater, settings) for rater in by_rater)
    return [one for one in found if one is not None]


def chance_of_run(length: int, n: int, share: float) -> float:
    """Return at most how probable a run of at least so many equal answers among n is, given how often it is right.

    The run begins at the first answer, or after another one: q^k (1 + (n - k) (1 - q)).

    Examples
    --------
    >>> chance_of_run(3, 3, 0.5)
    0.125
    """
    return min(1.0, share**length * (1 + max(0, n - length) * (1 - share)))


def _longest_run_flag(
    rater: str, by_rater: Mapping[str, Sequence[RatingAct]], settings: QualitySettings
) -> QualityFlag | None:
    acts = [one for one in by_rater[rater] if not one.skipped]
    runs = [list(its) for _, its in groupby(acts, key=lambda one: one.answer)]
    rated = [
        (chance_of_run(len(run), len(acts), _share(run[0].answer, rater, by_rater)), run)
        for run in runs
        if len(run) >= settings.min_run
    ]
    if not rated:
        return None
    chance, run = min(rated, key=lambda one: one[0])
    if chance >= settings.run_chance:
        return None
    words = (
        f"{len(run)} identical answers in a row; by chance that happens to one in {1 / max(chance, 1e-9):,.0f} raters."
    )
    claims = tuple(one.claim for one in run)
    return QualityFlag(
        rater,
        "",
        "straight-lining",
        chance,
        settings.run_chance,
        settings.straight_lining,
        words,
        claims,
    )


def _share(answer: object, rater: str, by_rater: Mapping[str, Sequence[RatingAct]]) -> float:
    """Return how often an answer is given, by the upper quartile of the other raters, and half of the time at least."""
    shares = [
        (sum(one.answer == answer for one in acts) + 1) / (len(acts) + 2)
        for name, acts in by_rater.items()
        if name != rater and len(acts) >= MIN_ACTS
    ]
    return max(LEAST_SHARE, float(np.quantile(shares, QUANTILE))) if len(shares) >= 2 else LEAST_SHARE
