"""Adjudicated levels and exclusions in the database. Both are only ever added: the latest one counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, func, select

from referee_calib.records import Claim, Mark, Rating, RefereeScore
from referee_calib.study.store import claim_rows
from referee_calib.study.store.audit_tables import audit
from referee_calib.study.store.review.review_tables import adjudication, exclusion
from referee_calib.study.store.schema import claim, rater, rating, sampled, score

_Row = TypeVar("_Row", Claim, Mark, Rating, RefereeScore)


class ExcludedNames(NamedTuple):
    """Whom and what a coordinator has excluded."""

    raters: frozenset[str]
    claims: frozenset[str]


def add_adjudications(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append adjudicated levels."""
    connection.execute(adjudication.insert(), [dict(row) for row in rows])


def adjudications(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """Return the latest adjudicated level of each claim and dimension, or every one, in order of arrival."""
    return _rows(connection, adjudication, ("claim", "dimension"), history)


def add_exclusion(connection: Connection, row: Mapping[str, Any]) -> None:
    """Append that a rater or claim is excluded, or included again."""
    connection.execute(exclusion.insert().values(**row))


def exclusions(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """Return the latest decision about each rater and claim, or every one, in order of arrival."""
    return _rows(connection, exclusion, ("kind", "subject"), history)


def excluded_names(connection: Connection) -> ExcludedNames:
    """Return whom and what is excluded now."""
    held = [row for row in exclusions(connection, history=False) if row["excluded"]]
    return ExcludedNames(*(frozenset(row["subject"] for row in held if row["kind"] == kind) for kind in _KINDS))


_KINDS = ("rater", "claim")


def for_figures(connection: Connection, records: Sequence[_Row]) -> list[_Row]:
    """Leave out what no figure counts: claims set apart, and the raters and claims that a coordinator excluded.

    This is the one filter: everything that reads a study for analysis reads it through this.
    """
    left = claim_rows.without_set_apart(connection, records)
    excluded = excluded_names(connection)
    return [one for one in left if _counts(one, excluded)] if any(excluded) else left


def _counts(one: Claim | Mark | Rating | RefereeScore, excluded: ExcludedNames) -> bool:
    if isinstance(one, Claim):
        return one.id not in excluded.claims
    if one.claim in excluded.claims:
        return False
    return isinstance(one, RefereeScore) or one.rater not in excluded.raters


def state(connection: Connection) -> tuple[int, ...]:
    """Return numbers that change whenever a claim, rating, score, rater, decision or draw is added."""
    last = [_last(connection, table) for table in (claim, rating, score, audit, adjudication, exclusion)]
    return (*last, claim_rows.count(connection, rater), claim_rows.count(connection, sampled))


def _last(connection: Connection, table: Table) -> int:
    found: int | None = connection.execute(select(func.max(table.c.seq))).scalar_one()
    return found or 0


def _rows(connection: Connection, table: Table, key: Iterable[str], history: bool) -> list[dict[str, Any]]:
    query = select(table).order_by(table.c.seq)
    if not history:
        query = query.where(table.c.seq.in_(select(func.max(table.c.seq)).group_by(*(table.c[name] for name in key))))
    return [dict(row._mapping) for row in connection.execute(query)]
