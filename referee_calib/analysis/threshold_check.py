"""One threshold held against one interval, whatever was measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from referee_calib.verdict_state import VerdictState, decide, videos_needed

if TYPE_CHECKING:
    from agreement import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCheck:
    """One threshold on one dimension.

    Attributes
    ----------
    dimension, threshold : str
        `threshold` is a name of :class:`referee_calib.thresholds.Thresholds`; "alt_test" stands for its two.
    value, low, high : float or None
        What was measured, with its interval.
    at_least, at_most : float or None
        The range in which the whole interval has to lie.
    reason : str
        Why there is no value or no interval, or why an interval on the right side does not pass; else "".
    videos : int
        Videos behind it.
    videos_needed : int or None
        About how many would tell, if the value stayed and the interval shrank with 1/√videos; None where it is told,
        or where no number can be projected. Of an exact limit: how many would exclude the rate if no more were seen.
    held_back : bool
        True where the interval lies on the right side and only the number of videos is in the way.
    worst : str
        The kind of wrong evidence or of claims it is about, where the worst of several is held.
    unheld : bool
        True where a run that could tell is there and was made for another referee or other thresholds.
    remark : str
        What a reader has to know beside it, as sentences; else "".
    incomplete : str
        What the scores that are missing could make of it, where they alone are in the way; else "".
    """

    dimension: str
    threshold: str
    state: VerdictState
    value: float | None = None
    low: float | None = None
    high: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    reason: str = ""
    videos: int = 0
    videos_needed: int | None = None
    held_back: bool = False
    worst: str = ""
    unheld: bool = False
    remark: str = ""
    incomplete: str = ""


def check_estimate(
    dimension: str, threshold: str, found: Estimate, *, at_least: float | None = None, at_most: float | None = None
) -> ThresholdCheck:
    """Hold an interval against a range, and project the videos that would tell."""
    bare = ThresholdCheck(
        dimension=dimension, threshold=threshold, state=VerdictState.CANNOT_TELL, value=found.value, low=found.low,
        high=found.high, at_least=at_least, at_most=at_most, videos=found.n_clusters or 0,
    )  # fmt: skip
    if found.value is None or found.low is None or found.high is None:
        return replace(bare, reason=found.reason or "it has no interval")
    state = decide(found.low, found.high, at_least, at_most)
    if state is not VerdictState.CANNOT_TELL:
        return replace(bare, state=state)
    needed = videos_needed(found.value, found.low, found.high, at_least, at_most, bare.videos)
    return replace(bare, videos_needed=needed)


def require_videos(check: ThresholdCheck, videos: int, fewest: int) -> ThresholdCheck:
    """Let nothing pass below the smallest number of videos; a projection never names fewer."""
    if check.state is VerdictState.PASS and videos < fewest:
        why = f"nothing passes below {fewest} videos"
        return replace(check, state=VerdictState.CANNOT_TELL, reason=why, videos_needed=fewest, held_back=True)
    if check.videos_needed is not None:
        return replace(check, videos_needed=max(check.videos_needed, fewest))
    return check
