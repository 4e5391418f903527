"""The tables of a study's database and the steps that brought it to its present shape.

Each record is kept whole, as the JSON that :mod:`referee_calib.records` writes, in ``record``; the other
columns repeat only what the database must find, order or hold unique. So a round trip loses nothing, and
a field added to a record needs no change here. The JSON is ASCII: model text may hold half surrogates,
which no database takes as text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    inspect,
    select,
    text,
)

from referee_calib.errors import StudyError

metadata = MetaData()

migration = Table(
    "migration",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("time", String, nullable=False),
)

claim = Table(
    "claim",
    metadata,
    Column("seq", Integer, primary_key=True),  # order of import
    Column("id", String, nullable=False, unique=True),
    Column("dimensions", String, nullable=False),  # on which it can be judged, separated by spaces
    Column("record", Text, nullable=False),
)

sampled = Table(
    "sampled",
    metadata,
    Column("claim", ForeignKey("claim.id"), primary_key=True),
    Column("place", Integer, nullable=False),
)

rater = Table(
    "rater",
    metadata,
    Column("name", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("created", String, nullable=False),
    Column("code_digest", String, unique=True),  # SHA-256; NULL for those who cannot sign in
)

rating = Table(
    "rating",
    metadata,
    Column("seq", Integer, primary_key=True),  # order of arrival; the latest of a key counts
    Column("claim", ForeignKey("claim.id"), nullable=False),
    Column("rater", ForeignKey("rater.name"), nullable=False),
    Column("dimension", String, nullable=False),
    Column("level", Integer),
    Column("nonce", String, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("rater", "dimension", "nonce"),
)

referee = Table(
    "referee",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("description", Text, nullable=False),  # JSON object; {} when only scores were imported
    Column("created", String, nullable=False),
)

score = Table(
    "score",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("claim", ForeignKey("claim.id"), nullable=False),
    Column("referee", ForeignKey("referee.fingerprint"), nullable=False),
    Column("dimension", String, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("claim", "referee", "dimension", "sample"),
)

intake = Table(
    "intake",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("digest", String, nullable=False, unique=True),  # SHA-256 of the file: once imported, once counted
    Column("time", String, nullable=False),
    Column("summary", Text, nullable=False),  # JSON: file, kind, what was read, what was lost and why
)


def _m01_tables(connection: Connection) -> None:
    # when a table changes, freeze a copy of these tables here, and change it in a step of its own
    metadata.create_all(connection)
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            text(
                f"CREATE TRIGGER rating_no_{verb.lower()} BEFORE {verb} ON rating "
                "BEGIN SELECT RAISE(ABORT, 'ratings are append-only'); END"
            )
        )


MIGRATIONS: list[Callable[[Connection], None]] = [_m01_tables]


def version(connection: Connection) -> int:
    """Return the number of the last migration a database went through, 0 for an empty one."""
    if not inspect(connection).has_table("migration"):
        return 0
    last: int | None = connection.execute(select(func.max(migration.c.number))).scalar_one()
    return last or 0


def check_version(connection: Connection, place: str) -> int:
    """Return the database's version.

    Raises StudyError when a newer version of this package wrote it.
    """
    found = version(connection)
    if found > len(MIGRATIONS):
        raise StudyError(
            f"{place} has database version {found}, this version reads up to {len(MIGRATIONS)}",
            "it was made by a newer referee-calib",
            "Type: pip install --upgrade referee-calib",
        )
    return found


def migrate(connection: Connection) -> None:
    """Bring a database to the present version, within the caller's transaction."""
    for number, step in enumerate(MIGRATIONS[version(connection) :], start=version(connection) + 1):
        step(connection)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(migration.insert().values(number=number, name=step.__name__.lstrip("_"), time=now))
