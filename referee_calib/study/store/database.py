"""The database file: opening it, transactions, and what its troubles mean.

Every transaction opens the file anew and closes it: safe in threads and after a fork, and a file that
vanished is noticed instead of written to where nobody finds it. Writers take SQLite's write lock at once
(``BEGIN IMMEDIATE``), so that what they checked is still true when they write; those who come second
wait. A commit is on the disk before it returns (``synchronous=FULL``).
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from referee_calib.errors import StudyError
from referee_calib.io import sync_folder
from referee_calib.study.store import migrations

BUSY_SECONDS = 15.0


class StudyDatabase:
    """A study's database in a file that exists; `empty` says that the file is to become one now."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS, empty: bool = False) -> None:
        self.path = path
        self._engine = _engine(path, busy_seconds)
        with self.read() as connection:
            found = migrations.check_version(connection, str(path))
        if not found and not empty:
            raise StudyError(f"database {path} is empty", "what was in it is lost", "Restore a copy of it.")
        if found < len(migrations.MIGRATIONS):
            with self.write() as connection:
                migrations.migrate(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the study, whatever others write meanwhile."""
        with self._explained_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing, one writer at a time."""
        engine = self._engine.execution_options(writes=True)
        with self._explained_errors(), engine.begin() as connection:
            yield connection

    def damage(self) -> list[str]:
        """Return what SQLite's own check finds wrong with the file, nothing when it is sound."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
            found += [f"broken reference in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return [one for one in found if one != "ok"]

    @contextmanager
    def _explained_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            meaning = _meaning(error)
            if meaning is None:  # not a trouble of the place but of this program: show it whole
                raise
            raise StudyError(f"database {self.path} cannot be used", *meaning) from error


def create(path: Path) -> None:
    """Make an empty database that appears whole or not at all."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        StudyDatabase(hidden, empty=True)
        hidden.replace(path)
        sync_folder(path.parent)
    finally:
        for left in ("", "-wal", "-shm"):
            with suppress(OSError):  # gone already, which is what we want
                Path(f"{hidden}{left}").unlink()


def _engine(path: Path, busy_seconds: float) -> Engine:
    def connect() -> sqlite3.Connection:
        if not path.is_file():
            raise StudyError(f"database {path} is gone", "the study cannot be read without it", "Restore a copy of it.")
        uri = f"{path.absolute().as_uri()}?mode=rw"  # rw: never make an empty database where one was lost
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, check_same_thread=False)
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
        try:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_MEANINGS: dict[str, tuple[str, str]] = {
    "FULL": (
        "the disk is full or a size limit is reached; nothing of this step was stored",
        "Free some space and type the same command again.",
    ),
    "BUSY": (
        "another process keeps it locked; nothing of this step was stored",
        "Wait until it has ended and type the same command again.",
    ),
    "READONLY": ("the file or its folder is read-only for you", "Ask for write access, or copy the study."),
    "CANTOPEN": ("it is gone, or its folder is read-only for you", "Restore a copy, or ask for write access."),
    "PERM": ("the file or its folder is read-only for you", "Ask for write access, or copy the study."),
    "CORRUPT": ("it is damaged", "Restore a copy of it."),
    "NOTADB": ("it is not a database", "Restore a copy of it."),
    "IOERR": (
        "the disk is full, limited or failing; nothing of this step was stored",
        "Free some space and type the same command again.",
    ),
}
_MEANINGS["LOCKED"] = _MEANINGS["BUSY"]


def _meaning(error: DBAPIError) -> tuple[str, str] | None:
    name = getattr(error.orig, "sqlite_errorname", "").removeprefix("SQLITE_")
    return _MEANINGS.get(name.split("_")[0])
