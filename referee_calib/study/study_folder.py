"""A hold on a study's folder: making and opening it, its settings, and transactions on its database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.io import make_folder, media_file, video_digest, write_bytes
from referee_calib.records import Clock
from referee_calib.rubric import Rubric
from referee_calib.study import creation, process_lock, study_config
from referee_calib.study.storage.location import new_storage, place_of_records
from referee_calib.study.storage.unfinished_move import storage_after_move
from referee_calib.study.store import migrations
from referee_calib.study.store.connections import BUSY_SECONDS, DatabasePlace, RecordsMovedAway
from referee_calib.study.store.connections import study_database as store
from referee_calib.study.store.connections.thread_view import ThreadView
from referee_calib.study.study_config import StudyConfig
from referee_calib.threshold_record import write_thresholds

if TYPE_CHECKING:
    from referee_calib.video import FrameTimes

FRAME_TIMES = "frame_times"  # folder of what was read of the videos; it may be removed at any time


class StudyFolder:
    """An open study folder with its media, settings and rubric; :class:`Study` adds the records."""

    def __init__(self, folder: Path, config: StudyConfig, database: store.StudyDatabase) -> None:
        self.folder = folder
        self.media = folder / study_config.MEDIA
        self.config = config
        self.rubric: Rubric = creation.study_rubric(folder, config)
        self._store = database
        self._connection: Connection | None = None
        self._view = ThreadView()

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        name: str = "",
        rubric: str = "",
        simulated_ratings: bool = False,
        order_seed: int = 0,
        clock: Clock = "first-frame",
        database: str = "",
    ) -> Self:
        """Make a new study.

        Parameters
        ----------
        folder : Path or str
            Where; made when missing. Files that are there already (a media folder, a rubric) stay.
        name : str
            Its title; the folder's name by default.
        rubric : str
            A rubric file in the folder, when the study has words of its own.
        simulated_ratings : bool
            True when ratings in it will be made by a program and not by people.
        order_seed : int
            Seed of the raters' orders.
        clock : {"first-frame", "file"}
            What 0 s of the claims is. Policies are shown frames and count from the first one, so that is the default;
            "file" is for times that were read off the file's own clock.
        database : str
            URL, without a password, of a PostgreSQL database for the records; a SQLite file in the folder by default.

        Raises
        ------
        StudyError
            When the folder holds a study, is read-only, or the disk is full; nothing is left behind then.
        """
        folder = Path(folder)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        title = _check_title(name or folder.resolve().name)
        config = StudyConfig(
            name=title,
            created=now,
            rubric=rubric,
            simulated_ratings=simulated_ratings,
            order_seed=order_seed,
            clock=clock,
            storage=new_storage(database, title),
        )
        creation.create_study_folder(folder, config)
        write_thresholds(folder, config.thresholds, now)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path | str, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open a study.

        Parameters
        ----------
        folder : Path or str
            The study's folder.
        busy_seconds : float
            How long to wait for other writers.

        Raises
        ------
        StudyError
            When it is not a study folder, or the study is newer, damaged, locked, or lost its database.
        """
        folder = Path(folder)
        config = study_config.read_config(folder)
        try:
            database = store.StudyDatabase(place_of_records(folder, config.storage, busy_seconds))
        except RecordsMovedAway:
            if (settings := storage_after_move(folder, config.storage)) is None:
                raise
            config = replace(config, storage=settings)
            study_config.write_config(folder, config)
            database = store.StudyDatabase(place_of_records(folder, settings, busy_seconds))
        return cls(folder, config, database)

    @property
    def place(self) -> DatabasePlace:
        """Where the records lie."""
        return self._store.place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the work with the study; every finished step is on the disk already."""
        self._store.close()

    def media_path(self, video: str) -> Path:
        """Return where a claim's video lies, and never a path outside the media folder: that is a StudyError."""
        return media_file(self.media, video, error=StudyError)

    def frame_times(self, video: str) -> FrameTimes:
        """Return when every frame of a claim's video is shown.

        Kept in the study under the digest of the file, so that a long video is read once. Raises VideoError when it
        cannot be read.
        """
        from referee_calib.video import FrameTimes, frame_times

        path = self.media_path(video)
        kept = self.folder / FRAME_TIMES / f"{video_digest(path)}.json"
        with suppress(OSError, ValueError, KeyError, TypeError):  # not there, or not whole: it is read anew
            return FrameTimes.from_compact(json.loads(kept.read_bytes()))
        found = frame_times(path)
        with suppress(StudyError):  # a study that cannot be written can be looked at all the same
            make_folder(kept.parent)
            write_bytes(kept, json.dumps(found.compact()).encode())
        return found

    def set_config(self, **values: Any) -> None:
        """Change values of ``study.toml``; see :class:`StudyConfig` for their names."""
        self.config = replace(study_config.read_config(self.folder), **values)  # others may have changed it meanwhile
        study_config.write_config(self.folder, self.config)

    @contextmanager
    def scoring_lock(self) -> Iterator[None]:
        """Hold the right to score this study; a second process is refused with a :class:`StudyError`."""
        with process_lock.exclusive_lock(self.folder / ".scoring.lock", "scoring"):
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything that is added within the block one step: all of it is stored, or nothing.

        Use the study from one thread only while the block runs.
        """
        if self._connection is not None:
            raise RuntimeError("a transaction of this study is open already")
        self._view.end()
        with self._store.write() as connection:
            self._connection = connection
            try:
                yield
            finally:
                self._connection = None
                self._view.end()

    def damage(self) -> list[str]:
        """Return what is wrong with the database file, nothing when it is sound."""
        return self._store.damage()

    def database_version(self) -> int:
        """Return the version of the database's tables."""
        with self.reading() as connection:
            return migrations.version(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the modules of this package a connection that writes all or nothing, within a transaction."""
        if self._connection is not None:
            yield self._connection
        else:
            self._view.end()
            try:
                with self._store.write() as connection:
                    yield connection
            finally:
                self._view.end()  # what this thread reads next must show it

    @contextmanager
    def view(self) -> Iterator[None]:
        """Let all that this thread reads within the block see one state, over one connection.

        What the thread writes meanwhile ends that state; what it reads afterwards sees the new one.
        """
        with self._view.kept():
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give the modules of this package a connection that sees one state of the study."""
        if self._connection is not None:
            yield self._connection
        else:
            with self._view.reading(self._store) as connection:
                yield connection


def _check_title(name: str) -> str:
    name = " ".join(name.split())
    if not name.isprintable() or len(name) > 200:
        raise StudyError(f"study name {name!r:.80}", "a name has at most 200 printable characters")
    return name
