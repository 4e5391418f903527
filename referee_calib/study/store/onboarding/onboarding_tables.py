"""The tables of known claims, of raters' steps through the onboarding, and of ratings that are held back."""

from __future__ import annotations

import sqlalchemy as sa

from referee_calib.study.store.portable import make_append_only
from referee_calib.study.store.schema import metadata

known_claim = sa.Table(
    "known_claim",
    metadata,
    sa.Column("claim", sa.ForeignKey("claim.id"), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),  # order of the file
    sa.Column("role", sa.String, nullable=False),
    sa.Column("counts", sa.Integer, nullable=False),  # 1 when its ratings enter the figures all the same
    sa.Column("record", sa.Text, nullable=False),  # the known claim as JSON: right levels, tolerance, feedback
)

onboarding_event = sa.Table(
    "onboarding_event",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False, index=True),
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("kind", sa.String, nullable=False),  # "consent", "decline", "instructions", "feedback", "attempt"
    sa.Column("subject", sa.String, nullable=False),  # digest of the text, or nonce of the answer that was explained
)

rating_hold = sa.Table(
    "rating_hold",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # the latest of a rater and claim decides
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("claim", sa.String, nullable=False),  # "" for all ratings of the rater
    sa.Column("held", sa.Integer, nullable=False),  # 1 held, 0 released
    sa.Column("reason", sa.Text, nullable=False),
)


def create_onboarding(connection: sa.Connection) -> None:
    """Make the tables; only the known claims are ever replaced, and the audit trail keeps what they were."""
    for table in (known_claim, onboarding_event, rating_hold):
        table.create(connection)
    for table in (onboarding_event, rating_hold):
        make_append_only(connection, table)
