"""The tables of a study's database and the steps that brought it to its present shape.

Each record is kept whole, as the JSON that :mod:`referee_calib.records` writes, in ``record``; the other
columns repeat only what the database must find, order or hold unique. So a round trip loses nothing, and
a field added to a record needs no change here. The JSON is ASCII: model text may hold half surrogates,
which no database takes as text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from referee_calib.errors import StudyError

metadata = sa.MetaData()

migration = sa.Table(
    "migration",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("time", sa.String, nullable=False),
)

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # order of import
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("dimensions", sa.String, nullable=False),  # on which it can be judged, separated by spaces
    sa.Column("record", sa.Text, nullable=False),
)

sampled = sa.Table(
    "sampled",
    metadata,
    sa.Column("claim", sa.ForeignKey("claim.id"), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
)

rater = sa.Table(
    "rater",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("created", sa.String, nullable=False),
    sa.Column("code_digest", sa.String, unique=True),  # SHA-256; NULL for those who cannot sign in
)

rating = sa.Table(
    "rating",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # order of arrival; the latest of a key counts
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("level", sa.Integer),
    sa.Column("nonce", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("rater", "dimension", "nonce"),
)

referee = sa.Table(
    "referee",
    metadata,
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("description", sa.Text, nullable=False),  # JSON object; {} when only scores were imported
    sa.Column("created", sa.String, nullable=False),
)

score = sa.Table(
    "score",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("referee", sa.ForeignKey("referee.fingerprint"), nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("sample", sa.Integer, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("claim", "referee", "dimension", "sample"),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # order of arrival; the latest of a claim and rater counts
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("nonce", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("rater", "nonce"),
)

intake = sa.Table(
    "intake",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String, nullable=False, unique=True),  # SHA-256 of the file: once imported, once counted
    sa.Column("time", sa.String, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),  # JSON: file, kind, what was read, what was lost and why
)


def _m01_tables(connection: sa.Connection) -> None:
    # when a table changes, freeze a copy of these tables here, and change it in a step of its own
    metadata.create_all(connection, tables=[table for table in metadata.sorted_tables if table is not mark])
    _append_only(connection, "rating")


def _m02_marks(connection: sa.Connection) -> None:
    mark.create(connection)
    _append_only(connection, "mark")


def _append_only(connection: sa.Connection, table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            sa.text(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}s are append-only'); END"
            )
        )


MIGRATIONS: list[Callable[[sa.Connection], None]] = [_m01_tables, _m02_marks]


def version(connection: sa.Connection) -> int:
    """Return the number of the last migration a database went through, 0 for an empty one."""
    if not sa.inspect(connection).has_table("migration"):
        return 0
    last: int | None = connection.execute(sa.select(sa.func.max(migration.c.number))).scalar_one()
    return last or 0


def check_version(connection: sa.Connection, place: str) -> int:
    """Return the database's version."""
    found = version(connection)
    if found > len(MIGRATIONS):
        raise StudyError(
            f"{place} has database version {found}, this version reads up to {len(MIGRATIONS)}",
            "it was made by a newer referee-calib",
            "Type: pip install --upgrade referee-calib",
        )
    return found


def migrate(connection: sa.Connection) -> None:
    """Bring a database to the present version, within the caller's transaction."""
    for number, step in enumerate(MIGRATIONS[version(connection) :], start=version(connection) + 1):
        step(connection)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(migration.insert().values(number=number, name=step.__name__.lstrip("_"), time=now))
