"""Moving the records of a study to another database: all of them or none, checked, and nobody writes meanwhile.

The old database is locked for writers, copied, and compared with the copy. Then, one after the other, each whole or
not at all: the copy is stored, the old database is closed for good, ``study.toml`` names the new one. A program that
has the study open still finds its database closed, says so and writes nothing; ratings wait in the browsers until it
was started again. When a move is killed, the study is as before, or who opens it next finishes the last step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.study.settings import StorageSettings
from referee_calib.study.storage.fresh_copy import CopyNote, copied_file, copy_into_schema, name_for_old
from referee_calib.study.storage.location import DATABASE, new_storage, place_of_records
from referee_calib.study.storage.unfinished_move import ACTION
from referee_calib.study.store import audit_rows
from referee_calib.study.store.connections import DatabasePlace, PostgresqlSchema, SqliteFile
from referee_calib.study.store.connections.study_database import move_aside, take_name

if TYPE_CHECKING:
    from referee_calib.study.study import Study

_WHAT = "moved"  # stands in the name of the records that were left behind


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What a move did."""

    # where the records were and are now, in words without a password
    before: str
    after: str
    rows: dict[str, int]  # of each table that has any
    kept: str  # the file or schema of the old records, which nobody writes to any more


def move_records(study: Study, url: str) -> MoveResult:
    """Move a study's records to a PostgreSQL database or, with an empty `url`, to a SQLite file in its folder.

    Raises StudyError when they are there already, or cannot be written there; the study is as it was then.
    """
    if bool(url) == bool(study.config.storage.url):
        raise StudyError(
            f"the records of {study.folder}",
            f"they lie in {study.place.name} already",
            "Name the other kind of database: --to postgresql://… or --to sqlite",
        )
    before, settings = study.config.storage, new_storage(url, study.config.name)
    kept, after = name_for_old(before, _WHAT), place_of_records(study.folder, settings)
    note = CopyNote(ACTION, after.name, {"before": study.place.name, "schema": before.schema, "kept": kept})
    with study.writing() as source:  # from here on nobody else writes
        rows = _copy(source, after, note)
        _close_for_good(study.place, source, settings, kept)
    study.set_config(storage=settings)
    if not before.url:
        move_aside(study.folder / DATABASE, study.folder / kept)
    return MoveResult(study.place.name, after.name, rows, kept)


def _copy(source: Connection, after: DatabasePlace, note: CopyNote) -> dict[str, int]:
    if isinstance(after, PostgresqlSchema):
        return copy_into_schema(after, source, note)
    path = after.path
    with copied_file(path, source, note) as (hidden, rows):
        move_aside(path, path.with_name(name_for_old(StorageSettings(), _WHAT)))  # left by a move that was killed
        take_name(hidden, path)
    return rows


def _close_for_good(place: DatabasePlace, source: Connection, settings: StorageSettings, kept: str) -> None:
    if isinstance(place, SqliteFile):
        audit_rows.note(source, ACTION, place.name, url=settings.url, schema=settings.schema)
        place.close_for_good(source)
    else:
        place.rename_schema(source, kept)
