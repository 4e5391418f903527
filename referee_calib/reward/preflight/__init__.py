"""Before the first step: whether a reward can pay the replies to a data set, and what it would pay."""

from referee_calib.reward.preflight.preflight_check import check_training
from referee_calib.reward.preflight.preflight_result import PreflightFinding, PreflightResult

__all__ = ["PreflightFinding", "PreflightResult", "check_training"]
