"""Records in a SQLite file of the study's folder.

Every transaction opens the file anew and closes it: safe in threads and after a fork, and a file that
vanished is noticed instead of written to where nobody finds it. Writers take SQLite's write lock at once
(``BEGIN IMMEDIATE``), so that what they checked is still true when they write; those who come second
wait. A commit is on the disk before it returns (``synchronous=FULL``).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from referee_calib.errors import StudyError
from referee_calib.study.store.connections.place_troubles import Meaning, RecordsMovedAway

BUSY_SECONDS = 15.0
MOVED = 1  # SQLite's `user_version` of a file whose records have moved elsewhere


class SqliteFile:
    """A database file that exists."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._engine = create_engine("sqlite://", creator=lambda: self._connect(busy_seconds), poolclass=NullPool)
        event.listen(self._engine, "begin", _begin)

    @property
    def name(self) -> str:
        """The file."""
        return f"database {self.path}"

    def reading_engine(self) -> Engine:
        """Return an engine that begins without a lock; WAL lets it see the state of its first look."""
        return self._engine

    def writing_engine(self) -> Engine:
        """Return an engine that begins with the write lock."""
        return self._engine.execution_options(writes=True)

    def check_there(self, connection: Connection) -> None:
        """Refuse a file whose records have moved elsewhere."""
        if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == MOVED:
            raise RecordsMovedAway(self.name)

    def close_for_good(self, connection: Connection) -> None:
        """Let nobody write to the file any more, from the end of the caller's transaction on."""
        connection.exec_driver_sql(f"PRAGMA user_version = {MOVED}")

    def meaning(self, error: DBAPIError) -> Meaning | None:
        """Say what SQLite's error means."""
        name = getattr(error.orig, "sqlite_errorname", "").removeprefix("SQLITE_")
        return _MEANINGS.get(name.split("_")[0])

    def damage(self, connection: Connection) -> list[str]:
        """Return what SQLite's own check finds wrong with the file."""
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
        found += [f"broken reference in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return [one for one in found if one != "ok"]

    def close(self) -> None:
        """Nothing is kept open between transactions."""

    def _connect(self, busy_seconds: float) -> sqlite3.Connection:
        if not self.path.is_file():
            raise StudyError(
                f"{self.name} is gone",
                "the study cannot be read without it",
                "Restore a copy of it; if its records have moved to another database, start this program again.",
            )
        uri = f"{self.path.absolute().as_uri()}?mode=rw"  # rw: never make an empty database where one was lost
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, check_same_thread=False)
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
        try:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_MEANINGS: dict[str, Meaning] = {
    "FULL": Meaning(
        "the disk is full or a size limit is reached; nothing of this step was stored",
        "Free some space and type the same command again.",
    ),
    "BUSY": Meaning(
        "another process keeps it locked; nothing of this step was stored",
        "Wait until it has ended and type the same command again.",
    ),
    "READONLY": Meaning("the file or its folder is read-only for you", "Ask for write access, or copy the study."),
    "CANTOPEN": Meaning("it is gone, or its folder is read-only for you", "Restore a copy, or ask for write access."),
    "PERM": Meaning("the file or its folder is read-only for you", "Ask for write access, or copy the study."),
    "CORRUPT": Meaning("it is damaged", "Restore a copy of it."),
    "NOTADB": Meaning("it is not a database", "Restore a copy of it."),
    "IOERR": Meaning(
        "the disk is full, limited or failing; nothing of this step was stored",
        "Free some space and type the same command again.",
    ),
}
_MEANINGS["LOCKED"] = _MEANINGS["BUSY"]
