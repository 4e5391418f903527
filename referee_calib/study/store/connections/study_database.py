"""A study's database: its transactions, its version, and what its troubles mean.

Where it lies is the business of the other modules here. Everywhere a reader sees one state, writers come one after the
other, and a commit is on the disk before it returns.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from referee_calib.errors import StudyError
from referee_calib.io import sync_folder
from referee_calib.study.store import migrations
from referee_calib.study.store.connections import DatabasePlace, PostgresqlSchema, SqliteFile


class StudyDatabase:
    """A study's database at a place that exists; `empty` says that it is to become one now."""

    def __init__(self, place: DatabasePlace, *, empty: bool = False) -> None:
        self.place = place
        with self.read() as connection:
            place.check_there(connection)
            found = migrations.check_version(connection, place.name)
        if not found and not empty:
            raise StudyError(f"{place.name} is empty", "what was in it is lost", "Restore a copy of it.")
        if found < len(migrations.MIGRATIONS):
            with self.write() as connection:
                migrations.migrate(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the study, whatever others write meanwhile."""
        with explained_errors(self.place), _transaction(self.place.reading_engine()) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing, one writer at a time."""
        with explained_errors(self.place), _transaction(self.place.writing_engine()) as connection:
            self.place.check_there(connection)
            yield connection

    def damage(self) -> list[str]:
        """Return what the database's own check finds wrong, nothing when it is sound."""
        with self.read() as connection:
            return self.place.damage(connection)

    def close(self) -> None:
        """Let connections go that wait for the next transaction."""
        self.place.close()


@contextmanager
def explained_errors(place: DatabasePlace) -> Iterator[None]:
    """Turn a database's troubles into StudyError; a fault of this program is shown whole."""
    try:
        yield
    except DBAPIError as error:
        meaning = place.meaning(error)
        if meaning is None:
            raise
        raise StudyError(f"{place.name} cannot be used", *meaning) from error


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def create_file(path: Path) -> None:
    """Make an empty SQLite database that appears whole or not at all."""
    with hidden_database(path) as hidden:
        with new_file(hidden):
            pass
        take_name(hidden, path)


@contextmanager
def hidden_database(path: Path) -> Iterator[Path]:
    """Make an empty file beside `path` to become a SQLite database; what is left under its name is removed."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        yield hidden
    finally:
        for left in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):  # gone already, which is what we want
                Path(f"{hidden}{left}").unlink()


def take_name(hidden: Path, path: Path) -> None:
    """Give a whole database file, which nobody has open, its name."""
    hidden.replace(path)
    sync_folder(path.parent)


@contextmanager
def new_schema(place: PostgresqlSchema, *, kept: str = "") -> Iterator[Connection]:
    """Make a schema of PostgreSQL with a study's empty tables and give a connection to fill it: all of it or nothing.

    A schema of that name that is there is renamed to `kept` in the same step.
    """
    with explained_errors(place), _transaction(place.writing_engine()) as connection:
        if kept:
            place.rename_schema(connection, kept)
        place.make_schema(connection)
        migrations.migrate(connection)
        yield connection


@contextmanager
def new_file(hidden: Path) -> Iterator[Connection]:
    """Make a study's empty tables in an empty SQLite file and give a connection to fill them."""
    database = StudyDatabase(SqliteFile(hidden), empty=True)
    with database.write() as connection:
        yield connection


def move_aside(path: Path, kept: Path) -> None:
    """Give a SQLite database, sound or not, another name, with what SQLite keeps beside it; nothing where none is."""
    for beside in ("", "-wal", "-shm"):  # the file itself first: until it is back nobody takes its log for another's
        with suppress(FileNotFoundError):
            Path(f"{path}{beside}").rename(f"{kept}{beside}")
    sync_folder(path.parent)
