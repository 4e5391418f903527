"""How many claims each two raters share, kept up to date so that those who met least can meet next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from sqlalchemy import Connection, select

from referee_calib.study.store.assignment.assignment_tables import rater_pair


def change(connection: Connection, before: Sequence[str], after: Sequence[str]) -> None:
    """Count one claim whose crew was `before` and is `after` now."""
    old, new = set(permutations(before, 2)), set(permutations(after, 2))
    for pair in sorted(new - old):
        _add(connection, pair, 1)
    for pair in sorted(old - new):
        _add(connection, pair, -1)


def met(connection: Connection, rater: str) -> dict[str, int]:
    """Return with whom a rater shares how many claims."""
    rows = connection.execute(select(rater_pair.c.other, rater_pair.c.claims).where(rater_pair.c.rater == rater))
    return {row.other: row.claims for row in rows}


def _add(connection: Connection, pair: tuple[str, str], step: int) -> None:
    rater, other = pair
    mine = (rater_pair.c.rater == rater, rater_pair.c.other == other)
    changed = connection.execute(rater_pair.update().where(*mine).values(claims=rater_pair.c.claims + step))
    if not changed.rowcount:
        connection.execute(rater_pair.insert().values(rater=rater, other=other, claims=step))
