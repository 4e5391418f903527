"""Putting another content into a SQLite database that programs may have open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.study.store.connections import RecordsMovedAway, SqliteFile
from referee_calib.study.store.connections.study_database import StudyDatabase, hidden_database, move_aside, take_name


def replace_file(path: Path, new: Path, kept: Path) -> bool:
    """Put the content of `new` into the database at `path` and keep what was there; False when nothing was there.

    A sound database is closed to writers first and then filled in place, by SQLite's own copy of pages: a program that
    has it open goes on with the new content, and what it could not write meanwhile it is told. Renaming would let the
    last one who closes the old file remove the log of the new one. A damaged database is moved aside.
    """
    if not path.exists():
        take_name(new, path)
        return False
    try:
        _close(SqliteFile(path))
    except StudyError:  # damaged, or no database at all
        move_aside(path, kept)
        take_name(new, path)
        return True
    with hidden_database(kept) as hidden:
        _copy_pages(path, hidden)
        take_name(hidden, kept)
    _copy_pages(new, path)
    return True


def _close(place: SqliteFile) -> None:
    try:
        with StudyDatabase(place).write() as connection:
            place.close_for_good(connection)
    except RecordsMovedAway:  # closed already: an earlier replacement was killed
        return


def _copy_pages(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, timeout=60)) as new:
            new.execute("PRAGMA synchronous = FULL")
            old.backup(new)
    except sqlite3.Error as error:
        raise StudyError(
            f"database {target} cannot be replaced", str(error), "Stop the programs that use it, and try again."
        ) from error
