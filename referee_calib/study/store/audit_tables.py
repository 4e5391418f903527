"""The table of the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from referee_calib.study.store.portable import WHOLE, make_append_only
from referee_calib.study.store.schema import metadata

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON object
)


def create_audit(connection: sa.Connection) -> None:
    """Make the table; its rows are only ever added."""
    audit.create(connection)
    make_append_only(connection, audit)
