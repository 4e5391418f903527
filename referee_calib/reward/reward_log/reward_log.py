"""The reward log: JSON lines in a folder, one file for each process that pays, rotated.

A line is handed to the system whole, in one write, before the trainer sees the rewards: kill -9 loses at most the line
that is being written. A disk that is full stops no training: it is said once, and lines are counted as lost.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson

from referee_calib.errors import InputError
from referee_calib.reward.reward_log.log_rows import LOG_SCHEMA, log_row
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow, UnusableRow

logger = logging.getLogger(__name__)

LARGEST = 64 << 20  # bytes of a file; the next one begins then
_SUFFIX = ".jsonl"
_PACKED = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


class LoggedReward(Protocol):
    """What the log wants to know of a reward."""

    @property
    def fingerprint(self) -> str:
        """Name everything that can change what is paid."""

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of."""


class RewardLog:
    """Writes what was paid; safe in threads, and after a fork, where the child begins a file of its own.

    Parameters
    ----------
    folder : path
        Made when missing. Processes of one run, and runs one after the other, may share it.
    largest : int
        Bytes after which a file ends and the next one begins.

    Raises
    ------
    InputError
        When the folder cannot be made.
    """

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder, self.largest = Path(folder), largest
        self.lost = 0  # lines that could not be written
        self._lock = threading.Lock()
        self._process, self._descriptor, self._name = 0, -1, ""
        self._written = self._number = self._calls = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"reward log {self.folder}", f"the folder cannot be made ({error.strerror})") from error

    def add(
        self,
        results: Sequence[ReplyReward],
        rows: Sequence[TrainerRow | UnusableRow],
        *,
        reward: LoggedReward,
        seconds: float,
    ) -> None:
        """Write one line for each reply of a call.

        Parameters
        ----------
        results, rows : sequence
            What each reply earned, and what it was about; in the same order.
        reward : LoggedReward
            Who paid.
        seconds : float
            How long the call took.
        """
        common = {
            "reward": getattr(reward, "__name__", type(reward).__name__),
            "fingerprint": reward.fingerprint,
            "referee": _referee_of(reward.settings()),
            "seconds": round(seconds, 4),
        }
        with self._lock:
            self._own_file()
            call = self._calls
            self._calls += 1
            for result, row in zip(results, rows, strict=True):
                facts = {**common, "file": self._name, "call": call}
                self._write(orjson.dumps(log_row(result, row, number=self._number, common=facts), option=_PACKED))

    def close(self) -> None:
        """End the file; the next line begins another one."""
        with self._lock:
            self._end()

    def _own_file(self) -> None:
        if self._process != os.getpid():  # a child must not write into its parent's file
            self._process, self._descriptor, self._calls = os.getpid(), -1, 0
        if self._descriptor < 0 or self._written >= self.largest:
            self._end()
            self._begin()

    def _begin(self) -> None:
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self._name = f"{now}-{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
        self._written = self._number = 0
        try:
            path = self.folder / f"{self._name}{_SUFFIX}"
            self._descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | _CLOEXEC, 0o666)
        except OSError as error:
            self._say_lost(error)

    def _end(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _write(self, line: bytes) -> None:
        line += b"\n"
        self._number += 1
        if self._descriptor < 0:
            self.lost += 1
            return
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):  # the disk is full: half a line must not run into the next one
                os.ftruncate(self._descriptor, self._written)
                raise OSError(28, "No space left on device")
            self._written += written
        except OSError as error:
            self._say_lost(error)
            self.lost += 1

    def _say_lost(self, error: OSError) -> None:
        if not self.lost:
            logger.error("the reward log %s cannot be written (%s); training goes on without it", self.folder, error)


def _referee_of(settings: Mapping[str, Any]) -> str:
    """Return the fingerprint of the referee that a reward, or the evidence's part of it, asks; "" where none does."""
    return str(settings.get("referee") or settings.get("evidence", {}).get("referee", ""))


_CLOEXEC = getattr(os, "O_CLOEXEC", 0)


def log_files(folder: Path) -> list[Path]:
    """Return the files of a log, oldest first.

    Raises
    ------
    InputError
        When there is no such folder, or no log in it.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise InputError(f"reward log {folder}", "there is no such folder")
    found = sorted(folder.glob(f"*{_SUFFIX}"))
    if not found:
        raise InputError(f"reward log {folder}", "it holds no log of a reward", "Name the folder that log= names.")
    return found


def read_log(folder: Path) -> Iterator[dict[str, Any]]:
    """Give all lines of a log, oldest file first; a last line that was cut off by a kill is passed over.

    Raises
    ------
    InputError
        Naming file and line of what is no line of a reward log, or was written by a newer version.
    """
    for path in log_files(folder):
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines[:-1], start=1):  # what follows the last line break is not whole
            yield _row(line, f"{path} line {number}")


def _row(line: bytes, place: str) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except ValueError as error:
        raise InputError(place, f"it is not JSON ({error})") from error
    version = row.get("reward_log") if isinstance(row, dict) else None
    if not isinstance(version, int):
        raise InputError(place, "it is no line of a reward log")
    if version > LOG_SCHEMA:
        raise InputError(f"{place}: version {version}", f"this version reads up to {LOG_SCHEMA}")
    return dict(row)
