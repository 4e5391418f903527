"""The tables of the on-policy audit: plan and windows are only ever added, so neither changes after the fact."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from referee_calib.records import AUDITED, Claim
from referee_calib.study.store.portable import WHOLE, make_append_only
from referee_calib.study.store.schema import claim, metadata

run_audit_plan = sa.Table(
    "run_audit_plan",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("time", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("digest", sa.String, nullable=False),  # SHA-256 of the plan
    sa.Column("plan", sa.Text, nullable=False),  # JSON object
)

run_audit_window = sa.Table(
    "run_audit_window",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("time", sa.String, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # from 1
    sa.Column("stage", sa.String, nullable=False),  # "drawn", then "put" to the raters
    sa.Column("content", sa.Text, nullable=False),  # JSON object: what was drawn, or what became of it
    sa.UniqueConstraint("number", "stage"),
)

audited_claim = sa.Table(
    "audited_claim",
    metadata,
    sa.Column("claim", sa.ForeignKey("claim.id"), primary_key=True),
    sa.Column("role", sa.String, nullable=False),  # "drawn" from the run, or "old": of the study, put to people again
)

DRAWN, OLD = "drawn", "old"
_MARK = f'"source":"{AUDITED}"'  # stands in the JSON of each claim drawn from a run, and perhaps in words of others


def create_run_audit(connection: sa.Connection) -> None:
    """Make the tables, with the claims that are there."""
    for table in (run_audit_plan, run_audit_window, audited_claim):
        table.create(connection)
    for table in (run_audit_plan, run_audit_window):
        make_append_only(connection, table)
    there = connection.execute(sa.select(claim.c.record).where(claim.c.record.contains(_MARK, autoescape=True)))
    note_audited(connection, [row.record for row in there])


def note_audited(connection: sa.Connection, records: Iterable[str]) -> None:
    """Remember which of these claims, as the table holds them, were drawn from a run that is audited."""
    likely = [Claim.from_json(json.loads(record)) for record in records if _MARK in record]
    rows = [{"claim": one.id, "role": DRAWN} for one in likely if one.audited]
    if rows:
        connection.execute(audited_claim.insert(), rows)
