"""What a test of the suite found, and how it says so."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.verdict_state import VerdictState

ValueRange = tuple[float, float]
UNIT_RANGE: ValueRange = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class PropertyOutcome:
    """What a test found.

    Attributes
    ----------
    state : VerdictState
    measured : str
        The measured value with its interval and its limit, or why there is none.
    unexamined : bool
        Whether the reward might have failed, had the study, or the reward itself, given the test anything to see.
    """

    state: VerdictState
    measured: str
    unexamined: bool = False


def not_applicable(reason: str) -> PropertyOutcome:
    """Return the outcome of a test that this reward cannot fail."""
    return PropertyOutcome(VerdictState.NOT_APPLICABLE, reason)


def unexamined(reason: str) -> PropertyOutcome:
    """Return the outcome of a test that had nothing to see: a hole may be hidden there."""
    return PropertyOutcome(VerdictState.NOT_APPLICABLE, reason, unexamined=True)


def interval_text(value: float, low: float | None, high: float | None, limit: str) -> str:
    """Write a value with its interval and what it is to be."""
    interval = "no interval" if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return f"{value:.3f} ({interval}), to be {limit}"
