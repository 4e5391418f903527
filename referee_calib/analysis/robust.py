"""Whether the reward holds up when evidence is moved or made wrong: the last ``referee-calib perturb`` of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.verdict import Check
from referee_calib.thresholds import Thresholds

if TYPE_CHECKING:
    from referee_calib.study import Study

Json = Mapping[str, Any]
STATES: dict[str, Any] = {"holds": "pass", "fails": "fail", "cannot tell": "cannot tell yet"}
WORST = ("fails", "cannot tell", "holds")

# Of the parts of the claim: the threshold that holds each, and on which side its limit lies.
PARTS = {
    "loss": ("robust_slips", "at_least"),
    "drop": ("robust_drop", "at_least"),
    "separation": ("robust_separation", "at_least"),
    "miss": ("robust_miss", "at_most"),
    "gap": ("robust_noise", "at_least"),
    "zero_variance": ("robust_zero_variance", "at_most"),
}


@dataclass(frozen=True, slots=True)
class Robustness:
    """What is known of a study's reward under perturbation.

    Attributes
    ----------
    summary : dict or None
        The content of ``perturb/summary.json``.
    reward : str
        Name of the reward in it that the report is about; "" when it was not among those asked.
    checks : tuple of Check
        One per threshold and kind of evidence; `dimension` is "boxes" or "span".
    note : str
        Why there are no checks, or what a reader must know of them.
    """

    summary: dict[str, Any] | None = None
    reward: str = ""
    checks: tuple[Check, ...] = ()
    note: str = ""


def robustness(study: Study, fingerprint: str, limits: Thresholds) -> Robustness:
    """Read what the last run found about the reward of one referee.

    Parameters
    ----------
    study : Study
    fingerprint : str
        Of the referee that is reported.
    limits : Thresholds
        As they stand in ``study.toml`` now.

    Raises
    ------
    InputError
        When the summary cannot be read.
    """
    unknown = Robustness(note="Nobody has looked at what it pays for slips and wrong evidence: referee-calib perturb.")
    folder = study.folder / "perturb"
    if not folder.is_dir():
        return unknown  # and all that perturbs stays unloaded
    from referee_calib.perturb.files import read_summary
    from referee_calib.perturb.limits import limits_of

    summary = read_summary(folder)
    if summary is None:
        return unknown
    reward = next((row["name"] for row in summary["rewards"] if row["referee"] == fingerprint), "")
    if not reward:
        return Robustness(
            summary, note="The last perturbation asked another referee; type referee-calib perturb with this one."
        )
    if summary["limits"] != limits_of(limits):
        return Robustness(
            summary, reward, note="The thresholds were changed after the last perturbation; type it again."
        )
    found = [
        check
        for about in summary["about"]
        for verdict in about["verdicts"]
        if verdict["reward"] == reward
        for check in checks(verdict, limits)
    ]
    note = "" if found else "The last perturbation did not compare this reward with overlap."
    return Robustness(summary, reward, tuple(found), note)


def checks(verdict: Json, limits: Thresholds) -> list[Check]:
    """Turn the parts of a verdict into checks: of several error types the worst one counts."""
    found = []
    for what, (threshold, side) in PARTS.items():
        its = [part for part in verdict["parts"] if part["what"] == what]
        if its:
            worst = min(its, key=lambda part: (WORST.index(part["state"]), _margin(part)))
            found.append(_check(verdict, worst, threshold, side, limits))
    return found


def _margin(part: Json) -> float:
    value = part["margin"]["value"]
    return float("inf") if value is None else float(value)


def _check(verdict: Json, part: Json, threshold: str, side: str, limits: Thresholds) -> Check:
    measured, videos = part["measured"], verdict["n_videos"]
    few = part["state"] == "holds" and videos < limits.videos
    reason = f"nothing passes below {limits.videos} videos" if few else measured["reason"] or ""
    return Check(
        dimension=verdict["on"],
        threshold=threshold,
        state="cannot tell yet" if few else STATES[part["state"]],
        value=measured["value"],
        low=measured["low"],
        high=measured["high"],
        at_least=part["border"] if side == "at_least" else None,
        at_most=part["border"] if side == "at_most" else None,
        reason=reason,
        videos=videos,
        videos_needed=limits.videos if few else None,
        held_back=few,
        worst=part["error"],
    )
