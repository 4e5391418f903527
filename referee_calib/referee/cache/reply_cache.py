"""Replies that were paid for once, kept under the digest of everything that was asked.

A key covers the backend's settings, every word and every picture of the question, and the number of the sample; what
cannot change a reply (addresses, timeouts, concurrency) is left out. Replies are kept raw and read anew each time, so
a better parser needs no new call. A shortcut leads to a key without decoding the video again.

One SQLite file (WAL) serves several processes. A reply is in the file before anybody sees it, so killing a process
loses none that came. A full disk or a damaged file stops no run: it is said once, and the work goes on.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

import orjson

from referee_calib.errors import InputError
from referee_calib.referee.question import Reply

logger = logging.getLogger(__name__)

ENVIRONMENT = "REFEREE_CALIB_CACHE"
NONE = "none"
BUSY_SECONDS = 10.0
_APPLICATION = 0x72636C62  # "rclb": whose file this is
_VERSION = 1
_CHUNK = 500
_PAUSE = (0.005, 0.05)  # seconds between two tries to open a file that others open too
_MAGIC = b"SQLite format 3\0"
_ANOTHER = "Name another file: --cache FILE"
_TABLES = """
CREATE TABLE IF NOT EXISTS reply (key TEXT PRIMARY KEY, reply TEXT NOT NULL, meta TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shortcut (name TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
"""
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_CANTOPEN")
_REPLY = {name: field.default for name, field in Reply.__dataclass_fields__.items()}


def default_path() -> Path:
    """Return where replies are kept when nobody says where: the user's cache folder, or REFEREE_CALIB_CACHE."""
    given = os.environ.get(ENVIRONMENT, "").strip()
    if given:
        return Path(given)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("referee-calib")) / "replies.sqlite"


def open_cache(where: str | Path | None = None) -> ReplyCache | None:
    """Open a cache.

    Parameters
    ----------
    where : path or "none", optional
        The file; :func:`default_path` by default. "none" (also from the environment) is no cache.

    Raises
    ------
    InputError
        When the file cannot be made, or belongs to something else.
    """
    path = default_path() if where is None else Path(where)
    return None if str(path) == NONE else ReplyCache(path)


class ReplyCache:
    """Raw replies by key; safe to use from several threads and processes.

    Parameters
    ----------
    path : path
        The file; it and its folder are made when missing.

    Raises
    ------
    InputError
        When the file cannot be made, is another program's database, or was made by a newer version.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._said: set[str] = set()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        with self._lock:
            self._open()

    def get(self, key: str) -> Reply | None:
        """Return the reply kept under a key, None where there is none."""
        rows = self._read("SELECT reply FROM reply WHERE key = ?", [key])
        return _unpacked(rows[0][0]) if rows else None

    def get_many(self, shortcuts: Iterable[str]) -> dict[str, Reply]:
        """Return what is known under these shortcuts; unknown ones are left out."""
        names = list(shortcuts)
        found: dict[str, Reply] = {}
        for start in range(0, len(names), _CHUNK):
            part = names[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            query = f"SELECT name, reply FROM shortcut JOIN reply USING (key) WHERE name IN ({marks})"  # noqa: S608
            found.update((name, _unpacked(text)) for name, text in self._read(query, part))
        return found

    def put(self, key: str, reply: Reply, meta: Mapping[str, Any] | None = None) -> None:
        """Keep a reply; one that is no "ok" reply is not kept.

        Parameters
        ----------
        key : str
        reply : Reply
        meta : mapping, optional
            JSON types, for people who look into the file.
        """
        if reply.status == "ok":
            row = (key, _packed(reply), json.dumps(dict(meta or {})))
            self._write("INSERT OR REPLACE INTO reply VALUES (?, ?, ?)", [row])

    def link(self, shortcuts: Iterable[tuple[str, str]]) -> None:
        """Keep further (shortcut, key) pairs."""
        self._write("INSERT OR REPLACE INTO shortcut VALUES (?, ?)", list(shortcuts))

    def __len__(self) -> int:
        rows = self._read("SELECT count(*) FROM reply", [])
        return int(rows[0][0]) if rows else 0

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                if self._process == os.getpid():  # a fork must leave its parent's connection alone
                    self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        with suppress(AttributeError, sqlite3.Error):  # never opened, or the interpreter is ending
            self.close()

    def __reduce__(self) -> tuple[type[ReplyCache], tuple[Path]]:
        return type(self), (self.path,)

    # below: the file and its troubles

    def _read(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                connection = self._open()
                return [] if connection is None else connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                self._trouble(error, "could not be read")
        return []

    def _write(self, statement: str, rows: Sequence[tuple[str, ...]]) -> None:
        if not rows:
            return
        with self._lock:
            try:
                connection = self._open()
                if connection is not None:
                    with connection:
                        connection.executemany(statement, rows)
            except sqlite3.DatabaseError as error:
                self._trouble(error, "took no more replies")

    def _trouble(self, error: sqlite3.DatabaseError, what: str) -> None:
        name = _name(error)
        if name.startswith(_DAMAGED):
            self._move_aside(error)
        elif name.startswith(_NO_ROOM):
            self._say(what, f"the cache {self.path} {what} ({error}); scoring goes on without it")
        else:  # a fault of this program, not of the disk
            raise error

    def _say(self, what: str, text: str) -> None:
        if what not in self._said:
            self._said.add(what)
            logger.warning("%s", text)

    def _open(self) -> sqlite3.Connection | None:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        self._connection, self._process = None, os.getpid()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connected(self.path)
            except sqlite3.DatabaseError as error:
                if not _name(error).startswith(_DAMAGED):
                    raise
                if not _was_a_database(self.path):
                    raise InputError(f"cache {self.path}", "it is no cache", _ANOTHER) from error
                self._move_aside(error)
                self._connection = _connected(self.path)
        except (OSError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.Error) and _name(error).startswith(("SQLITE_FULL", "SQLITE_BUSY")):
                self._trouble(error, "could not be opened")
                return None
            raise InputError(f"cache {self.path}", f"it cannot be opened ({error})", f"{_ANOTHER}, or none.") from error
        return self._connection

    def _move_aside(self, error: sqlite3.DatabaseError) -> None:
        self.close()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + end).replace(aside.with_name(aside.name + end))
        logger.warning("the cache %s is damaged (%s); it was moved to %s and begun anew", self.path, error, aside)


def _was_a_database(path: Path) -> bool:
    """Say whether a file that cannot be read once was a database, however little of it is left; others are let be."""
    with path.open("rb") as file:
        return _MAGIC.startswith(file.read(len(_MAGIC)))


def _connected(path: Path) -> sqlite3.Connection:
    """Open the file; where others open it at this moment, SQLite says at once that it is locked, and is asked again."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            return _connect(path)
        except sqlite3.OperationalError as error:
            if not _name(error).startswith("SQLITE_BUSY") or monotonic() > until:
                raise
        sleep(uniform(*_PAUSE))  # noqa: S311 - spreads tries


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # a commit survives the death of this process at once, that of the machine a little later
        connection.execute("PRAGMA synchronous = NORMAL")
        _claim(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # another process makes the tables all at once, before this look or after it
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    (whose,), (version,) = (connection.execute(f"PRAGMA {p}").fetchone() for p in ("application_id", "user_version"))
    connection.execute("COMMIT")
    if tables and whose != _APPLICATION:
        raise InputError(f"cache {path}", "it is the database of something else", _ANOTHER)
    if version > _VERSION:
        raise InputError(f"cache {path}", "it was made by a newer referee-calib", _ANOTHER)
    if not tables:
        named = f"PRAGMA application_id={_APPLICATION}; PRAGMA user_version={_VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {named} {_TABLES} COMMIT;")


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


def _packed(reply: Reply) -> str:
    given = {name: value for name, value in asdict(reply).items() if value != _REPLY[name]}
    return json.dumps(given, ensure_ascii=True, separators=(",", ":"))


def _unpacked(text: str) -> Reply:
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:  # NaN, which is no JSON, and which json writes all the same
        given = json.loads(text)
    if given.get("distribution") is not None:
        given["distribution"] = tuple(given["distribution"])
    return Reply(**given)
