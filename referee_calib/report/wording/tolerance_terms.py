"""Words for the overlap down to which a change counts as small, and for the claim at another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from referee_calib.report.schema.report_schema import Summary
from referee_calib.verdict_state import VerdictState, combined

OVERLAP = {"boxes": "IoU", "span": "tIoU"}
STATES = {"pass": "holds", "fail": "does not hold", "cannot tell": "cannot tell"}
HYPOTHESES = ("H1", "H2", "H3", "H4")


def tolerance_text(about: Summary) -> str:
    """Say down to which overlap a change is small, and whose that is; empty of a run that did not say."""
    tolerance = about.get("tolerance")
    return "" if not tolerance else f"Small: down to {border(about['on'], tolerance)} ({tolerance['basis']})."


def border(on: str, tolerance: Summary) -> str:
    """Return ``"IoU 0.88"``."""
    return f"{OVERLAP[on]} {tolerance['overlap']:.2f}"


def hypothesis_states(verdict: Summary) -> dict[str, str]:
    """Return H1 to H4 in words; a hypothesis without a part, as H4 without people's ratings, is not asked."""
    found = {}
    for name in HYPOTHESES:
        its = [VerdictState(part["state"]) for part in verdict["parts"] if part["hypothesis"] == name]
        found[name] = STATES[combined(its)] if its else "not asked"
    return found


def at_each_tolerance(about: Summary) -> Iterator[tuple[Summary, Summary]]:
    """Yield each tolerance with the verdict of each reward, that of the run first; none of a run with one alone."""
    others = about.get("other_tolerances") or []
    if others:
        for one in ({**about["tolerance"], "verdicts": about["verdicts"]}, *others):
            yield from ((one, verdict) for verdict in one["verdicts"])


def tolerance_lines(about: Summary, labels: Mapping[str, str]) -> list[str]:
    """Return what is printed: the tolerance, and what the verdicts are at others."""
    lines = [f"  {text}" for text in (tolerance_text(about),) if text]
    for one in about.get("other_tolerances") or []:
        said = [f"{labels[verdict['reward']]} {verdict['wording']}" for verdict in one["verdicts"]]
        lines.append(f"  At {border(about['on'], one)} ({one['basis']}): {'; '.join(said) or 'no verdict'}.")
    return lines
