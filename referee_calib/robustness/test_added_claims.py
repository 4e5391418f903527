"""Aggregation over a reply: what one claim more does to its reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.robustness.conftest import Check
from referee_calib.robustness.reward_under_test import RewardUnderTest

if TYPE_CHECKING:
    from referee_calib.perturbation import On


def test_added_wrong_claim_never_raises_reward(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.exploit_gain(on, "added_wrong"))


def test_duplicated_claim_never_raises_reward(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.exploit_gain(on, "added_duplicate"))


def test_added_true_claim_never_ruins_reward(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.exploit_gain(on, "added_true"))
