"""A rater's own claims as a list, part by part: which are open, done or skipped, and what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from annotate_app.served_study import ServedStudy
from referee_calib.records import Claim
from referee_calib.study import WorkItem, onboarding_state, worklist

PART = 100  # claims that are sent at a time
STATES = ("open", "done", "skipped")


def own_claims(served: ServedStudy, rater: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a part of the list, as the page asks for it.

    ``state`` keeps the claims in one state; ``from`` and ``before`` are numbers of entries within those, ``around`` is
    a claim in whose neighbourhood the part begins. No other rater's claim, rating or name is in it; before consent,
    instructions and practice are done there is none, and none is handed out.
    """
    begun = onboarding_state(served.study, rater).step == "rating"
    items = list(enumerate(worklist(served.study, rater).items if begun else ()))
    kept = [(place, item) for place, item in items if query.get("state", "") in ("", item.state)]
    first, end = _part([item.key for _, item in kept], query)
    known = {one.id: one for one in served.study.claims([item.claim for _, item in kept[first:end]])}
    return {
        "claims": [_entry(place, item, known[item.claim]) for place, item in kept[first:end]],
        "first": first,
        "total": len(kept),
        "counts": {"all": len(items), **dict.fromkeys(STATES, 0), **Counter(item.state for _, item in items)},
    }


def _entry(place: int, item: WorkItem, claim: Claim) -> dict[str, Any]:
    shown = {"question": claim.question, "object": claim.object}
    return {"claim": item.key, "place": place, "state": item.state, **shown}


def _part(kept: list[str], query: Mapping[str, str]) -> tuple[int, int]:
    if "before" in query:
        end = min(_number(query["before"]), len(kept))
        return max(0, end - PART), end
    first = _number(query.get("from", "0"))
    if "around" in query:
        at = next((number for number, one in enumerate(kept) if one == query["around"]), 0)
        first = at - at % PART
    return first, min(first + PART, len(kept))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
