"""Known claims in the database, and what was answered on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from referee_calib.records import Rating
from referee_calib.study.store.assignment.assignment_tables import claim_choice
from referee_calib.study.store.onboarding.onboarding_tables import known_claim
from referee_calib.study.store.schema import rater, rating


def replace_all(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make these the known claims; each has claim, role, counts and its record."""
    connection.execute(known_claim.delete())
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(claim_choice.insert().values(time=now, claims=len(rows)))  # other claims may be rateable now
    packed = [
        {**row, "place": place, "counts": int(row["counts"]), "record": json.dumps(row["record"], sort_keys=True)}
        for place, row in enumerate(rows)
    ]
    if packed:
        connection.execute(known_claim.insert(), packed)


def get(connection: Connection, role: str = "") -> list[dict[str, Any]]:
    """Return the records of the known claims, or of one role, in the order of their file; "retired" ones by role."""
    query = select(known_claim.c.record).order_by(known_claim.c.place)
    query = query.where(known_claim.c.role == role if role else known_claim.c.role != "retired")
    return [json.loads(row.record) for row in connection.execute(query)]


def every(connection: Connection) -> list[dict[str, Any]]:
    """Return the records of all known claims, retired ones among them, in their order."""
    return [
        json.loads(row.record) for row in connection.execute(select(known_claim.c.record).order_by(known_claim.c.place))
    ]


def one(connection: Connection, claim: str) -> dict[str, Any] | None:
    """Return the record of one known claim, None when the claim is not known."""
    found = connection.execute(select(known_claim.c.record).where(known_claim.c.claim == claim)).scalar_one_or_none()
    return None if found is None else json.loads(found)


def uncounted_ids(connection: Connection) -> set[str]:
    """Return the ids of the known claims whose ratings enter no figure."""
    rows = connection.execute(select(known_claim.c.claim).where(known_claim.c.counts == 0))
    return {row.claim for row in rows}


def ids_of_roles(connection: Connection) -> dict[str, str]:
    """Return the role of each known claim by its id."""
    rows = connection.execute(select(known_claim.c.claim, known_claim.c.role).order_by(known_claim.c.place))
    return {row.claim: row.role for row in rows}


def answers(connection: Connection, role: str, rater_name: str = "") -> list[Rating]:
    """Return every rating ever given on the known claims of a role, by all raters or one, in order of arrival."""
    query = select(rating.c.record).join(known_claim, known_claim.c.claim == rating.c.claim)
    query = query.where(known_claim.c.role == role).order_by(rating.c.seq)
    if rater_name:
        query = query.where(rating.c.rater == rater_name)
    return [Rating.from_json(json.loads(row.record)) for row in connection.execute(query)]


def rated_by_people(connection: Connection) -> set[str]:
    """Return the claims that people, not programs, have rated."""
    query = select(rating.c.claim).join(rater).where(rater.c.origin != "simulated").distinct()
    return {row.claim for row in connection.execute(query)}
