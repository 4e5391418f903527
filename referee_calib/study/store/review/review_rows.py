"""Adjudicated levels in the database, and what figures count of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select

from referee_calib.records import Claim, Mark, Rating, RefereeScore
from referee_calib.study.store import claim_rows
from referee_calib.study.store.audit_tables import audit
from referee_calib.study.store.review.exclusion_rows import ExcludedNames, excluded_names, latest_or_all
from referee_calib.study.store.review.review_tables import adjudication, exclusion
from referee_calib.study.store.schema import claim, rater, rating, sampled, score

_Row = TypeVar("_Row", Claim, Mark, Rating, RefereeScore)


def add_adjudications(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append adjudicated levels."""
    connection.execute(adjudication.insert(), [dict(row) for row in rows])


def adjudications(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """Return the latest adjudicated level of each claim and dimension, or every one, in order of arrival."""
    return latest_or_all(connection, adjudication, ("claim", "dimension"), history)


def for_figures(connection: Connection, records: Sequence[_Row]) -> list[_Row]:
    """Leave out what no figure counts: claims set apart, and the raters and claims that a coordinator excluded.

    This is the one filter: everything that reads a study for analysis reads it through this.
    """
    return without_excluded(connection, claim_rows.without_set_apart(connection, records))


def without_excluded(connection: Connection, records: Sequence[_Row]) -> list[_Row]:
    """Leave out only the raters and claims that a coordinator excluded, and keep what is set apart."""
    excluded = excluded_names(connection)
    return [one for one in records if _counts(one, excluded)] if any(excluded) else list(records)


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
