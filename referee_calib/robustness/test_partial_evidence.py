"""Evidence that is right by half is paid clearly less than the truth: no hole in precision, none in recall."""

from __future__ import annotations

import pytest

from referee_calib.robustness.conftest import Check
from referee_calib.robustness.partial_evidence import PARTIAL
from referee_calib.robustness.reward_under_test import RewardUnderTest


@pytest.mark.parametrize("part", PARTIAL["boxes"])
def test_partial_box_is_paid_less(reward: RewardUnderTest, check: Check, part: str) -> None:
    check(reward.partial_evidence("boxes", part))


@pytest.mark.parametrize("part", PARTIAL["span"])
def test_partial_span_is_paid_less(reward: RewardUnderTest, check: Check, part: str) -> None:
    check(reward.partial_evidence("span", part))
