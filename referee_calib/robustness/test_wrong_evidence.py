"""Wrong evidence of any kind lowers the reward, and as much when it is too late as when it is too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referee_calib.robustness.conftest import Check
from referee_calib.robustness.reward_under_test import WRONG, RewardUnderTest

if TYPE_CHECKING:
    from referee_calib.perturbation import On


def test_truth_is_discriminated_from_background(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.discrimination(on))


@pytest.mark.parametrize("error", WRONG["boxes"])
def test_wrong_box_lowers_reward(reward: RewardUnderTest, check: Check, error: str) -> None:
    check(reward.wrong_evidence("boxes", error))


@pytest.mark.parametrize("error", WRONG["span"])
def test_wrong_span_lowers_reward(reward: RewardUnderTest, check: Check, error: str) -> None:
    check(reward.wrong_evidence("span", error))


def test_late_and_early_evidence_are_symmetric(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.temporal_symmetry(on))
