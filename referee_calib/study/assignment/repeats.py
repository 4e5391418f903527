"""Second looks: a share of what a rater finished comes once more, some distance later, to see how steady they are."""

from __future__ import annotations

import hashlib
from math import floor

from sqlalchemy import Connection

from referee_calib.study.store.assignment import repeat_rows


def repeat_due(connection: Connection, rater: str, share: float, distance: int, seed: int) -> str | None:
    """Return the claim that a rater should see again now, None when none is due.

    Parameters
    ----------
    share : float
        Second looks for each first look.
    distance : int
        Least number of items that the rater has finished since the first look.
    seed : int
        Draws which of the claims far enough back it is; each has the same chance.
    """
    if not share:
        return None
    finished, repeats = repeat_rows.counts(connection, rater)
    latest = finished - distance
    if latest < 1 or repeats >= floor(share * (finished - repeats) + 1e-9):
        return None
    return repeat_rows.finished_at(connection, rater, _draw(seed, rater, repeats, latest), latest)


def _draw(seed: int, rater: str, number: int, latest: int) -> int:
    """Draw one of 1 … latest."""
    digest = hashlib.sha256(f"repeat\0{seed}\0{rater}\0{number}".encode()).digest()
    return 1 + int.from_bytes(digest[:8]) % latest
