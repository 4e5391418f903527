"""Speed: the active seconds that each rater spends on a claim."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.analysis.study_monitor.rating_log import RatingLog


@dataclass(frozen=True, slots=True)
class RaterSpeed:
    """Quartiles of one rater's seconds per claim, over the claims whose time is known."""

    rater: str
    n_claims: int
    lower_quartile: float
    median: float
    upper_quartile: float


def rating_speed(log: RatingLog) -> list[RaterSpeed]:
    """Return each rater's speed, quickest first; raters without a known time are left out."""
    import numpy as np

    seconds: dict[str, dict[str, float]] = {}
    for one in log.latest:
        if one.seconds is not None:
            mine = seconds.setdefault(one.rater, {})
            mine[one.claim] = max(one.seconds, mine.get(one.claim, 0.0))  # each dimension repeats the time of its claim
    found = [
        RaterSpeed(rater, len(its), *(float(q) for q in np.quantile(list(its.values()), (0.25, 0.5, 0.75))))
        for rater, its in seconds.items()
    ]
    return sorted(found, key=lambda one: one.median)
