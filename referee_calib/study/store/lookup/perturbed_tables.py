"""Which claims were perturbed for people: found without looking into every claim."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from referee_calib.records import PERTURBED, Claim
from referee_calib.study.store.schema import claim, metadata

perturbed = sa.Table(
    "perturbed",
    metadata,
    sa.Column("claim", sa.ForeignKey("claim.id"), primary_key=True),
)

_MARK = f'"source":"{PERTURBED}"'  # stands in the JSON of each of them, and perhaps in the words of others


def create_perturbed(connection: sa.Connection) -> None:
    """Make the table, with the claims that are there."""
    perturbed.create(connection)
    there = connection.execute(sa.select(claim.c.record).where(claim.c.record.contains(_MARK, autoescape=True)))
    note_perturbed(connection, [row.record for row in there])


def note_perturbed(connection: sa.Connection, records: Iterable[str]) -> None:
    """Remember which of these claims, as the table holds them, were perturbed."""
    likely = [Claim.from_json(json.loads(record)) for record in records if _MARK in record]
    rows = [{"claim": one.id} for one in likely if one.perturbed]
    if rows:
        connection.execute(perturbed.insert(), rows)
