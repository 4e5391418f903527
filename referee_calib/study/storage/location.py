"""Where the records of a study lie: a SQLite file in its folder, or a schema of PostgreSQL."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from referee_calib.errors import InputError, StudyError
from referee_calib.study.settings import StorageSettings, wrong_with_url
from referee_calib.study.store.connections import BUSY_SECONDS, DatabasePlace, PostgresqlSchema, SqliteFile
from referee_calib.study.store.connections.study_database import StudyDatabase, create_file, new_schema

DATABASE = "study.db"


def place_of_records(folder: Path, settings: StorageSettings, busy_seconds: float = BUSY_SECONDS) -> DatabasePlace:
    """Return where the records of the study in a folder lie."""
    if not settings.url:
        return SqliteFile(folder / DATABASE, busy_seconds=busy_seconds)
    if not settings.schema:
        raise StudyError(f"[storage] of {folder / 'study.toml'}", "it names a database and no schema")
    return PostgresqlSchema(settings.url, settings.schema, busy_seconds=busy_seconds)


def create_records(folder: Path, settings: StorageSettings) -> None:
    """Make the empty database of a new study, whole or not at all."""
    if settings.url:
        with new_schema(PostgresqlSchema(settings.url, settings.schema)):
            pass
    else:
        create_file(folder / DATABASE)


def remove_records(folder: Path, settings: StorageSettings) -> None:
    """Take back what :func:`create_records` made, when the making of the study failed."""
    if settings.url:
        with StudyDatabase(place := PostgresqlSchema(settings.url, settings.schema)).write() as connection:
            place.drop_schema(connection)
    else:
        (folder / DATABASE).unlink(missing_ok=True)


def new_storage(url: str, title: str) -> StorageSettings:
    """Return the settings of a new place: a schema of its own in the database of a URL, or SQLite without one."""
    if not url:
        return StorageSettings()
    if wrong := wrong_with_url(url):
        raise InputError("the database's URL", wrong)
    words = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40]
    # readable, and told apart from any other study's by 32 random bits
    return StorageSettings(url=url, schema="_".join(part for part in ("study", words, secrets.token_hex(4)) if part))
