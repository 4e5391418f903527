"""A lock between processes that vanishes with the process that holds it, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write


@contextmanager
def exclusive_lock(path: Path, doing: str) -> Iterator[None]:
    """Hold a lock file for as long as the block runs.

    Raises StudyError when another process holds it, or the folder cannot be written.

    Parameters
    ----------
    path : Path
        The lock file; it stays behind, empty and harmless.
    doing : str
        What only one process may do at a time: ``"scoring"``.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        _lock(descriptor, path, doing)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def shared_lock(path: Path) -> Iterator[None]:
    """Hold a lock file together with others for as long as the block runs, so that :func:`is_held` sees it.

    Raises StudyError when the folder cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether some process holds a lock file."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:  # held, or nobody may look into it
        return True
    return False


def _lock(descriptor: int, path: Path, doing: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StudyError(
            f"{doing} of study {path.parent} is already running in another process",
            "two at once would do the same work twice",
            "Wait until it has ended, or end it, and type the same command again.",
        ) from error
