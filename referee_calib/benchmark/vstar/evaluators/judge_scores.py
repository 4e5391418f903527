"""Scores of the judge of "what": 0 to 3, correct from 2; how a stored score or a judge's reply is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

UNREAD = -1  # a reply that is no whole number
CORRECT = 2
HIGHEST = 3
_FAR = 10**9  # a score beyond is cut off: a judge may reply with hundreds of digits, which no mean holds
FIELD = "VQA_score"
WORDS = "VQA_reply"
"""Where the judge's own words are kept beside its score, which an evaluator does not do."""
_LEVEL = re.compile(r"(?<![\d.])[0-3](?!\d|\.\d)")


def read_score(value: Any) -> int | None:
    r"""Return a judge's score; -1 for a reply that is no whole number, None where nobody has judged.

    Both evaluators take the whole reply as an integer, so "3." and "Score: 3" are -1, and count as wrong.

    >>> [read_score(one) for one in (3, "2\n", "3.", 2.0, None)]
    [3, 2, -1, 2, None]
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return UNREAD
    if isinstance(value, float) and not value.is_integer():
        return UNREAD
    try:
        return max(-_FAR, min(int(value), _FAR))
    except (ValueError, TypeError):
        return UNREAD


def stored_reply(item: Mapping[str, Any]) -> Any:
    """Return what a file holds of the judge: its words where the score says that they were no number, else that."""
    score = item.get(FIELD)
    return item.get(WORDS, score) if score == UNREAD else score


def level_in_words(value: Any) -> int | None:
    """Return the only level that a reply in words names, None where it names none or several.

    >>> level_in_words("3."), level_in_words("Score: 2"), level_in_words("2 or 3")
    (3, 2, None)
    """
    found = set(_LEVEL.findall(value)) if isinstance(value, str) else set()
    return int(found.pop()) if len(found) == 1 else None
