"""What differs between the databases that a study may lie in."""

from __future__ import annotations

import sqlalchemy as sa


def make_append_only(connection: sa.Connection, table: sa.Table) -> None:
    """Let the database itself refuse to change or remove rows of a table."""
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            sa.text(
                f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{table.name}s are append-only'); END"
            )
        )
