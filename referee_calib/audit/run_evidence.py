"""The e-process of a run, window by window: how much speaks for gross overpayment above its limit.

In every window two rates are held against their limits: that of all claims that are paid well, and that of the top. The
mean of both e-processes is one again. Alpha holds for the whole run and for late ratings: see `docs/explanation/
on_policy_audit.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.first_decisions import FirstDecision
from referee_calib.audit.window_draw import REST, TOP, DrawnClaim, WindowDraw

Decisions = Mapping[str, FirstDecision]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """What is known of one stratum of a window: claims drawn, rated so far, and grossly overpaid ones among those."""

    drawn: int
    rated: int
    gross: int


@dataclass(frozen=True, slots=True)
class WindowEvidence:
    """What a window adds.

    Attributes
    ----------
    number : int
    paid, top : StratumCount
        That of the top is empty where the plan has none.
    log_e : float
        Log of the e-value after this window.
    """

    number: int
    paid: StratumCount
    top: StratumCount
    log_e: float


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """The e-process of a run.

    Attributes
    ----------
    windows : tuple of WindowEvidence
    alarm : int or None
        The first window after which the e-value reached 1 / alpha.
    since : int or None
        With an alarm, the window from which on betting has gained most: where to look first.
    """

    windows: tuple[WindowEvidence, ...]
    alarm: int | None
    since: int | None


def is_gross(plan: AuditPlan, drawn: DrawnClaim, decision: FirstDecision | None) -> bool:
    """Tell whether a claim is known to be overpaid grossly."""
    return drawn.cell != REST and decision is not None and decision.lowest <= plan.level


def run_evidence(plan: AuditPlan, windows: Sequence[WindowDraw], decisions: Decisions) -> RunEvidence:
    """Follow the run; claims that nobody has rated yet count as not overpaid."""
    from agreement import RateEProcess, mean_log_e

    processes = [RateEProcess(one.limit, windows=plan.windows) for one in plan.strata]
    found = list[WindowEvidence]()
    for window in windows:
        counts = _counts(plan, window, decisions)
        logs = [
            process.add_window(one.gross, one.drawn) for process, one in zip(processes, counts, strict=False)
        ]  # without a top there is one process
        found.append(WindowEvidence(window.number, counts[0], counts[1], float(mean_log_e(np.stack(logs)))))
    alarm = next((one.number for one in found if one.log_e >= -np.log(plan.alpha)), None)
    return RunEvidence(tuple(found), alarm, None if alarm is None else _likely_start(plan, found[:alarm]))


def _counts(plan: AuditPlan, window: WindowDraw, decisions: Decisions) -> tuple[StratumCount, StratumCount]:
    by_paid = [one for one in window.drawn if one.by_paid]
    of_top = [one for one in window.drawn if one.cell == TOP]
    paid, top = (
        StratumCount(
            len(its),
            sum(one.claim in decisions for one in its),
            sum(is_gross(plan, one, decisions.get(one.claim)) for one in its),
        )
        for its in (by_paid, of_top)
    )
    return paid, top


def _likely_start(plan: AuditPlan, windows: Sequence[WindowEvidence]) -> int:
    """Return the window at which an e-process that starts there, and nowhere else, has gained most."""
    from agreement import RateEProcess, mean_log_e

    def gained(start: int) -> float:
        logs = list[float]()
        for stratum, name in zip(plan.strata, ("paid", "top"), strict=False):
            process = RateEProcess(stratum.limit, windows=1)
            counts: list[StratumCount] = [getattr(one, name) for one in windows[start:]]
            logs.append([float(process.add_window(one.gross, one.drawn)) for one in counts][-1])
        return float(mean_log_e(logs))

    return windows[max(range(len(windows)), key=gained)].number
