"""Second looks in the database: how many a rater had, and which claim comes again."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from referee_calib.study.store.assignment.assignment_tables import assignment


def counts(connection: Connection, rater: str) -> tuple[int, int]:
    """Return how many items a rater has finished, and how many second looks they were given."""
    finished = select(func.max(assignment.c.looks)).where(assignment.c.rater == rater)
    again = (assignment.c.rater == rater, assignment.c.occasion != "", assignment.c.state != "expired")
    repeats = connection.execute(select(func.count()).select_from(assignment).where(*again)).scalar_one()
    return connection.execute(finished).scalar_one() or 0, repeats


def finished_at(connection: Connection, rater: str, near: int, latest: int) -> str | None:
    """Return the claim that a rater finished first at or after the look `near`, else last before it.

    Not after the look `latest`, and only what they gave levels to and have not seen twice.
    """
    mine, again = assignment.alias("mine"), assignment.alias("again")
    seen_twice = (
        select(again.c.seq)
        .where(again.c.rater == rater, again.c.claim == mine.c.claim, again.c.occasion != "")
        .where(again.c.state != "expired")
        .exists()
    )
    could = (mine.c.rater == rater, mine.c.occasion == "", mine.c.state == "done", ~seen_twice)
    query = select(mine.c.claim).where(*could).limit(1)
    later = query.where(mine.c.looks.between(near, latest)).order_by(mine.c.looks)
    found: str | None = connection.execute(later).scalar_one_or_none()
    if found is None:
        earlier = query.where(mine.c.looks.between(1, near - 1)).order_by(mine.c.looks.desc())
        found = connection.execute(earlier).scalar_one_or_none()
    return found
