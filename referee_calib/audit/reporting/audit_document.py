"""An audit's result as JSON types, and as words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from referee_calib.audit.audit_plan import StratumLimit
from referee_calib.audit.audit_result import AuditResult, OverpaidClaim
from referee_calib.audit.run_evidence import StratumCount, WindowEvidence
from referee_calib.audit.window_draw import WindowDraw
from referee_calib.audit.window_figures import WindowFigures

RESULT_SCHEMA = 1
ALARM, QUIET, NOT_BEGUN = "alarm", "no alarm", "no window yet"
_LARGEST_LOG = 700.0  # beyond it e to that power is no float


def audit_document(result: AuditResult) -> dict[str, Any]:
    """Return the result as JSON types."""
    return {
        "audit": RESULT_SCHEMA,
        "state": state(result),
        "sentence": " ".join(filter(None, (headline(result), rates(result), "" if result.alarm else advice(result)))),
        "alarm_window": result.evidence.alarm,
        "since_window": result.evidence.since,
        "e_value": e_value(result.evidence.windows[-1].log_e) if result.windows else 1.0,
        "alarm_at": 1 / result.plan.alpha,
        "plan": result.plan.to_json() | {"digest": result.plan.digest, "fixed": result.fixed},
        "windows": [_window(*row) for row in zip(result.windows, result.evidence.windows, result.figures, strict=True)],
        "drawn": result.n_drawn,
        "rated": result.n_rated,
        "simulated": result.n_simulated,
        "corrected": result.n_corrected,
        "raised": result.raised or None,
        "gross": result.n_gross,
        "worst": [_claim(one) for one in result.worst],
        "old": asdict(result.old),
    }


def _window(draw: WindowDraw, found: WindowEvidence, figures: WindowFigures) -> dict[str, Any]:
    return {
        "number": draw.number,
        "steps": None if draw.first_step is None else [draw.first_step, draw.last_step],
        "replies": draw.replies,
        "sizes": dict(draw.sizes),
        "left_out": dict(draw.left_out),
        "paid": asdict(found.paid),
        "top": asdict(found.top),
        "e_value": e_value(found.log_e),
        "log_e": found.log_e,
        "gap": asdict(figures.gap),
        "agreement": asdict(figures.agreement),
        "kappa": figures.kappa,
        "kappa_reason": figures.kappa_reason,
    }


def _claim(one: OverpaidClaim) -> dict[str, Any]:
    return {
        "claim": one.claim.id,
        "window": one.window,
        "step": one.claim.step,
        "source": one.drawn.source,
        "rollout": one.claim.rollout,
        "video": one.claim.video,
        "question": one.claim.question,
        "object": one.claim.object,
        "paid": one.drawn.paid,
        "levels": dict(one.decision.levels),
    }


def state(result: AuditResult) -> str:
    """Return "alarm", "no alarm" or "no window yet"."""
    return ALARM if result.alarm else QUIET if result.windows else NOT_BEGUN


def e_value(log_e: float) -> float:
    """Return an e-value as a number that JSON has."""
    return math.exp(min(log_e, _LARGEST_LOG))


def headline(result: AuditResult) -> str:
    """Return what was found, in a sentence."""
    if not result.windows:
        return "No window was sampled yet, so nothing is known of the run."
    if result.evidence.alarm is None:
        last = result.evidence.windows[-1]
        return (
            f"No alarm after {_windows(len(result.windows))}: the evidence for gross overpayment is "
            f"{short(e_value(last.log_e))}, and an alarm takes {1 / result.plan.alpha:.0f}."
        )
    window = result.windows[result.evidence.alarm - 1]
    since = result.windows[(result.evidence.since or 1) - 1]
    return (
        f"Alarm in window {window.number}{_steps(window)}: the reward overpays grossly, most likely since window "
        f"{since.number}{_steps(since)}."
    )


def rates(result: AuditResult) -> str:
    """Say of an alarm how often gross overpayment was found since it began, and how often it is allowed."""
    first, last = result.evidence.since, result.evidence.alarm
    if first is None or last is None:
        return ""
    between = [one for one in result.evidence.windows if first <= one.number <= last]
    names = ["paid", "top"][: len(result.plan.strata)]
    said = [_rate([getattr(one, name) for one in between], limit, result.plan.level)
            for name, limit in zip(names, result.plan.strata, strict=True)]  # fmt: skip
    return f"Of {'; of '.join(said)}."


def _rate(counts: list[StratumCount], limit: StratumLimit, level: int) -> str:
    gross, rated = sum(one.gross for one in counts), sum(one.rated for one in counts)
    share = f", {gross / rated:.0%}" if rated else ""
    words = f"{rated} rated claims paid {limit.paid_from:.4g} or more"
    low = f"level {level} or lower" if level else "level 0"
    return f"{words}, people give {low} to {gross}{share} (allowed: {limit.limit:.1%})"


def advice(result: AuditResult) -> str:
    """Say what to do now; "" where there is nothing but to go on."""
    if result.alarm:
        return (
            "Look at the claims below. If they are what they seem, stop the run, mend the reward, and begin a new plan."
        )
    if result.raised:
        return (
            "An alarm was raised before, and ratings that were held back or excluded since have taken it back. It was: "
            f"{result.raised}"
        )
    suspected = _suspected(result)
    if suspected is None:
        return ""
    return (
        f"In window {suspected.number} more is overpaid than allowed ({_above(result, suspected)}). That may still be "
        "chance: let people rate what is missing, and sample the next window."
    )


def _suspected(result: AuditResult) -> WindowEvidence | None:
    """Return the last window that people rated, if a rate in it lies above its limit."""
    rated = [one for one in result.evidence.windows if one.paid.rated or one.top.rated]
    return rated[-1] if rated and _above(result, rated[-1]) else None


def _above(result: AuditResult, window: WindowEvidence) -> str:
    pairs = zip((window.paid, window.top), result.plan.strata, strict=False)
    return "; ".join(
        f"{one.gross} of {one.rated} rated claims paid {limit.paid_from:.4g} or more; allowed {limit.limit:.1%}"
        for one, limit in pairs
        if one.rated and one.gross > limit.limit * one.rated
    )


def audit_lines(result: AuditResult) -> Iterator[str]:
    """Give the lines that are printed."""
    yield headline(result)
    yield from filter(None, (rates(result), advice(result)))
    if result.n_simulated:
        yield f"{result.n_simulated} of {result.n_rated} ratings are simulated: a program gave them, and no person."
    yield from notes(result)
    if result.windows:
        yield ""
        yield from _table(result)
    if result.worst:
        yield ""
        yield f"Where to look ({len(result.worst)} of {result.n_gross} grossly overpaid claims):"
        yield from (f"  {worst_line(one)}" for one in result.worst)


def notes(result: AuditResult) -> Iterator[str]:
    """Give what has to be known beside the numbers."""
    waiting = result.n_drawn - result.n_rated
    if waiting:
        yield (
            f"{waiting} of {result.n_drawn} drawn claims are not rated yet: until they are they count as not overpaid, "
            "so the evidence can only rise."
        )
    if result.n_corrected:
        yield f"{result.n_corrected} ratings were corrected later; the evidence rests on what was said first."
    if len(result.windows) > result.plan.windows:
        yield f"{result.plan.windows} windows were planned: what begins later is found more slowly."
    left = sum(sum(one.left_out.values()) for one in result.windows)
    if left:
        yield f"{left} claims or replies of the log are in no stratum; the JSON has the reasons."
    old = result.old
    if old.now is not None and old.before is not None:
        yield (
            f"Old claims among them: {old.rated} of {old.asked} rated, people's mean value {old.now:.2f} "
            f"({old.before:.2f} in the study before)."
        )


def worst_line(one: OverpaidClaim) -> str:
    """Say of one claim where it is, what was paid, and what people gave."""
    levels = ", ".join(f"{name} {level}" for name, level in one.decision.levels.items())
    step = "" if one.claim.step is None else f", step {one.claim.step}"
    return f"{one.claim.id}: {one.claim.video}{step}, paid {one.drawn.paid:.2f}, people: {levels}"


def _table(result: AuditResult) -> Iterator[str]:
    head = ("window", "steps", "rated", "gross/paid", "gross/top", "E", "gap", "within .25", "kappa")
    rows = [head, *(_cells(*row) for row in zip(result.windows, result.evidence.windows, result.figures, strict=True))]
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cells(draw: WindowDraw, found: WindowEvidence, figures: WindowFigures) -> tuple[str, ...]:
    return (
        str(draw.number),
        "" if draw.first_step is None else f"{draw.first_step}–{draw.last_step}",
        f"{figures.gap.n}/{len(draw.drawn)}",
        f"{found.paid.gross}/{found.paid.rated}",
        f"{found.top.gross}/{found.top.rated}" if found.top.drawn else "–",
        short(e_value(found.log_e)),
        mean_text(figures, "gap"),
        mean_text(figures, "agreement"),
        "–" if figures.kappa is None else f"{figures.kappa:.2f}",
    )


def mean_text(figures: WindowFigures, name: str) -> str:
    """Return a mean with its limits."""
    its = getattr(figures, name)
    sign = "+" if name == "gap" else ""
    value = "–" if its.value is None else f"{its.value:{sign}.2f}"
    return f"{value} [{its.low:{sign}.2f}, {its.high:{sign}.2f}]"


def short(value: float) -> str:
    """Return an e-value as a reader takes it in."""
    return f"{value:.2g}" if value < 100 else f"{value:.0f}" if value < 1e5 else f"{value:.0e}"


def _steps(window: WindowDraw) -> str:
    return "" if window.first_step is None else f" (steps {window.first_step}–{window.last_step})"


def _windows(count: int) -> str:
    return "1 window" if count == 1 else f"{count} windows"
