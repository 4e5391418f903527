"""Policy improvement held against its threshold: the referee's gain as a share of a person's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.analysis.policy_improvement.compared_rewards import REFEREE
from referee_calib.analysis.threshold_check import ThresholdCheck, check_estimate, require_videos

if TYPE_CHECKING:
    from agreement import GainShare
    from referee_calib.analysis.policy_improvement.study_improvement import StudyImprovement
    from referee_calib.thresholds import Thresholds

DIMENSION = "rollouts"  # what the check is about, where others have a dimension of the rubric
TOO_FEW = "too few rollouts of a group were rated by one person and another one, and paid by the referee"


def check_improvement(found: StudyImprovement, limits: Thresholds) -> tuple[tuple[ThresholdCheck, ...], str]:
    """Return the check, or none and why nothing could be held.

    Where groups were rated, and a person's own gain is not told from 0, the check is open: more videos would tell.
    """
    share = _share(found)
    if share is None:
        return (), f"Policy improvement is not held against anything: {found.reason or TOO_FEW}."
    check = check_estimate(DIMENSION, "improvement_share", share.share, at_least=limits.improvement_share)
    check = replace(check, remark=f"Best of {share.n}, over {share.n_groups:,} pairs of a person and a group.")
    return (require_videos(check, check.videos, limits.videos),), ""


def _share(found: StudyImprovement) -> GainShare | None:
    if found.ceiling is None:
        return None
    n = found.held_n()
    return next(
        (one for one in found.ceiling.shares if one.reward == REFEREE and one.n == n and one.n_groups > 1), None
    )
