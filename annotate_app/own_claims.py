"""A rater's own claims as a list, part by part: which are open, done or skipped, and what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from annotate_app.served_study import ServedStudy

PART = 100  # claims that are sent at a time
STATES = ("open", "done", "skipped")


def own_claims(served: ServedStudy, rater: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a part of the list, as the page asks for it.

    ``state`` keeps the claims in one state; ``from`` and ``before`` are numbers of entries within those, ``around`` is
    a claim in whose neighbourhood the part begins. No other rater's claim, rating or name is in it.
    """
    listed = [(place, claim, state) for place, (claim, state) in enumerate(served.claim_states(rater))]
    kept = [one for one in listed if query.get("state", "") in ("", one[2])]
    first, end = _part(kept, query)
    known = {claim.id: claim for claim in served.study.claims([claim for _, claim, _ in kept[first:end]])}
    return {
        "claims": [
            {
                "claim": claim,
                "place": place,
                "state": state,
                "question": known[claim].question,
                "object": known[claim].object,
            }
            for place, claim, state in kept[first:end]
        ],
        "first": first,
        "total": len(kept),
        "counts": {"all": len(listed), **dict.fromkeys(STATES, 0), **Counter(state for _, _, state in listed)},
    }


def _part(kept: list[tuple[int, str, str]], query: Mapping[str, str]) -> tuple[int, int]:
    if "before" in query:
        end = min(_number(query["before"]), len(kept))
        return max(0, end - PART), end
    first = _number(query.get("from", "0"))
    if "around" in query:
        at = next((number for number, one in enumerate(kept) if one[1] == query["around"]), 0)
        first = at - at % PART
    return first, min(first + PART, len(kept))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
