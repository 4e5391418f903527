"""Whether the reward holds up: a study's last ``perturb`` and ``probe`` held against its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from referee_calib.analysis.reward_behaviour.last_run import Json, LastRun, LastRunNotes, leave_undecided, read_last_run
from referee_calib.analysis.threshold_check import ThresholdCheck, require_videos
from referee_calib.io import PERTURB_RUN, PROBE_RUN
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from referee_calib.study import Study

WORST_FIRST = (VerdictState.FAIL, VerdictState.CANNOT_TELL, VerdictState.PASS)

# Of the parts of the claim: the threshold that holds each, and on which side its limit lies.
PARTS = {
    "loss": ("robust_sensitivity", "at_least"),
    "drop": ("robust_drop", "at_least"),
    "auc": ("robust_auc", "at_least"),
    "false_acceptance": ("robust_false_acceptance", "at_most"),
    "gap": ("robust_noise", "at_least"),
    "zero_variance": ("robust_zero_variance", "at_most"),
}


PERTURBED = LastRunNotes(
    never="Nobody has looked at what it pays for small perturbations and wrong evidence: referee-calib perturb.",
    another="The last perturbation asked another referee; type referee-calib perturb with this one.",
    changed="The thresholds were changed after the last perturbation; type it again.",
)


def check_robustness(study: Study, fingerprint: str, limits: Thresholds) -> LastRun:
    """Read what the last perturbation found about the reward of one referee, on "boxes" and "span"."""

    def now() -> Json:
        from referee_calib.perturbation import RobustnessThresholds

        return asdict(RobustnessThresholds.from_study(limits))

    run = read_last_run(study.folder, PERTURB_RUN, fingerprint, PERTURBED, limits=now)
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
            found.append(_robustness_check(verdict, worst, threshold, side, limits))
    return found


def _margin(part: Json) -> float:
    value = part["margin"]["value"]
    return float("inf") if value is None else float(value)


def _robustness_check(verdict: Json, part: Json, threshold: str, side: str, limits: Thresholds) -> ThresholdCheck:
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


GAINS = {"probe_gain": "at_most", "probe_ruin": "at_least"}  # by threshold, on which side a gain's limit lies

PROBED = LastRunNotes(
    never="Nobody has put exploit probes to it: referee-calib probe.",
    another="The last probes asked another referee; type referee-calib probe with this one.",
    changed="The thresholds were changed after the last probes; type it again.",
)


def check_exploits(study: Study, fingerprint: str, thresholds: Thresholds) -> LastRun:
    """Read what the last probes found about the reward of one referee, on "exploits_boxes" and "exploits_span"."""
    now = {"gain": thresholds.probe_gain, "ruin": thresholds.probe_ruin}
    run = read_last_run(study.folder, PROBE_RUN, fingerprint, PROBED, limits=lambda: now)
    if run.summary is None or run.note:
        return leave_undecided(run, "exploits_{}", GAINS)
    found = [
        check
        for about in run.summary["about"]
        for row in about["rewards"]
        if row["name"] == run.reward
        for check in exploit_checks(about, row["gains"], thresholds)
    ]
    return replace(run, checks=tuple(found))


def exploit_checks(about: Json, gains: Sequence[Json], thresholds: Thresholds) -> list[ThresholdCheck]:
    """Turn one reward's gains on one kind of evidence into checks: of several probes the worst one counts."""
    found = []
    for threshold, side in GAINS.items():
        its = [one for one in gains if one[side] is not None and one["state"] in WORST_FIRST]
        if its:
            found.append(_exploit_check(about, min(its, key=_rank), its, threshold, thresholds))
    return found


def _rank(one: Json) -> tuple[int, float]:
    value = one["gain"]["value"]
    sign = -1.0 if one["at_most"] is not None else 1.0
    return WORST_FIRST.index(one["state"]), float("inf") if value is None else sign * value


def _exploit_check(
    about: Json, worst: Json, its: Sequence[Json], threshold: str, thresholds: Thresholds
) -> ThresholdCheck:
    measured = worst["gain"] if worst["normalised"] else worst["raw"]
    untold = sum(one["state"] == VerdictState.CANNOT_TELL for one in its)
    reason = worst["reason"]
    if worst["state"] == VerdictState.CANNOT_TELL and untold > 1:
        reason = f"{reason}; {untold} of {len(its)} probes are open"
    check = ThresholdCheck(
        dimension=f"exploits_{about['on']}",
        threshold=threshold,
        state=VerdictState(worst["state"]),
        value=measured["value"],
        low=measured["low"],
        high=measured["high"],
        at_least=worst["at_least"],
        at_most=worst["at_most"],
        reason=reason,
        videos=worst["n_videos"],
        videos_needed=worst["videos_needed"],
        worst=worst["probe"],
    )
    return require_videos(check, about["n_videos"], thresholds.videos)
