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


def _lock(descriptor: int, path: Path, doing: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StudyError(
            f"{doing} of study {path.parent} is already running in another process",
            "two at once would do the same work twice",
            "Wait until it has ended, or end it, and type the same command again.",
        ) from error
