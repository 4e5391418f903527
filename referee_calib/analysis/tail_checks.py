"""The tail in the verdict: claims at the other end of the scale than everybody else, which no mean shows.

Training finds an exploit at any rate: at 1 % of claims, a step of 512 rollouts meets it five times, and the group's
advantage makes it more frequent. So one that people do not explain is never passed, whatever its rate; and a study that
has seen none says how large a share of videos it has excluded. Confident rejection is not sought by training, it only
leaves true claims unpaid: there the rate alone is held.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.analysis.threshold_check import ThresholdCheck, check_estimate
from referee_calib.verdict_state import MOST_VIDEOS, VerdictState

if TYPE_CHECKING:
    from agreement import OppositeEnd, OppositeLevels
    from referee_calib.thresholds import Thresholds

LEVEL = 0.025  # of the one-sided test against one more person, as of each end of a 95 % interval
STRICT = 0.01  # the share that a remark says how to exclude


def check_tail(dimension: str, found: OppositeLevels, limits: Thresholds) -> tuple[ThresholdCheck, ThresholdCheck]:
    """Hold confident acceptance and confident rejection of one dimension against their limits."""
    acceptance = _rate(dimension, "confident_acceptance", found.acceptance, limits.confident_acceptance)
    if acceptance.value is not None:
        acceptance = _against_people(acceptance, found.acceptance)
    rejection = _rate(dimension, "confident_rejection", found.rejection, limits.confident_rejection)
    return (
        replace(acceptance, remark=_remark(found.acceptance, found.n_units, f"≤ {found.low:g}", f"≥ {found.high:g}")),
        replace(rejection, remark=_remark(found.rejection, found.n_units, f"≥ {found.high:g}", f"≤ {found.low:g}")),
    )


def _rate(dimension: str, threshold: str, found: OppositeEnd, at_most: float) -> ThresholdCheck:
    from agreement import clusters_to_exclude

    check = check_estimate(dimension, threshold, found.far_share, at_most=at_most)
    if check.state is not VerdictState.CANNOT_TELL or check.value is None:
        return check
    needed = clusters_to_exclude(at_most, affected=found.n_far) if check.value < at_most else MOST_VIDEOS + 1
    return replace(check, videos_needed=needed if needed <= MOST_VIDEOS else None)


def _against_people(check: ThresholdCheck, found: OppositeEnd) -> ThresholdCheck:
    """Miss what people do not do, and pass no far claim that they do not explain."""
    if found.test.p_value is not None and found.test.p_value <= LEVEL:
        why = f"it does so more often than one more person would ({found.test})"
        return replace(check, state=VerdictState.FAIL, reason=why, videos_needed=None)
    if check.state is not VerdictState.FAIL and found.beyond_people:  # more videos do not undo what was seen
        expected = found.far_expected or 0.0
        why = f"{found.n_far} videos have such a claim, of one more person {expected:.1f} would; look at those claims"
        return replace(check, state=VerdictState.CANNOT_TELL, reason=why, videos_needed=None)
    return check


def _remark(found: OppositeEnd, n_units: int, people: str, referee: str) -> str:
    """Say what was counted, and what is not excluded."""
    from agreement import clusters_to_exclude

    if found.share.value is None or found.far_share.high is None:
        return ""
    n, k = found.share.n_clusters or 0, round(found.share.value * (found.share.n_clusters or 0))
    told = (
        f"Everybody {people} and the referee {referee} on {len(found.units)} of {n_units:,} claims, in {k} of {n:,} "
        f"videos (one more person: {found.expected or 0:.1f}); at least three quarters of the scale from everybody on "
        f"{len(found.far_units)}, in {found.n_far} of {n:,} videos."
    )
    if found.far_share.high > STRICT:
        told += (
            f" Up to {100 * found.far_share.high:.1f} % of videos are not excluded; excluding {100 * STRICT:g} % takes "
            f"{clusters_to_exclude(STRICT, affected=found.n_far):,} videos"
            f"{' with no more of them' if found.n_far else ' without one'}."
        )
    return told
