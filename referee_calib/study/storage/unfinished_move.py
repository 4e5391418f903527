"""A move of records that was killed before ``study.toml`` named their new place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from referee_calib.study.settings import StorageSettings
from referee_calib.study.storage.location import DATABASE
from referee_calib.study.store import audit_rows
from referee_calib.study.store.connections import SqliteFile
from referee_calib.study.store.connections.study_database import explained_errors

ACTION = "move records"  # in the audit trail of both places


def storage_after_move(folder: Path, settings: StorageSettings) -> StorageSettings | None:
    """Return where the records are that have left the place of the settings, None when nothing tells."""
    if not (folder / DATABASE).is_file():
        return None
    told = _told_by(SqliteFile(folder / DATABASE))
    if not settings.url:  # the closed file says where they went
        return StorageSettings(url=told["url"], schema=told["schema"]) if "url" in told else None
    # a file that says it came from this schema
    return StorageSettings() if told.get("schema") == settings.schema and "kept" in told else None


def _told_by(place: SqliteFile) -> dict[str, Any]:
    with explained_errors(place), place.reading_engine().begin() as connection:
        return audit_rows.latest_detail(connection, ACTION)
