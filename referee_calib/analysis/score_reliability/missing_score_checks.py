"""What missing scores forbid a verdict to say: nothing passes that they could still turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.analysis.score_reliability.missing_scores import MissingScores
from referee_calib.analysis.threshold_check import ThresholdCheck
from referee_calib.analysis.verdict import StudyVerdict
from referee_calib.verdict_state import VerdictState, combined

if TYPE_CHECKING:
    from agreement import Estimate

KAPPA = "cohen_kappa_quadratic"


def require_scores(verdict: StudyVerdict, missing: Iterable[MissingScores]) -> StudyVerdict:
    """Hold back what passes on the scored claims alone, where more than 2 % of the scores are missing.

    The difference from the noise ceiling passes only if it does so with the least favourable scores in place of the
    missing ones, and leniency if it does so with the lowest and with the highest. A miss stays a miss: what was scored
    is enough for it.
    """
    by_dimension = {one.dimension: one for one in missing if one.bounds}
    checks = tuple(_held(check, by_dimension.get(check.dimension)) for check in verdict.checks)
    return replace(verdict, state=combined(check.state for check in checks), checks=checks)


def _held(check: ThresholdCheck, missing: MissingScores | None) -> ThresholdCheck:
    if missing is None or check.state is not VerdictState.PASS:
        return check
    ends = _ends(check.threshold, missing)
    turned = [one for one in ends if one.low is None or one.high is None or not _inside(check, one.low, one.high)]
    if not turned:
        return check
    worst = max(turned, key=lambda one: _outside(check, one))
    would_be = f"it would be {worst}" if worst.value is not None else "it is not defined"
    why = (
        f"{missing.n_missing} of {missing.n_asked} claims have no score: with the least favourable scores in their "
        f"place {would_be}"
    )
    return replace(check, state=VerdictState.CANNOT_TELL, incomplete=why)


def _ends(threshold: str, missing: MissingScores) -> list[Estimate]:
    if threshold == "loss":
        return [one.worst for one in missing.bounds if one.name == KAPPA]
    if threshold == "leniency" and missing.leniency is not None:
        return [missing.leniency.lowest, missing.leniency.highest]
    return []


def _inside(check: ThresholdCheck, low: float, high: float) -> bool:
    above = check.at_least is None or low >= check.at_least
    return above and (check.at_most is None or high <= check.at_most)


def _outside(check: ThresholdCheck, found: Estimate) -> float:
    if found.low is None or found.high is None:
        return float("inf")
    below = 0.0 if check.at_least is None else check.at_least - found.low
    return max(below, 0.0 if check.at_most is None else found.high - check.at_most)
