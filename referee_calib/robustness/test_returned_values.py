"""A reward gives a number for each reply, within its range, and the same number for the same reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.robustness.conftest import Check
from referee_calib.robustness.reward_under_test import RewardUnderTest

if TYPE_CHECKING:
    from referee_calib.perturbation import On


def test_each_reply_is_paid_a_number(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.numbers(on))


def test_reward_stays_within_its_range(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.within_range(on))


def test_same_reply_is_paid_the_same(reward: RewardUnderTest, check: Check, on: On) -> None:
    check(reward.repeatability(on))
