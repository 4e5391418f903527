"""Sign-ins in the database: each lasts until it is ended, and ends at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from referee_calib.study.store.people.people_rows import now
from referee_calib.study.store.people.people_tables import sign_in, withdrawn_access

MOST_OPEN = 20  # sign-ins of one rater at a time; the one that was seen longest ago ends


def start(connection: Connection, digest: str, secret_name: str, rater: str, way: str, subject: str) -> None:
    """Store a sign-in."""
    time = now()
    values = {"digest": digest, "secret_name": secret_name, "rater": rater, "way": way, "subject": subject}
    connection.execute(sign_in.insert().values(**values, created=time, seen=time, why=""))
    others = [row.digest for row in open_of(connection, rater) if row.digest != digest]
    surplus = others[MOST_OPEN - 1 :]
    if surplus:
        _end(connection, "too many sign-ins", sign_in.c.digest.in_(surplus))


def get(connection: Connection, digest: str) -> Row[Any] | None:
    """Return a sign-in with whether its rater's access is withdrawn, found by index alone."""
    query = (
        select(sign_in, withdrawn_access.c.rater.label("withdrawn"))
        .outerjoin(withdrawn_access, withdrawn_access.c.rater == sign_in.c.rater)
        .where(sign_in.c.digest == digest)
    )
    return connection.execute(query).one_or_none()


def touch(connection: Connection, digest: str) -> None:
    """Note that somebody was here just now."""
    connection.execute(sign_in.update().where(sign_in.c.digest == digest).values(seen=now()))


def end(connection: Connection, digest: str, why: str) -> None:
    """End one sign-in."""
    _end(connection, why, sign_in.c.digest == digest)


def end_of_rater(connection: Connection, rater: str, why: str) -> int:
    """End all sign-ins of a rater; return how many those were."""
    return _end(connection, why, sign_in.c.rater == rater)


def has_other_secrets(connection: Connection, secret_name: str) -> bool:
    """Tell whether there are open sign-ins of another secret."""
    others = (sign_in.c.ended.is_(None), sign_in.c.secret_name != secret_name)
    return connection.execute(select(sign_in.c.digest).where(*others).limit(1)).first() is not None


def end_of_other_secrets(connection: Connection, secret_name: str) -> int:
    """End the sign-ins whose cookies no longer fit, since the study's secret has changed."""
    return _end(connection, "the study's key was changed", sign_in.c.secret_name != secret_name)


def open_of(connection: Connection, rater: str) -> list[Row[Any]]:
    """Return a rater's open sign-ins, the one that was seen last first."""
    mine = (sign_in.c.rater == rater, sign_in.c.ended.is_(None))
    query = select(sign_in).where(*mine).order_by(sign_in.c.seen.desc(), sign_in.c.created.desc())
    return list(connection.execute(query))


def get_all(connection: Connection) -> list[Row[Any]]:
    """Return all sign-ins, oldest first."""
    return list(connection.execute(select(sign_in).order_by(sign_in.c.created, sign_in.c.digest)))


def _end(connection: Connection, why: str, *which: Any) -> int:
    changed = connection.execute(sign_in.update().where(sign_in.c.ended.is_(None), *which).values(ended=now(), why=why))
    return changed.rowcount
