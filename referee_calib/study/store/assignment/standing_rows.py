"""Who takes part: raters who are excluded, or whose work was withdrawn, get no more until they are let in again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from referee_calib.study.store.assignment.assignment_tables import rater_standing
from referee_calib.study.store.review.review_tables import exclusion


def takes_part(connection: Connection, rater: str) -> bool:
    """Tell whether a rater may be given work, and their ratings fill what is wanted."""
    mine = select(rater_standing.c.takes_part).where(rater_standing.c.rater == rater)
    last = connection.execute(mine.order_by(rater_standing.c.seq.desc()).limit(1)).scalar_one_or_none()
    return (last is None or bool(last)) and not _is_excluded(connection, rater)


def _is_excluded(connection: Connection, rater: str) -> bool:
    """Tell whether a coordinator excluded a rater, which may have been before anything was assigned."""
    theirs = select(exclusion.c.excluded).where(exclusion.c.kind == "rater", exclusion.c.subject == rater)
    last = connection.execute(theirs.order_by(exclusion.c.seq.desc()).limit(1)).scalar_one_or_none()
    return bool(last)


def change(connection: Connection, rater: str, *, takes_part: bool) -> None:
    """Say that a rater takes part from now on, or no longer."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(rater_standing.insert().values(rater=rater, takes_part=int(takes_part), time=now))
