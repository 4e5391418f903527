"""What to do next: how to mend what is missed, and what would be needed to tell what is open, one line for all alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.number_format import count, listed
from referee_calib.report.document.report_schema import CheckJson
from referee_calib.report.document.verdict_terms import EXPLOITS, IN_SENTENCES, ROBUSTNESS, TERMS
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from referee_calib.analysis.verdict import Check

_TEST = "more videos: the test, corrected for all parts, does not reach its level"
_NEAR = "no number of videos can be projected: the value lies on the limit, or too near to it"


def needed(check: Check, state: VerdictState) -> str:
    """Say what would be needed to tell; empty where it is told, or where nobody ran what would tell."""
    if state != VerdictState.CANNOT_TELL or check.unheld:
        return ""
    if check.held_back or check.threshold == "videos":
        return f"{check.videos_needed:,} videos" if check.videos_needed else check.reason
    if check.threshold in EXPLOITS and check.videos_needed is None:
        return check.reason
    if check.threshold in ROBUSTNESS:
        return _TEST
    if check.videos_needed is not None:
        return f"about {check.videos_needed:,} videos, as a projection"
    return "a value with an interval" if check.value is None or check.low is None else _NEAR


def next_steps(found: Sequence[CheckJson], fewest: int, gaps: Iterable[str]) -> list[str]:
    """Say what to do next.

    Parameters
    ----------
    found : sequence of dict
        All checks.
    fewest : int
        Videos below which nothing passes.
    gaps : iterable of str
        What nobody ran.

    Returns
    -------
    list of str
        First what is missed with its remedy, then what is open, grouped by what would be needed; then what nobody ran.
    """
    missed = [check for check in found if check["state"] == VerdictState.FAIL]
    n_open = [check for check in found if check["state"] == VerdictState.CANNOT_TELL and not check["not_run"]]
    remedies: dict[str, list[CheckJson]] = {}
    for check in missed:
        remedies.setdefault(TERMS[check["threshold"]].action, []).append(check)
    steps = [f"{_upper(named_checks(its))}: {action}" for action, its in remedies.items()]
    few = [check for check in n_open if check["needed"] == f"{fewest:,} videos"]
    if few:
        waiting = [check for check in few if check["awaits_videos"]]
        now = sorted({check["videos"] for check in few})
        have = f"{now[0]:,}" if len(now) == 1 else f"{now[0]:,} to {now[-1]:,}"
        steps.append(
            f"{fewest:,} videos on every dimension ({have} now) let {count(len(few), 'check')} be told: nothing passes "
            f"with fewer, and {count(len(waiting), 'interval lies', 'intervals lie')} on the right side already."
        )
    rest = [check for check in n_open if check not in few]
    more = sorted({c["videos_needed"] for c in rest if c["videos_needed"] and c["needed"].startswith("about")})
    if more:
        its = [check for check in rest if check["videos_needed"] in more and check["needed"].startswith("about")]
        span = f"{more[0]:,}" if len(more) == 1 else f"{more[0]:,} to {more[-1]:,}"
        steps.append(f"About {span} videos, as a projection, for {named_checks(its)}.")
    reasons: dict[str, list[CheckJson]] = {}
    for check in rest:
        if not check["needed"].startswith("about"):
            reasons.setdefault(check["needed"], []).append(check)
    steps += [f"{_upper(named_checks(its))}: {reason}." for reason, its in reasons.items()]
    return [*steps, *gaps]


def named_checks(its: Sequence[CheckJson]) -> str:
    """Name checks: "leniency on relevance and timing, failure rate on timing"."""
    where: dict[str, list[str]] = {}
    for check in its:
        name = IN_SENTENCES.get(check["dimension"], check["dimension_title"].lower())
        where.setdefault(TERMS[check["threshold"]].short, []).append(name)
    return listed([f"{what} on {listed(names)}" for what, names in where.items()])


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
