"""Exclusions in the database. They are only ever added: the latest one of a rater or claim counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select

from referee_calib.study.store.review.review_tables import exclusion

_KINDS = ("rater", "claim")


class ExcludedNames(NamedTuple):
    """Whom and what a coordinator has excluded."""

    raters: frozenset[str]
    claims: frozenset[str]


def add_exclusion(connection: Connection, row: Mapping[str, Any]) -> None:
    """Append that a rater or claim is excluded, or included again."""
    connection.execute(exclusion.insert().values(**row))


def exclusions(connection: Connection, *, history: bool) -> list[dict[str, Any]]:
    """Return the latest decision about each rater and claim, or every one, in order of arrival."""
    return latest_or_all(connection, exclusion, ("kind", "subject"), history)


def excluded_names(connection: Connection) -> ExcludedNames:
    """Return whom and what is excluded now."""
    held = [row for row in exclusions(connection, history=False) if row["excluded"]]
    return ExcludedNames(*(frozenset(row["subject"] for row in held if row["kind"] == kind) for kind in _KINDS))


def latest_or_all(connection: Connection, table: Table, key: Iterable[str], history: bool) -> list[dict[str, Any]]:
    """Return the latest row of each key, or with `history` every one, in order of arrival."""
    query = select(table).order_by(table.c.seq)
    if not history:
        query = query.where(table.c.seq.in_(select(func.max(table.c.seq)).group_by(*(table.c[name] for name in key))))
    return [dict(row._mapping) for row in connection.execute(query)]
