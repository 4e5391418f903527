"""Making a study folder: all of it or nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from referee_calib import rubric as rubrics
from referee_calib.errors import StudyError
from referee_calib.io import cannot_write
from referee_calib.rubric import Rubric
from referee_calib.study import process_lock
from referee_calib.study.storage.location import DATABASE, create_records, remove_records
from referee_calib.study.study_config import CONFIG, MEDIA, StudyConfig, write_config

_LOCK = ".init.lock"


def create_study_folder(folder: Path, config: StudyConfig) -> None:
    """Make a study folder with an empty database; its ``study.toml`` is written last."""
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with process_lock.exclusive_lock(folder / _LOCK, "making"):
            try:
                _refuse_study(folder)
                _fill(folder, config)
            finally:
                (folder / _LOCK).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        if made and not (folder / CONFIG).exists():
            _remove_empty(folder)


def study_rubric(folder: Path, config: StudyConfig) -> Rubric:
    """Return the study's own rubric, or the default one."""
    if not config.rubric:
        return rubrics.load()
    path = (folder / config.rubric).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise StudyError(f"rubric {config.rubric!r}", "a study's own rubric lies in its folder")
    return rubrics.load(path)


def _refuse_study(folder: Path) -> None:
    if (folder / CONFIG).exists():
        raise StudyError(
            f"{folder} holds a study already", f"{CONFIG} is there", "Choose another folder, or open this one."
        )
    if (folder / DATABASE).exists():
        raise StudyError(
            f"{folder} holds a {DATABASE} without a {CONFIG}",
            "the settings were lost, or the making of a study was killed",
            f"Restore {CONFIG}, or remove {DATABASE} if nothing was stored in it yet.",
        )


def _fill(folder: Path, config: StudyConfig) -> None:
    study_rubric(folder, config)
    media = folder / MEDIA
    made_media, made_records = not media.exists(), False
    try:
        media.mkdir(exist_ok=True)
        create_records(folder, config.storage)
        made_records = True
        write_config(folder, config)
    finally:
        if not (folder / CONFIG).exists():
            if made_records:
                remove_records(folder, config.storage)
            if made_media:
                _remove_empty(media)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # a folder that something else has moved into stays
        folder.rmdir()
