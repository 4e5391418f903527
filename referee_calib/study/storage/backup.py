"""Copies of a study while people rate, and bringing one back.

A backup is a study folder like any other, with its records in SQLite whatever they lie in: it opens without a server,
and `referee-calib doctor` checks it. It appears whole or not at all, and only after its rows were compared with those
of the study.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, copy_video, hidden_beside, sync_folder
from referee_calib.study import study_config
from referee_calib.study.intake.playable_copies import PLAYABLE
from referee_calib.study.process_lock import exclusive_lock, is_held
from referee_calib.study.settings import StorageSettings
from referee_calib.study.storage.fresh_copy import CopyNote, copied_file, copy_into_schema, name_for_old
from referee_calib.study.storage.location import DATABASE, place_of_records
from referee_calib.study.store import audit_rows
from referee_calib.study.store.connections import DatabasePlace, PostgresqlSchema
from referee_calib.study.store.connections.study_database import take_name
from referee_calib.study.store.copies.file_replacement import replace_file
from referee_calib.study.study import Study
from referee_calib.study.study_folder import FRAME_TIMES

_LOCK = ".backup.lock"  # held in the hidden folder of a backup that is being written
_LEFT_OUT = (study_config.MEDIA, FRAME_TIMES, PLAYABLE)  # large, or made anew at any time


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What a backup, or the restoring of one, did."""

    path: Path  # the backup
    rows: dict[str, int]  # of each table that has any
    kept: str = ""  # the file or schema of the records that were replaced, "" when none were


def back_up(study: Study, path: Path, *, media: bool = False) -> BackupResult:
    """Copy a study, as it is at one moment, into a new folder.

    Parameters
    ----------
    study : Study
        It may be in use: nobody waits.
    path : Path
        The folder, which must not be there yet.
    media : bool
        With its videos, by hard links where the disk allows them; without, the folder of the backup's videos is empty.

    Raises
    ------
    StudyError
        When the folder is there or cannot be written, or the copy differs; nothing is left behind then.
    """
    if path.exists():
        raise StudyError(
            f"backup {path}", "it is there already, and a backup overwrites nothing", "Name another folder."
        )
    with _written_whole(path) as hidden:
        _copy_files(study.folder, hidden, media=media)
        note = CopyNote("back up", str(path), {"study": study.config.name})
        with study.reading() as source, copied_file(hidden / DATABASE, source, note) as (file, rows):
            take_name(file, hidden / DATABASE)
        study_config.write_config(hidden, replace(study.config, storage=StorageSettings()))
        Study.open(hidden).close()
    with study.writing() as connection:
        audit_rows.note(connection, "back up", str(path), rows=rows)
    return BackupResult(path, rows)


def restore(folder: Path, backup: Path) -> BackupResult:
    """Bring the records of a backup back into the study it was made of; those that are there are kept aside.

    Settings, videos and pages of the study stay; only its ``study.toml`` has to be there. Raises StudyError when the
    backup is of another study, or cannot be read, or the records cannot be written.
    """
    config = study_config.read_config(folder)
    with Study.open(backup) as saved:
        if saved.config.created != config.created:
            raise StudyError(f"backup {backup}", f"it is of another study, {saved.config.name!r}")
        kept = name_for_old(config.storage, "replaced")
        note = CopyNote("restore backup", str(backup), {"kept": kept})
        with saved.reading() as source:
            return _bring_back(source, place_of_records(folder, config.storage), note, kept)


def _bring_back(source: Connection, place: DatabasePlace, note: CopyNote, kept: str) -> BackupResult:
    backup = Path(note.subject)
    if isinstance(place, PostgresqlSchema):
        return BackupResult(backup, copy_into_schema(place, source, note, kept=kept), kept)
    with copied_file(place.path, source, note) as (file, rows):
        replaced = replace_file(place.path, file, place.path.with_name(kept))
    return BackupResult(backup, rows, kept if replaced else "")


@contextmanager
def _written_whole(path: Path) -> Iterator[Path]:
    """Give a hidden folder to fill, which takes its name when everything in it is on the disk."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        with hidden_beside(path) as hidden:
            hidden.mkdir()
            with exclusive_lock(hidden / _LOCK, "a backup"):
                yield hidden
            (hidden / _LOCK).unlink()
            _sync(hidden)
            hidden.rename(path)
            sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error


def _remove_leftovers(path: Path) -> None:
    """Remove what killed backups to this place have left."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        if not is_held(left / _LOCK):
            shutil.rmtree(left)


def _copy_files(folder: Path, target: Path, *, media: bool) -> None:
    for one in sorted(folder.iterdir()):
        holds_backups = _is_study(one) or target.resolve().is_relative_to(one.resolve())
        if not (one.name.startswith((".", "study.")) or one.name in _LEFT_OUT or holds_backups):
            copy: Callable[..., object] = shutil.copytree if one.is_dir() else shutil.copy2
            copy(one, target / one.name)
    if media:
        copy_video(folder / study_config.MEDIA, target / study_config.MEDIA, link=True)
    else:
        (target / study_config.MEDIA).mkdir()


def _is_study(path: Path) -> bool:
    return (path / study_config.CONFIG).exists()  # another backup, say


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
