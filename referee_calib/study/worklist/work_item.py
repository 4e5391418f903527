"""One piece of a rater's work: a claim, for the first time or once more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

State = Literal["open", "done", "skipped"]
REPEAT = "repeat"
_KEY = re.compile(r"(c[0-9a-f]{15})(~repeat)?")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What a rater is asked, or was.

    Attributes
    ----------
    key : str
        Names it within the rater's work: the claim's id, with "~repeat" for a second look. It fits into an address.
    claim : str
        The claim's id.
    occasion : {"", "repeat"}
        As a rating says it.
    state : {"open", "done", "skipped"}
        Skipped is judged, too: with a reason in the place of a level.
    """

    key: str
    claim: str
    occasion: str
    state: State

    @property
    def is_open(self) -> bool:
        """True when it waits for the rater."""
        return self.state == "open"


def key_of(claim: str, occasion: str = "") -> str:
    """Return the key of a claim on an occasion."""
    return f"{claim}~{occasion}" if occasion else claim


def read_key(key: object) -> tuple[str, str] | None:
    """Return claim and occasion of a key that came from outside, None when it is none."""
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    return None if found is None else (found[1], REPEAT if found[2] else "")
