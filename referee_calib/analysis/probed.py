"""Whether the reward can be had for nothing: the last ``referee-calib probe`` of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.last_run import LastRun, Notes, last_run, unheld
from referee_calib.analysis.verdict import Check
from referee_calib.thresholds import Thresholds

if TYPE_CHECKING:
    from referee_calib.study import Study

Json = Mapping[str, Any]
STATES: dict[str, Any] = {"pass": "pass", "fail": "fail", "cannot tell": "cannot tell yet"}
WORST = ("fail", "cannot tell", "pass")
PARTS = {"probe_gain": "at_most", "probe_ruin": "at_least"}  # by threshold, on which side a gain's limit lies


NOTES = Notes(
    never="Nobody has tried to be paid for nothing: referee-calib probe.",
    another="The last probes asked another referee; type referee-calib probe with this one.",
    changed="The thresholds were changed after the last probes; type it again.",
)


def probed(study: Study, fingerprint: str, thresholds: Thresholds) -> LastRun:
    """Read what the last probes found about the reward of one referee.

    Parameters
    ----------
    study : Study
    fingerprint : str
        Of the referee that is reported.
    thresholds : Thresholds
        As they stand in ``study.toml`` now.

    Returns
    -------
    LastRun
        The `dimension` of its checks is "tricks_boxes" or "tricks_span".

    Raises
    ------
    InputError
        When the summary cannot be read.
    """
    now = {"gain": thresholds.probe_gain, "ruin": thresholds.probe_ruin}
    run = last_run(study.folder / "probe", fingerprint, NOTES, read=_read, limits=lambda: now)
    if run.summary is None:
        return run
    if run.note:
        return unheld(run, (f"tricks_{about['on']}" for about in run.summary["about"]), PARTS)
    found = [
        check
        for about in run.summary["about"]
        for row in about["rewards"]
        if row["name"] == run.reward
        for check in checks(about, row["gains"], thresholds)
    ]
    return replace(run, checks=tuple(found))


def _read(folder: Path) -> dict[str, Any] | None:
    from referee_calib.probes.files import read_summary

    return read_summary(folder)


def checks(about: Json, gains: Sequence[Json], thresholds: Thresholds) -> list[Check]:
    """Turn gains into checks: of several probes the worst one counts.

    Parameters
    ----------
    about : dict
        What the summary says about one kind of evidence.
    gains : sequence of dict
        Of one reward.
    thresholds : Thresholds
    """
    found = []
    for threshold, side in PARTS.items():
        its = [one for one in gains if one[side] is not None and one["state"] in STATES]
        if its:
            found.append(_check(about, min(its, key=_rank), its, threshold, thresholds))
    return found


def _rank(one: Json) -> tuple[int, float]:
    value = one["gain"]["value"]
    sign = -1.0 if one["at_most"] is not None else 1.0
    return WORST.index(one["state"]), float("inf") if value is None else sign * value


def _check(about: Json, worst: Json, its: Sequence[Json], threshold: str, thresholds: Thresholds) -> Check:
    measured = worst["gain"] if worst["normalised"] else worst["raw"]
    few = worst["state"] == "pass" and about["n_videos"] < thresholds.videos
    needed = None if worst["videos_needed"] is None else max(worst["videos_needed"], thresholds.videos)
    untold = sum(one["state"] == "cannot tell" for one in its)
    reason = f"nothing passes below {thresholds.videos} videos" if few else worst["reason"]
    if worst["state"] == "cannot tell" and untold > 1:
        reason = f"{reason}; {untold} of {len(its)} tricks are open"
    return Check(
        dimension=f"tricks_{about['on']}",
        threshold=threshold,
        state="cannot tell yet" if few else STATES[worst["state"]],
        value=measured["value"],
        low=measured["low"],
        high=measured["high"],
        at_least=worst["at_least"],
        at_most=worst["at_most"],
        reason=reason,
        videos=worst["n_videos"],
        videos_needed=thresholds.videos if few else needed,
        held_back=few,
        worst=worst["probe"],
    )
