"""Policy improvement held against its threshold: the referee's gain as a share of a person's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.analysis.policy_improvement.compared_rewards import REFEREE
from referee_calib.analysis.threshold_check import ThresholdCheck, check_estimate, require_videos

if TYPE_CHECKING:
    from agreement import HumanCeiling
    from referee_calib.thresholds import Thresholds

DIMENSION = "rollouts"  # what the check is about, where others have a dimension of the rubric
TOO_FEW = "too few rollouts of a group were rated by one person and another one, and paid by the referee"


def check_improvement(
    ceiling: HumanCeiling | None, n: int, limits: Thresholds, reason: str = ""
) -> tuple[tuple[ThresholdCheck, ...], str]:
    """Return the check of best of n, or none and why nothing could be held (`reason`, where it is known).

    Where groups were rated, and a person's own gain is not told from 0, the check is open: more videos would tell.
    """
    shares = ceiling.shares if ceiling else ()
    share = next((one for one in shares if one.reward == REFEREE and one.n == n and one.n_groups > 1), None)
    if share is None:
        return (), f"Policy improvement is not held against anything: {reason or TOO_FEW}."
    check = check_estimate(DIMENSION, "improvement_share", share.share, at_least=limits.improvement_share)
    check = replace(check, remark=f"Best of {n}, over {share.n_groups:,} pairs of a person and a group.")
    return (require_videos(check, check.videos, limits.videos),), ""
