"""What holding an interval against a threshold says: one vocabulary for every verdict of this package."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum


class VerdictState(StrEnum):
    """The outcome of one check, or of several together. Its value is the word in every file and on every page."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    CANNOT_TELL = "cannot tell"
    NOT_APPLICABLE = "not applicable"

    @property
    def symbol(self) -> str:
        """A sign for narrow tables, told apart without colour."""
        return {"pass": "✓", "fail": "✗", "cannot tell": "?", "not applicable": "–"}[self.value]


def decide(low: float, high: float, at_least: float | None = None, at_most: float | None = None) -> VerdictState:
    """Hold an interval against the range in which it has to lie.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    at_least, at_most : float, optional
        Ends of the range; None for an open one. The interval's ends may touch them.

    Returns
    -------
    VerdictState
        ``PASS`` when the interval lies within the range, ``FAIL`` when it lies outside, else ``CANNOT_TELL``.
    """
    floor = -math.inf if at_least is None else at_least
    roof = math.inf if at_most is None else at_most
    if floor <= low and high <= roof:
        return VerdictState.PASS
    return VerdictState.FAIL if high < floor or low > roof else VerdictState.CANNOT_TELL


def combined(states: Iterable[str]) -> VerdictState:
    """Return the state of several checks that must all hold: one failure fails, and nothing at all tells nothing.

    Parameters
    ----------
    states : iterable of VerdictState
        Checks that do not apply take no part.
    """
    counted = {VerdictState(state) for state in states} - {VerdictState.NOT_APPLICABLE}
    if VerdictState.FAIL in counted:
        return VerdictState.FAIL
    return VerdictState.PASS if counted == {VerdictState.PASS} else VerdictState.CANNOT_TELL
