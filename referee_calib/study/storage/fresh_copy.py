"""A whole copy of a study's records in a new place: stored when it was compared with what it is a copy of."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.study.settings import StorageSettings
from referee_calib.study.store import audit_rows
from referee_calib.study.store.connections import PostgresqlSchema, SqliteFile
from referee_calib.study.store.connections.study_database import StudyDatabase, hidden_database, new_file, new_schema
from referee_calib.study.store.copies.table_copy import contents, copy_tables, differences


class CopyNote(NamedTuple):
    """What the audit trail of a copy, and of it alone, says about its making."""

    action: str
    subject: str
    detail: Mapping[str, Any]


@contextmanager
def copied_file(path: Path, source: Connection, note: CopyNote) -> Iterator[tuple[Path, dict[str, int]]]:
    """Give a SQLite file beside `path` with all records, and the rows of each table; it is removed, or takes a name.

    Raises StudyError when it cannot be written, or differs.
    """
    with hidden_database(path) as hidden:
        with new_file(hidden) as target:
            rows = _fill(source, target, note)
        if found := StudyDatabase(SqliteFile(hidden)).damage():
            raise StudyError(f"the copy beside {path}", f"it is damaged: {found[0]}", "Check the disk, and try again.")
        yield hidden, rows


def copy_into_schema(place: PostgresqlSchema, source: Connection, note: CopyNote, *, kept: str = "") -> dict[str, int]:
    """Make a schema with all records, whole or not at all, and return the rows of each table.

    A schema that has its name already is `kept` under another one. Raises StudyError as :func:`copied_file`.
    """
    with new_schema(place, kept=kept) as target:
        return _fill(source, target, note)


def name_for_old(settings: StorageSettings, what: str) -> str:
    """Return what the old records are called: with the time in it, as a file or a schema of PostgreSQL."""
    stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime())
    if settings.url:
        return f"{settings.schema[: 61 - len(what) - len(stamp)]}_{what}_{stamp}"
    return f"study.{what}-{stamp}.db"


def _fill(source: Connection, target: Connection, note: CopyNote) -> dict[str, int]:
    copy_tables(source, target)
    before = contents(source)
    if wrong := differences(before, contents(target)):
        raise StudyError(f"the copy of {note.subject}", f"it differs from the study: {'; '.join(wrong)}")
    rows = {table: number for table, (number, _) in before.items() if number}
    audit_rows.note(target, note.action, note.subject, **note.detail, rows=rows)
    return rows
