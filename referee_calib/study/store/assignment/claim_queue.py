"""Released claims that need further raters, found by index: the cost does not grow with the claims that need none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, exists, func, select

from referee_calib.study.store.assignment.assignment_rows import names
from referee_calib.study.store.assignment.assignment_tables import assignment, wanted_claim


class Queued(NamedTuple):
    """A claim at the head of a queue."""

    claim: str
    video: str


def begun(connection: Connection) -> list[tuple[tuple[str, ...], int, int]]:
    """Return the crews of begun claims that need further raters, with how many claims and the first one's place."""
    queue = wanted_claim.c.queue
    query = select(queue, func.count().label("claims"), func.min(wanted_claim.c.place).label("first"))
    rows = connection.execute(query.where(queue > "").group_by(queue))
    return [(tuple(names(row.queue)), row.claims, row.first) for row in rows]


def head(connection: Connection, crew: Sequence[str], rater: str, most: int) -> list[Queued]:
    """Return the first claims of one crew's queue that the rater was not asked about, or gave back."""
    asked = exists().where(
        assignment.c.claim == wanted_claim.c.claim,
        assignment.c.rater == rater,
        assignment.c.occasion == "",
        assignment.c.state != "expired",
    )
    query = select(wanted_claim.c.claim, wanted_claim.c.video).where(wanted_claim.c.queue == "\n".join(crew), ~asked)
    return [Queued(*row) for row in connection.execute(query.order_by(wanted_claim.c.place).limit(most))]


def head_of_stratum(connection: Connection, stratum: str, rater: str, most: int) -> list[Queued]:
    """Return the first claims of a stratum that need a further rater and that this one was not asked about."""
    asked = exists().where(
        assignment.c.claim == wanted_claim.c.claim, assignment.c.rater == rater, assignment.c.state != "expired"
    )
    waiting = (wanted_claim.c.stratum == stratum, wanted_claim.c.queue.is_not(None), ~asked)
    query = select(wanted_claim.c.claim, wanted_claim.c.video).where(*waiting)
    return [Queued(*row) for row in connection.execute(query.order_by(wanted_claim.c.place).limit(most))]


def at_work(connection: Connection) -> list[str]:
    """Return who holds a claim just now."""
    rows = connection.execute(select(assignment.c.rater).where(assignment.c.state == "open").distinct())
    return [row.rater for row in rows]


def recent_videos(connection: Connection, rater: str, count: int) -> list[str]:
    """Return the videos of the claims that a rater got last."""
    query = (
        select(wanted_claim.c.video)
        .join(assignment, assignment.c.claim == wanted_claim.c.claim)
        .where(assignment.c.rater == rater)
        .order_by(assignment.c.place.desc())
        .limit(count)
    )
    return [row.video for row in connection.execute(query)]
