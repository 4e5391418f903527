"""Which claim a rater gets next: one that others began, if those are the people they met least; else a new one.

Begun claims come first, so that work that ends early leaves few claims half rated. A new one is begun although others
wait where everybody who waits has met the rater oftener than somebody else who is at work, and fewer claims wait than
people are at work: that keeps the pairs even.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from referee_calib.study.assignment.claim_kinds import AUDITED_KIND
from referee_calib.study.store.assignment import claim_queue, pair_rows

WINDOW = 12  # claims at the head of a queue among which the rater's own order and their last videos decide
RECENT = 3  # last claims of the rater whose videos do not come again while there are others


class Waiting(NamedTuple):
    """Claims whose crew lacks further raters."""

    crew: tuple[str, ...]
    claims: int
    first_place: int


def next_claim(connection: Connection, rater: str, seed: int) -> str | None:
    """Return the claim that needs this rater most, None when none does; those of an audit wait for nobody."""
    if urgent := claim_queue.head_of_stratum(connection, AUDITED_KIND, rater, WINDOW):
        return _pick(connection, urgent, rater, seed)
    waiting = [Waiting(*one) for one in claim_queue.begun(connection)]
    met = pair_rows.met(connection, rater)
    mine = sorted((one for one in waiting if rater not in one.crew), key=lambda one: (_met(one, met), one.first_place))
    if mine and not _better_begin(connection, rater, mine[0], sum(one.claims for one in waiting), met):
        crews = [one.crew for one in mine] + [()]
    else:
        crews = [(), *(one.crew for one in mine)]
    for crew in crews:
        found = claim_queue.head(connection, crew, rater, WINDOW)
        if found:
            return _pick(connection, found, rater, seed)
    return None


def _met(waiting: Waiting, met: dict[str, int]) -> float:
    return sum(met.get(name, 0) for name in waiting.crew) / len(waiting.crew)


def _better_begin(connection: Connection, rater: str, best: Waiting, waiting: int, met: dict[str, int]) -> bool:
    at_work = [name for name in claim_queue.at_work(connection) if name != rater]
    return waiting <= len(at_work) and any(met.get(name, 0) < _met(best, met) for name in at_work)


def _pick(connection: Connection, found: Sequence[claim_queue.Queued], rater: str, seed: int) -> str:
    recent = set(claim_queue.recent_videos(connection, rater, RECENT))
    return min(found, key=lambda one: (one.video in recent, _draw(seed, rater, one.claim))).claim


def _draw(seed: int, rater: str, claim: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{rater}\0{claim}".encode()).digest()
