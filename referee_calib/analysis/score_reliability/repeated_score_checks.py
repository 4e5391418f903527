"""What repeats forbid a verdict to say: nothing passes on a first sample that the others do not bear out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from referee_calib.analysis.score_reliability.repeated_scores import RepeatedScores
from referee_calib.analysis.threshold_check import ThresholdCheck
from referee_calib.analysis.verdict import StudyVerdict
from referee_calib.verdict_state import VerdictState, combined

KAPPA = "cohen_kappa_quadratic"
ON_ONE_SAMPLE = ("loss", "alt_test", "miscalibration_share")


def require_alike_samples(verdict: StudyVerdict, repeats: Iterable[RepeatedScores]) -> StudyVerdict:
    """Hold back what passes on the first sample of a claim where the mean of all agrees with people less.

    Of samples that are drawn alike the mean agrees at least as well as one. Where the interval of its difference in
    quadratic kappa lies below 0, the first was drawn in another way (a greedy reply, then warm ones), and training may
    meet the others.
    """
    found: dict[str, str] = {one.dimension: why for one in repeats if (why := _unlike(one))}
    checks = tuple(_held(check, found) for check in verdict.checks)
    return replace(verdict, state=combined(check.state for check in checks), checks=checks)


def _unlike(repeats: RepeatedScores) -> str:
    if repeats.comparison is None:
        return ""
    (lost,) = [one.estimate for one in repeats.comparison.differences if one.measure == KAPPA]
    if lost.high is None or lost.high >= 0:
        return ""
    return (
        f"that is the first sample of each claim; the mean of up to {repeats.n_samples} agrees with people less, by "
        f"{lost} of quadratic kappa, so the samples are not drawn alike"
    )


def _held(check: ThresholdCheck, found: dict[str, str]) -> ThresholdCheck:
    why = found.get(check.dimension, "") if check.threshold in ON_ONE_SAMPLE else ""
    if not why or check.state is not VerdictState.PASS:
        return check
    return replace(check, state=VerdictState.CANNOT_TELL, reason=why)
