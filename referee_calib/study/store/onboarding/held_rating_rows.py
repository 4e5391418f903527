"""Ratings that are held back, in the database. Decisions are only ever added: the latest one counts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from referee_calib.records import Mark, Rating
from referee_calib.study.store.onboarding.onboarding_tables import rating_hold

_Given = TypeVar("_Given", Rating, Mark)


class Hold(NamedTuple):
    """The latest decision about the ratings of a rater on a claim, or on all claims ("")."""

    time: str
    actor: str
    rater: str
    claim: str
    held: bool
    reason: str


def add(connection: Connection, actor: str, rater: str, claim: str, *, held: bool, reason: str) -> None:
    """Append a decision."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    values = {"time": now, "actor": actor, "rater": rater, "claim": claim, "held": int(held), "reason": reason}
    connection.execute(rating_hold.insert().values(values))


def latest(connection: Connection, rater: str = "") -> dict[tuple[str, str], Hold]:
    """Return the latest decision by rater and claim."""
    table = rating_hold.c
    query = select(table.time, table.actor, table.rater, table.claim, table.held, table.reason).order_by(table.seq)
    if rater:
        query = query.where(table.rater == rater)
    found = [
        Hold(row.time, row.actor, row.rater, row.claim, bool(row.held), row.reason) for row in connection.execute(query)
    ]
    return {(one.rater, one.claim): one for one in found}


def held_keys(connection: Connection) -> set[tuple[str, str]]:
    """Return what is held now, as (rater, claim), with "" for all claims of a rater."""
    return {key for key, one in latest(connection).items() if one.held}


def is_held(one: Rating | Mark, keys: Container[tuple[str, str]]) -> bool:
    """Tell whether a rating, or the mark that belongs to it, is held, by itself or with all of its rater."""
    return (one.rater, one.claim) in keys or (one.rater, "") in keys


def without_held(connection: Connection, given: Sequence[_Given]) -> list[_Given]:
    """Leave out ratings that are held back, and marks that belong to them; every figure reads them through this."""
    keys = held_keys(connection)
    return [one for one in given if not is_held(one, keys)] if keys else list(given)
