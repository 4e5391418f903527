"""What differs between the databases that a study may lie in: SQLite and PostgreSQL.

Everything else in this package is SQLAlchemy Core that both take. Both compare text byte by byte (see
:mod:`.schema`), and in both the rows that a writer adds are numbered in the order of the commits, because a study has
one writer at a time: the numbers may have gaps, and no reader ever sees a lower number appear after a higher one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Whole numbers of 64 bits in both; SQLite numbers the rows of a key of this type by itself."""


def is_postgresql(connection: sa.Connection) -> bool:
    """Tell which of the two databases this is."""
    return connection.dialect.name == "postgresql"


def is_storable(text: str) -> bool:
    """Tell whether both databases take a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def make_append_only(connection: sa.Connection, table: sa.Table) -> None:
    """Let the database itself refuse to change or remove rows of a table."""
    if is_postgresql(connection):
        _make_append_only_in_postgresql(connection, table.name)
        return
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            sa.text(
                f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{table.name}s are append-only'); END"
            )
        )


def insert_or_ignore(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add the rows whose keys are not there yet, and return how many those were; what is there stays."""
    if not rows:
        return 0
    if is_postgresql(connection):  # which counts the rows of many statements only where it returns them
        added = postgresql.insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
        return len(connection.execute(added, list(rows)).all())
    return connection.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows)).rowcount


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """Add rows; where one with the same `keys` (columns of a primary key or unique constraint) is there, replace it."""
    if not rows:
        return
    dialect = postgresql if is_postgresql(connection) else sqlite
    statement = dialect.insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed), list(rows))


def insert_tuples(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add many rows of plain values in half the time that SQLAlchemy's own statements take."""
    mark = "%s" if is_postgresql(connection) else "?"
    marks = ", ".join([mark] * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of this package
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def _make_append_only_in_postgresql(connection: sa.Connection, name: str) -> None:
    refuse = "BEGIN RAISE EXCEPTION '%s are append-only', TG_TABLE_NAME; END"
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$refuse$ {refuse.replace('%', '%%')} $refuse$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name}_no_{when.split()[0].lower()} BEFORE {when} ON {name} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
