"""The verdict: every threshold of a study, on every dimension, held against an interval and nothing else.

A threshold is passed when the whole interval lies on its right side, missed when the whole interval lies on its wrong
side, and otherwise nobody can tell. That all thresholds are passed needs no correction for their number: each
alone has to hold. That one of them is missed is found by chance in about 2.5 % of cases for each that is just reached.
What means do not show is held in :mod:`~referee_calib.analysis.tail_checks` (rare confident errors) and
:mod:`~referee_calib.analysis.slice_checks` (kinds of claims).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from referee_calib.analysis.slice_checks import check_slices, unjudged_slices
from referee_calib.analysis.tail_checks import check_tail
from referee_calib.analysis.threshold_check import ThresholdCheck, check_estimate, require_videos
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import MOST_VIDEOS, VerdictState, combined, decide

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult
    from referee_calib.analysis.human_agreement.alternative_annotator_check import AlternativeAnnotatorResult

NOT_COMPARED = ("ceiling_alpha", "failure_rate")  # these look at people alone, and at the referee alone


@dataclass(frozen=True, slots=True)
class StudyVerdict:
    """All checks under one state.

    Attributes
    ----------
    gaps : tuple of str
        Which thresholds were held against nothing, or against nothing that counts, as sentences.
    beyond : str
        What data of this kind cannot be held to; "" where there is nothing of the kind.
    """

    state: VerdictState
    thresholds: Thresholds
    checks: tuple[ThresholdCheck, ...]
    gaps: tuple[str, ...] = ()
    beyond: str = ""


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
    measured = list(results)
    held = [check for found in measured for check in _dimension(*found, thresholds)]
    checks = (*held, *others)
    named = (unjudged_slices(result for result, *_ in measured), *gaps)
    return StudyVerdict(combined(check.state for check in checks), thresholds, checks, tuple(filter(None, named)))


def _dimension(
    result: DimensionResult, alternative: AlternativeAnnotatorResult | None, failed: Estimate, limits: Thresholds
) -> list[ThresholdCheck]:
    named = {row.name: row for row in result.coefficients}
    alpha, kappa = named["krippendorff_alpha_ordinal"], named["cohen_kappa_quadratic"]
    videos = kappa.difference.n_clusters or (result.counts.videos if kappa.difference.value is not None else 0)
    name = result.dimension
    checks = [
        check_estimate(name, "ceiling_alpha", alpha.people, at_least=limits.ceiling_alpha),
        check_estimate(name, "loss", kappa.difference, at_least=-limits.loss),
        _alternative(name, alternative, limits),
        _miscalibration(result, limits.miscalibration_share),
        check_estimate(name, "leniency", result.leniency, at_least=-limits.leniency, at_most=limits.leniency),
        check_estimate(name, "failure_rate", failed, at_most=limits.failure_rate),
        *(check_tail(name, result.tail, limits) if result.tail else ()),
        *check_slices(result, limits),
    ]
    copied = _copied(result)
    checks = [_copy_proves_nothing(check, copied) if copied else check for check in checks]
    return [*(require_videos(check, videos, limits.videos) for check in checks), _videos(name, videos, limits.videos)]


def _copied(result: DimensionResult) -> str:
    """Name what is known of a referee that equals or repeats a person; "" where it does neither."""
    from agreement import Note, NoteCode

    copies = (NoteCode.REFEREE_EQUALS_RATER, NoteCode.REFEREE_REPEATS_RATER)
    return next((str(note) for note in result.notes if isinstance(note, Note) and note.code in copies), "")


def _copy_proves_nothing(check: ThresholdCheck, copied: str) -> ThresholdCheck:
    """Pass nothing that compares a referee with people of whom one is itself."""
    if check.state is not VerdictState.PASS or check.threshold in NOT_COMPARED:
        return check
    return replace(check, state=VerdictState.CANNOT_TELL, reason=copied)


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
        return check_estimate(result.dimension, "miscalibration_share", none, at_most=at_most)
    low, high = (None if end is None else end / room for end in (curve.msc_low, curve.msc_high))
    share = Estimate(
        curve.msc_corrected / room, low, high, n_clusters=curve.n_clusters, reason=None if low is not None else reason
    )
    return check_estimate(result.dimension, "miscalibration_share", share, at_most=at_most)


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
