"""What a study's last ``perturb`` or ``probe`` says about the reward of the referee that is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from referee_calib.analysis.threshold_check import ThresholdCheck
from referee_calib.io import OutdatedSummary, RunFiles
from referee_calib.verdict_state import VerdictState

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LastRun:
    """What is known of a study's reward from a run of one verb.

    Attributes
    ----------
    summary : dict or None
        The content of its ``summary.json``.
    reward : str
        Name of the reward in it that the report is about; "" when it was not among those asked.
    checks : tuple of ThresholdCheck
        One per threshold and kind of evidence.
    note : str
        Why there are no checks, or what a reader must know of them.
    """

    summary: dict[str, Any] | None = None
    reward: str = ""
    checks: tuple[ThresholdCheck, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRunNotes:
    """Why a run cannot be held against anything, in the words of its verb."""

    never: str  # nobody ran it
    another: str  # it asked another referee
    changed: str  # it was held to other thresholds


def read_last_run(
    study: Path, files: RunFiles, fingerprint: str, notes: LastRunNotes, *, limits: Callable[[], Json]
) -> LastRun:
    """Find the reward of a referee in the summary of a run, without checks yet; with a note where none can follow.

    `limits` gives what the thresholds that stand now would be in the summary. It is called only where there is one, so
    that what perturbs or probes stays unloaded in all other reports.
    """
    try:
        summary = files.read_summary(study)
    except OutdatedSummary as error:
        return LastRun(note=f"The last run does not count: {error}")
    if summary is None:
        return LastRun(note=notes.never)
    reward = next((row["name"] for row in summary["rewards"] if row["referee"] == fingerprint), "")
    if not reward:
        return LastRun(summary, note=notes.another)
    return LastRun(summary, reward, note="" if summary["thresholds"] == limits() else notes.changed)


def leave_undecided(run: LastRun, dimension: str, thresholds: Iterable[str]) -> LastRun:
    """Let a run whose note says why it counts for nothing leave its thresholds open: not looked at anew is no pass."""
    dimensions = [dimension.format(about["on"]) for about in (run.summary or {"about": ()})["about"]]
    left = [
        ThresholdCheck(dimension=where, threshold=name, state=VerdictState.CANNOT_TELL, reason=run.note, unheld=True)
        for where, name in product(dimensions, thresholds)
    ]
    return replace(run, checks=tuple(left))
