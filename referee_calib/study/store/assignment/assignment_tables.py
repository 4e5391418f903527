"""The tables of who is asked about which claims; what happened to an assignment is only ever added."""

from __future__ import annotations

import sqlalchemy as sa

from referee_calib.study.store.portable import make_append_only
from referee_calib.study.store.schema import metadata, rating

assignment_run = sa.Table(
    "assignment_run",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC, as everywhere here
    sa.Column("kind", sa.String, nullable=False),  # "on demand", "fixed", or "stop"
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON object
)

wanted_claim = sa.Table(
    "wanted_claim",
    metadata,
    sa.Column("claim", sa.ForeignKey("claim.id"), primary_key=True),
    sa.Column("run", sa.ForeignKey("assignment_run.seq"), nullable=False),  # the batch that released it
    sa.Column("place", sa.Integer, nullable=False),  # in the order in which claims are begun
    sa.Column("wanted", sa.Integer, nullable=False),  # ratings
    sa.Column("stratum", sa.String, nullable=False),
    sa.Column("draw", sa.Float, nullable=False),  # uniform in [0, 1) within the stratum: the smallest were released
    sa.Column("video", sa.String, nullable=False),
    sa.Column("crew", sa.Text, nullable=False),  # who rated it or was asked to, sorted, one name a line
    sa.Column("queue", sa.Text),  # the crew while further raters are needed, else NULL
    sa.Index("wanted_claim_in_queue", "queue", "place"),
)

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False),
    sa.Column("occasion", sa.String, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # among the rater's own
    sa.Column("state", sa.String, nullable=False),  # the last event: open, done, skipped, expired, withdrawn
    sa.Column("given", sa.String, nullable=False),
    sa.Column("until", sa.String),  # end of the lease, NULL without one
    sa.Column("looks", sa.Integer),  # how many claims the rater had finished with it, NULL before that
    sa.UniqueConstraint("rater", "claim", "occasion"),
    sa.Index("assignment_of_claim", "claim"),
    sa.Index("assignment_by_state", "rater", "state", "place"),
    sa.Index("assignment_by_looks", "rater", "looks"),
    sa.Index("assignment_by_lease", "state", "until"),
)

assignment_event = sa.Table(
    "assignment_event",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("assignment", sa.ForeignKey("assignment.seq"), nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("time", sa.String, nullable=False),
)

rater_pair = sa.Table(
    "rater_pair",
    metadata,
    sa.Column("rater", sa.ForeignKey("rater.name"), primary_key=True),
    sa.Column("other", sa.ForeignKey("rater.name"), primary_key=True),
    sa.Column("claims", sa.Integer, nullable=False),  # that both rated or were asked about
)

rater_standing = sa.Table(
    "rater_standing",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),  # the latest of a rater counts
    sa.Column("rater", sa.ForeignKey("rater.name"), nullable=False, index=True),
    sa.Column("takes_part", sa.Integer, nullable=False),  # 0 or 1
    sa.Column("time", sa.String, nullable=False),
)

claim_choice = sa.Table(
    "claim_choice",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("time", sa.String, nullable=False),
    sa.Column("claims", sa.Integer, nullable=False),  # how many were chosen for people to rate
)

_RATING_OF = sa.Index("rating_of_rater_and_claim", rating.c.rater, rating.c.claim)


def create_assignment(connection: sa.Connection) -> None:
    """Make the tables, and let a rating's row tell its occasion."""
    tables = [assignment_run, wanted_claim, assignment, assignment_event, rater_pair, rater_standing]
    metadata.create_all(connection, tables=[*tables, claim_choice])
    for one in (assignment_run, assignment_event, rater_standing, claim_choice):
        make_append_only(connection, one)
    there = sa.inspect(connection)
    if "occasion" not in {one["name"] for one in there.get_columns("rating")}:  # new databases have it from the start
        connection.execute(sa.text("ALTER TABLE rating ADD COLUMN occasion VARCHAR NOT NULL DEFAULT ''"))
    _RATING_OF.create(connection, checkfirst=True)
