"""Who takes part: raters from whom their work was withdrawn get no more until they are let in again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from referee_calib.study.store.assignment.assignment_tables import rater_standing


def takes_part(connection: Connection, rater: str) -> bool:
    """Tell whether a rater may be given work."""
    mine = select(rater_standing.c.takes_part).where(rater_standing.c.rater == rater)
    last = connection.execute(mine.order_by(rater_standing.c.seq.desc()).limit(1)).scalar_one_or_none()
    return last is None or bool(last)


def change(connection: Connection, rater: str, *, takes_part: bool) -> None:
    """Say that a rater takes part from now on, or no longer."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(rater_standing.insert().values(rater=rater, takes_part=int(takes_part), time=now))
