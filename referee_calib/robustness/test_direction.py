"""A good reward pays less for what is wrong, whichever way it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referee_calib.robustness.conftest import Hold
from referee_calib.robustness.reward_outcomes import WRONG, Held

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.reward_table import On


def test_truth_pays_more_than_evidence_elsewhere(held: Held, hold: Hold, on: On) -> None:
    hold(held.truth(on))


@pytest.mark.parametrize("wrong", WRONG["boxes"])
def test_wrong_boxes_pay_less(held: Held, hold: Hold, wrong: str) -> None:
    hold(held.wrong("boxes", wrong))


@pytest.mark.parametrize("wrong", WRONG["span"])
def test_wrong_spans_pay_less(held: Held, hold: Hold, wrong: str) -> None:
    hold(held.wrong("span", wrong))


def test_too_late_pays_like_too_early(held: Held, hold: Hold, on: On) -> None:
    hold(held.aside(on))
