"""The tables of a coordinator's review: adjudicated levels, and raters or claims that are excluded."""

from __future__ import annotations

import sqlalchemy as sa

from referee_calib.study.store.portable import make_append_only
from referee_calib.study.store.schema import metadata

adjudication = sa.Table(
    "adjudication",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # order of arrival; the latest of a claim and dimension counts
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("level", sa.Integer),  # NULL where an adjudicated level was withdrawn
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("coordinator", sa.String, nullable=False),
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC
)

exclusion = sa.Table(
    "exclusion",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # order of arrival; the latest of a subject counts
    sa.Column("kind", sa.String, nullable=False),  # "rater" or "claim"
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("excluded", sa.Boolean, nullable=False),  # false: included again
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("coordinator", sa.String, nullable=False),
    sa.Column("time", sa.String, nullable=False),
)


def create_review(connection: sa.Connection) -> None:
    """Make both tables; their rows are only ever added."""
    for table in (adjudication, exclusion):
        table.create(connection)
        make_append_only(connection, table)
