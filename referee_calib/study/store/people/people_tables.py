"""The tables of letting people in: invitations, sign-ins, withdrawn access, and who a rater is elsewhere."""

from __future__ import annotations

import sqlalchemy as sa

from referee_calib.study.store.schema import metadata

invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String, nullable=False, unique=True),  # SHA-256 of the link's token
    sa.Column("rater", sa.ForeignKey("rater.name")),  # NULL for the entry of a panel, which makes raters
    sa.Column("panel", sa.String, nullable=False),  # "prolific", …; "" for a personal link
    sa.Column("created", sa.String, nullable=False),
    sa.Column("created_by", sa.String, nullable=False),
    sa.Column("expires", sa.String),
    sa.Column("most_uses", sa.Integer),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("revoked", sa.String),
    sa.Index("invitation_rater", "rater"),
)

sign_in = sa.Table(
    "sign_in",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),  # keyed by the study's secret: without it no cookie fits
    sa.Column("secret_name", sa.String, nullable=False),  # which secret that was
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("way", sa.String, nullable=False),  # "code", "link", "account", or the name of a panel
    sa.Column("subject", sa.String, nullable=False),  # the account's e-mail address; "" otherwise
    sa.Column("created", sa.String, nullable=False),
    sa.Column("seen", sa.String, nullable=False),
    sa.Column("ended", sa.String),
    sa.Column("why", sa.String, nullable=False),
    sa.Index("sign_in_rater", "rater", "ended"),
)

withdrawn_access = sa.Table(
    "withdrawn_access",
    metadata,
    sa.Column("rater", sa.ForeignKey("rater.name"), primary_key=True),
    sa.Column("time", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
)

outside_identity = sa.Table(
    "outside_identity",
    metadata,
    sa.Column("kind", sa.String, primary_key=True),  # "account" or the name of a panel
    sa.Column("subject", sa.String, primary_key=True),  # e-mail address, or the panel's id of the person
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("created", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON object: the panel's study and submission
    sa.Index("outside_identity_rater", "rater"),
)


def create_people(connection: sa.Connection) -> None:
    """Make the tables; a code that was given before stays with its rater and works on."""
    for table in (invitation, sign_in, withdrawn_access, outside_identity):
        table.create(connection)
