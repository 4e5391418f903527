"""Rows of a table as JSON, out of one study and into another, checked against the table's own columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from referee_calib.errors import InputError
from referee_calib.study.store.portable import is_storable


def get(connection: sa.Connection, table: sa.Table, *, numbered: bool) -> list[dict[str, Any]]:
    """Return all rows in the order of their keys, with or without their numbers."""
    names = _columns(table, numbered=numbered)
    rows = connection.execute(sa.select(*names.values()).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in rows]


def add_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Append the rows that are not there yet behind those that are, and return how many those were."""
    there = Counter(_identity(row) for row in get(connection, table, numbered=False))
    new = list[dict[str, Any]]()
    for row in rows:
        if there[_identity(row)]:
            there[_identity(row)] -= 1
        else:
            new.append(dict(row))
    if new:
        connection.execute(table.insert(), new)
    return len(new)


def checked(table: sa.Table, row: Mapping[str, Any], place: str, *, numbered: bool) -> dict[str, Any]:
    """Return a row with the table's columns and their types; InputError where it has others."""
    columns = _columns(table, numbered=numbered)
    if set(row) != set(columns):
        wrong = sorted(set(row) ^ set(columns))
        raise InputError(f"{place}: {', '.join(wrong)}", f"its fields are {', '.join(columns)}")
    for name, column in columns.items():
        if not _fits(column, row[name]):
            raise InputError(f"{place}: {name} {row[name]!r:.60}", "it is of another type there")
    return {name: row[name] for name in columns}


def _columns(table: sa.Table, *, numbered: bool) -> dict[str, sa.Column[Any]]:
    return {one.name: one for one in table.columns if numbered or one.name != "seq"}


def _fits(column: sa.Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    kind = column.type.python_type
    if kind is float:
        return type(value) in (int, float)
    if kind is str:
        return isinstance(value, str) and is_storable(value)
    return type(value) is kind


def _identity(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(row.items()))
