"""What holding an interval against a threshold says: one vocabulary for every verdict of this package."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum

MOST_VIDEOS = 2_000  # no study is planned with more; a projection beyond is none


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
    """Hold an interval against a range, None for an open end: ``PASS`` within or touching it, ``FAIL`` outside."""
    floor = -math.inf if at_least is None else at_least
    roof = math.inf if at_most is None else at_most
    if floor <= low and high <= roof:
        return VerdictState.PASS
    return VerdictState.FAIL if high < floor or low > roof else VerdictState.CANNOT_TELL


def videos_needed(
    value: float, low: float, high: float, at_least: float | None, at_most: float | None, videos: int
) -> int | None:
    """Project how many videos would tell, if the value stayed and the interval shrank with 1/√videos.

    An arm of the interval of length a that crosses a limit at the distance d from the value ends on it with
    ``videos · (a / d)²``. Within the range every arm that crosses a limit has to shrink, outside it the one towards
    the range. None where the value lies on a limit, or so near that no study could tell.
    """
    limits = [(limit, side) for limit, side in ((at_least, -1), (at_most, 1)) if limit is not None]
    outside = [(limit, side) for limit, side in limits if (value - limit) * side > 0]
    times = 1.0
    for limit, side in outside or limits:
        towards = -side if outside else side
        arm, distance = (value - low, abs(value - limit)) if towards < 0 else (high - value, abs(value - limit))
        if distance == 0:
            return None
        times = max(times, (arm / distance) ** 2)
    needed = math.ceil(videos * times - 1e-6)  # so that four times 20 is not 81 for the last bit
    return needed if needed <= MOST_VIDEOS else None


def combined(states: Iterable[str]) -> VerdictState:
    """Return the state of several checks that must all hold: one failure fails, and nothing at all tells nothing."""
    counted = {VerdictState(state) for state in states} - {VerdictState.NOT_APPLICABLE}
    if VerdictState.FAIL in counted:
        return VerdictState.FAIL
    return VerdictState.PASS if counted == {VerdictState.PASS} else VerdictState.CANNOT_TELL
