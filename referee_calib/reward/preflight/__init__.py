"""Before the first step: whether a reward can pay the replies to a data set, and what it would pay."""

from referee_calib.reward.preflight.preflight_check import check_training
from referee_calib.reward.preflight.preflight_result import Finding, PreflightResult

__all__ = ["Finding", "PreflightResult", "check_training"]
