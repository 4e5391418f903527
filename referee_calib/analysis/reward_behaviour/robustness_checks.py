"""Whether the reward holds up when evidence is moved or made wrong: the last ``referee-calib perturb`` of a study."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from referee_calib.analysis.reward_behaviour.last_run import (
    WORST_FIRST,
    Json,
    LastRun,
    LastRunNotes,
    leave_undecided,
    read_last_run,
)
from referee_calib.analysis.verdict import ThresholdCheck, require_videos
from referee_calib.io.run_summary import PERTURB_RUN
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from referee_calib.study import Study


# Of the parts of the claim: the threshold that holds each, and on which side its limit lies.
PARTS = {
    "loss": ("robust_sensitivity", "at_least"),
    "drop": ("robust_drop", "at_least"),
    "auc": ("robust_auc", "at_least"),
    "false_acceptance": ("robust_false_acceptance", "at_most"),
    "gap": ("robust_noise", "at_least"),
    "zero_variance": ("robust_zero_variance", "at_most"),
}


NOTES = LastRunNotes(
    never="Nobody has looked at what it pays for small perturbations and wrong evidence: referee-calib perturb.",
    another="The last perturbation asked another referee; type referee-calib perturb with this one.",
    changed="The thresholds were changed after the last perturbation; type it again.",
)


def check_robustness(study: Study, fingerprint: str, limits: Thresholds) -> LastRun:
    """Read what the last perturbation found about the reward of one referee, on "boxes" and "span"."""

    def now() -> Json:
        from referee_calib.perturbation.robustness_verdict import RobustnessThresholds

        return asdict(RobustnessThresholds.from_study(limits))

    run = read_last_run(study.folder, PERTURB_RUN, fingerprint, NOTES, limits=now)
    if run.summary is None or run.note:
        return leave_undecided(run, "{}", (name for name, _ in PARTS.values()))
    found = [
        check
        for about in run.summary["about"]
        for verdict in about["verdicts"]
        if verdict["reward"] == run.reward
        for check in robustness_checks(verdict, limits)
    ]
    note = "" if found else "The last perturbation did not compare this reward with overlap."
    return replace(run, checks=tuple(found), note=note)


def robustness_checks(verdict: Json, limits: Thresholds) -> list[ThresholdCheck]:
    """Turn the parts of a verdict into checks: of several error types the worst one counts."""
    found = []
    for what, (threshold, side) in PARTS.items():
        its = [part for part in verdict["parts"] if part["what"] == what]
        if its:
            worst = min(its, key=lambda part: (WORST_FIRST.index(VerdictState(part["state"])), _margin(part)))
            found.append(_check(verdict, worst, threshold, side, limits))
    return found


def _margin(part: Json) -> float:
    value = part["margin"]["value"]
    return float("inf") if value is None else float(value)


def _check(verdict: Json, part: Json, threshold: str, side: str, limits: Thresholds) -> ThresholdCheck:
    measured, videos = part["measured"], verdict["n_videos"]
    check = ThresholdCheck(
        dimension=verdict["on"],
        threshold=threshold,
        state=VerdictState(part["state"]),
        value=measured["value"],
        low=measured["low"],
        high=measured["high"],
        at_least=part["threshold"] if side == "at_least" else None,
        at_most=part["threshold"] if side == "at_most" else None,
        reason=measured["reason"] or "",
        videos=videos,
        worst=part["error"],
    )
    return require_videos(check, videos, limits.videos)
