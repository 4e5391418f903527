"""What to do next: how to mend what is missed, and what would be needed to tell what is open, grouped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.schema.report_schema import CheckJson
from referee_calib.report.wording.number_format import count, listed, upper_first
from referee_calib.report.wording.verdict_terms import EXPLOITS, IN_SENTENCES, ROBUSTNESS, TERMS
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from referee_calib.analysis import ThresholdCheck

_PARENTHESIS = re.compile(r" \([^()]*\)")  # quotes model text: it stands in the table of all checks
_TEST = "more videos: the test, corrected for all parts, does not reach its level"
_NEAR = "no number of videos can be projected: the value lies on the limit, or too near to it"


def needed(check: ThresholdCheck) -> str:
    """Say what would be needed to tell; empty where it is told, or where nobody ran what would tell."""
    if check.state != VerdictState.CANNOT_TELL or check.unheld:
        return ""
    if check.incomplete:
        return "scores for the claims that have none"
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
    """Say what to do next: first what is missed with its remedy, then what is open, grouped by what would be needed.

    `fewest` are the videos below which nothing passes; `gaps` say what nobody ran, and come last.
    """
    missed = [check for check in found if check["state"] == VerdictState.FAIL]
    left = [check for check in found if check["state"] == VerdictState.CANNOT_TELL and not check["not_run"]]
    few = [check for check in left if check["needed"] == f"{fewest:,} videos"]
    projected = [check for check in left if check["needed"].startswith("about")]
    others = [check for check in left if check not in few and check not in projected]
    steps = [
        f"{upper_first(named_checks(its))}: {action}"
        for action, its in _grouped(missed, lambda check: TERMS[check["threshold"]].action)
    ]
    if few:
        waiting = sum(check["awaits_videos"] for check in few)
        everywhere = {check["dimension"] for check in few} == {check["dimension"] for check in found}
        where = "on every dimension" if everywhere else f"for {named_checks(few)}"
        steps.append(
            f"Get {fewest:,} videos {where} ({_span([c['videos'] for c in few])} now): nothing passes with fewer. "
            f"That tells {len(few)} of {count(len(left), 'open check')}; of {waiting} the interval lies on the right "
            "side already."
        )
    if projected:
        videos = _span([check["videos_needed"] or 0 for check in projected])
        steps.append(f"About {videos} videos, a projection, for {named_checks(projected)}.")
    steps += [
        f"{upper_first(named_checks(its))}: {_PARENTHESIS.sub('', why)}."
        for why, its in _grouped(others, lambda check: check["needed"])
    ]
    return [*steps, *gaps]


def _grouped(found: Iterable[CheckJson], key: Callable[[CheckJson], str]) -> list[tuple[str, list[CheckJson]]]:
    groups: dict[str, list[CheckJson]] = {}
    for check in found:
        groups.setdefault(key(check), []).append(check)
    return list(groups.items())


def _span(numbers: Iterable[int]) -> str:
    low, *_, high = sorted([*numbers] * 2)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def named_checks(found: Iterable[CheckJson]) -> str:
    """Name checks: "leniency and failure rate on timing; noise ceiling on relevance and timing"."""
    where: dict[str, list[str]] = {}
    for check in found:
        name = IN_SENTENCES.get(check["dimension"], check["dimension_title"].lower())
        where.setdefault(TERMS[check["threshold"]].short, []).append(name)
    together: dict[str, list[str]] = {}
    for what, names in where.items():
        together.setdefault(listed(names), []).append(what)
    return "; ".join(f"{listed(whats)} on {names}" for names, whats in together.items())
