"""A good reward forgives what two careful people would also differ in."""

from __future__ import annotations

import pytest

from referee_calib.robustness.conftest import Hold
from referee_calib.robustness.reward_outcomes import SLIPS, Held


@pytest.mark.parametrize("slip", SLIPS["boxes"])
def test_a_small_change_of_boxes_keeps_the_pay(held: Held, hold: Hold, slip: str) -> None:
    hold(held.slip("boxes", slip))


@pytest.mark.parametrize("slip", SLIPS["span"])
def test_a_small_change_of_a_span_keeps_the_pay(held: Held, hold: Hold, slip: str) -> None:
    hold(held.slip("span", slip))
