"""All rows of a study, from one database into an empty one, and whether two databases hold the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from referee_calib.errors import StudyError
from referee_calib.study.store import migrations
from referee_calib.study.store.portable import is_postgresql
from referee_calib.study.store.schema import metadata, migration

_PIECE = 1000  # rows that are in memory at once
Contents = dict[str, tuple[int, str]]
"""Of each table how many rows it has, and the SHA-256 of them in the order of their keys."""


def copy_tables(source: sa.Connection, target: sa.Connection) -> None:
    """Copy every row into a database with the same, empty tables, within the transactions of the caller."""
    if migrations.version(source) != migrations.version(target):
        raise StudyError("the copy of a database", "the two are of different versions", "Open both once, then again.")
    target.execute(migration.delete())  # it tells of the copied database from now on
    for table in metadata.sorted_tables:
        for rows in _pieces(source, table):
            target.execute(table.insert(), rows)
    go_on_numbering(target, metadata.sorted_tables)


def contents(connection: sa.Connection) -> Contents:
    """Count and digest the rows of every table; the same in SQLite and in PostgreSQL."""
    return {table.name: _digest(connection, table) for table in metadata.sorted_tables}


def differences(before: Mapping[str, tuple[int, str]], after: Mapping[str, tuple[int, str]]) -> list[str]:
    """Say in which tables two databases differ."""
    return [
        f"{name}: {before[name][0]} rows, {after.get(name, (0, ''))[0]} in the copy"
        for name in before
        if before[name] != after.get(name)
    ]


def _pieces(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(query, execution_options={"yield_per": _PIECE})
    for piece in rows.mappings().partitions(_PIECE):
        yield [dict(row) for row in piece]


def _digest(connection: sa.Connection, table: sa.Table) -> tuple[int, str]:
    number, digest = 0, hashlib.sha256()
    for piece in _pieces(connection, table):
        number += len(piece)
        for row in piece:
            digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return number, digest.hexdigest()


def go_on_numbering(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let PostgreSQL number the next rows behind those that came with their numbers; SQLite does so by itself."""
    if not is_postgresql(connection):
        return
    for table in tables:
        for column in table.primary_key.columns:
            if table.autoincrement_column is column:
                last = connection.execute(sa.select(sa.func.max(column))).scalar_one()
                place = sa.func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(sa.select(sa.func.setval(place, last or 1, last is not None)))
