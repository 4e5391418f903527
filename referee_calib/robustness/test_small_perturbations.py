"""A small perturbation, no larger than the difference of two careful people, keeps the reward."""

from __future__ import annotations

import pytest

from referee_calib.robustness.conftest import Check
from referee_calib.robustness.reward_under_test import SMALL, RewardUnderTest


@pytest.mark.parametrize("family", SMALL["boxes"])
def test_small_box_perturbation_keeps_reward(reward: RewardUnderTest, check: Check, family: str) -> None:
    check(reward.small_perturbation("boxes", family))


@pytest.mark.parametrize("family", SMALL["span"])
def test_small_span_perturbation_keeps_reward(reward: RewardUnderTest, check: Check, family: str) -> None:
    check(reward.small_perturbation("span", family))
