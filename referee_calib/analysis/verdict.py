"""The verdict: every threshold of a study, on every dimension, held against an interval and nothing else.

A threshold is passed when the whole interval lies on its right side, missed when the whole interval lies on its wrong
side, and otherwise nobody can tell. That all thresholds are passed needs no correction for their number: each
alone has to hold. That one of them is missed is found by chance in about 2.5 % of cases for each that is just reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import MOST_VIDEOS, VerdictState, combined, decide, videos_needed

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult
    from referee_calib.analysis.human_agreement.alternative_annotator_check import AlternativeAnnotatorResult


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
        or where no number can be projected.
    held_back : bool
        True where the interval lies on the right side and only the number of videos is in the way.
    worst : str
        The kind of wrong evidence it is about, where the worst of several is held.
    unheld : bool
        True where a run that could tell is there and was made for another referee or other thresholds.
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
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class StudyVerdict:
    """All checks under one state.

    Attributes
    ----------
    gaps : tuple of str
        Which thresholds were held against nothing, or against nothing that counts, as sentences.
    """

    state: VerdictState
    thresholds: Thresholds
    checks: tuple[ThresholdCheck, ...]
    gaps: tuple[str, ...] = ()


def hold_thresholds(
    results: Iterable[tuple[DimensionResult, AlternativeAnnotatorResult | None, Estimate]],
    thresholds: Thresholds,
    others: Iterable[ThresholdCheck] = (),
    gaps: Iterable[str] = (),
) -> StudyVerdict:
    """Hold every dimension against every threshold.

    Parameters
    ----------
    results : iterable of (DimensionResult, StandIn or None, Estimate)
        What was measured, the alternative annotator test (None where nobody rated), and the rate of failed scores.
    thresholds : Thresholds
    others : iterable of ThresholdCheck
        What is held beside the dimensions (see :mod:`~referee_calib.analysis.reward_behaviour.last_run_checks`).
    gaps : iterable of str
        What nothing was held against; empty ones are left out.
    """
    held = [
        check
        for result, alternative, failed in results
        for check in _dimension(result, alternative, failed, thresholds)
    ]
    checks = (*held, *others)
    return StudyVerdict(combined(check.state for check in checks), thresholds, checks, tuple(filter(None, gaps)))


def _dimension(
    result: DimensionResult, alternative: AlternativeAnnotatorResult | None, failed: Estimate, limits: Thresholds
) -> list[ThresholdCheck]:
    named = {row.name: row for row in result.coefficients}
    alpha, kappa = named["krippendorff_alpha_ordinal"], named["cohen_kappa_quadratic"]
    videos = kappa.difference.n_clusters or (result.counts.videos if kappa.difference.value is not None else 0)
    name = result.dimension
    checks = [
        _estimate(name, "ceiling_alpha", alpha.people, at_least=limits.ceiling_alpha),
        _estimate(name, "loss", kappa.difference, at_least=-limits.loss),
        _alternative(name, alternative, limits),
        _miscalibration(result, limits.miscalibration_share),
        _estimate(name, "leniency", result.leniency, at_least=-limits.leniency, at_most=limits.leniency),
        _estimate(name, "failure_rate", failed, at_most=limits.failure_rate),
    ]
    return [*(require_videos(check, videos, limits.videos) for check in checks), _videos(name, videos, limits.videos)]


def _estimate(
    dimension: str, threshold: str, found: Estimate, *, at_least: float | None = None, at_most: float | None = None
) -> ThresholdCheck:
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


def _miscalibration(result: DimensionResult, at_most: float) -> ThresholdCheck:
    """Hold ``MSC / (UNC - noise floor)`` against its limit; the interval is that of MSC, over the same denominator."""
    from agreement import Estimate

    curve = result.calibration
    room = None if curve.unc is None or curve.noise_floor is None else curve.unc - curve.noise_floor
    reason = curve.reason
    if room is None:
        reason = reason or "people's own noise is not known: no claim was rated by two of them"
    elif room <= 0:
        reason = "people differ as much on one claim as between claims, so there is nothing to explain"
    if curve.msc_corrected is None or room is None or room <= 0:
        none = Estimate(None, None, None, reason=reason or "the calibration curve is not defined")
        return _estimate(result.dimension, "miscalibration_share", none, at_most=at_most)
    low, high = (None if end is None else end / room for end in (curve.msc_low, curve.msc_high))
    share = Estimate(
        curve.msc_corrected / room, low, high, n_clusters=curve.n_clusters, reason=None if low is not None else reason
    )
    return _estimate(result.dimension, "miscalibration_share", share, at_most=at_most)


def _alternative(dimension: str, found: AlternativeAnnotatorResult | None, limits: Thresholds) -> ThresholdCheck:
    """Hold the winning rate against its limit; its interval runs from who is won to who is not lost."""
    at_least = limits.alt_test_winning_rate
    bare = ThresholdCheck(dimension=dimension, threshold="alt_test", state=VerdictState.CANNOT_TELL, at_least=at_least)
    if found is None or found.rate is None or found.most is None:
        return replace(bare, reason=(found and found.test.reason) or "nobody gave a level on this dimension")
    told = replace(bare, value=found.rate, low=found.rate, high=found.most, videos=found.test.n_clusters or 0)
    state = decide(found.rate, found.most, at_least, None)
    if state is not VerdictState.CANNOT_TELL:
        return replace(told, state=state)
    needed = found.videos
    return replace(told, videos_needed=needed if needed is not None and needed <= MOST_VIDEOS else None)


def require_videos(check: ThresholdCheck, videos: int, fewest: int) -> ThresholdCheck:
    """Let nothing pass below the smallest number of videos; a projection never names fewer."""
    if check.state is VerdictState.PASS and videos < fewest:
        why = f"nothing passes below {fewest} videos"
        return replace(check, state=VerdictState.CANNOT_TELL, reason=why, videos_needed=fewest, held_back=True)
    if check.videos_needed is not None:
        return replace(check, videos_needed=max(check.videos_needed, fewest))
    return check


def _videos(dimension: str, videos: int, fewest: int) -> ThresholdCheck:
    enough = videos >= fewest
    return ThresholdCheck(
        dimension=dimension,
        threshold="videos",
        state=VerdictState.PASS if enough else VerdictState.CANNOT_TELL,
        value=float(videos),
        low=float(videos),
        high=float(videos),
        at_least=float(fewest),
        videos=videos,
        videos_needed=None if enough else fewest,
    )
