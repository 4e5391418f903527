"""The tables that every study's database has; :mod:`.migrations` makes them and those of each feature.

Each record is kept whole, as the JSON that :mod:`referee_calib.records` writes, in ``record``; the other
columns repeat only what the database must find, order or hold unique. So a round trip loses nothing, and
a field added to a record needs no change here. The JSON is ASCII: model text may hold half surrogates,
which no database takes as text.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from referee_calib.study.store.portable import WHOLE

metadata = sa.MetaData()


@sa.event.listens_for(sa.Column, "after_parent_attach")
def _compare_bytes(column: sa.Column[Any], table: sa.Table) -> None:
    """Let PostgreSQL compare and order the text of these tables byte by byte, as SQLite does, whatever its language."""
    if isinstance(column.type, sa.String) and table.metadata is metadata:
        column.type = column.type.with_variant(type(column.type)(collation="C"), "postgresql")


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
    sa.Column("seq", WHOLE, primary_key=True),  # order of import
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
    sa.Column("seq", WHOLE, primary_key=True),  # order of arrival; the latest of a key counts
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("level", sa.Integer),
    sa.Column("nonce", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("occasion", sa.String, nullable=False, server_default=""),  # "" counts; "repeat" is a second look
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
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("referee", sa.ForeignKey("referee.fingerprint"), nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("sample", WHOLE, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("claim", "referee", "dimension", "sample"),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),  # order of arrival; the latest of a claim and rater counts
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("nonce", sa.String, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("rater", "nonce"),
)

intake = sa.Table(
    "intake",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("digest", sa.String, nullable=False, unique=True),  # SHA-256 of the file: once imported, once counted
    sa.Column("time", sa.String, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),  # JSON: file, kind, what was read, what was lost and why
)
