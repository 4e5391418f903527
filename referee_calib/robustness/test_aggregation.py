"""What a whole reply is paid when one claim more is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.robustness.conftest import Hold
from referee_calib.robustness.reward_outcomes import Held

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.reward_table import On


def test_a_wrong_claim_more_never_raises_a_reply(held: Held, hold: Hold, on: On) -> None:
    hold(held.probe(on, "added_wrong"))


def test_a_claim_repeated_never_raises_a_reply(held: Held, hold: Hold, on: On) -> None:
    hold(held.probe(on, "added_duplicate"))


def test_a_true_claim_more_never_ruins_a_reply(held: Held, hold: Hold, on: On) -> None:
    hold(held.probe(on, "added_true"))
