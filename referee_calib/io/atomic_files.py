"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from referee_calib.errors import StudyError
from referee_calib.io.media_copies import remove_video

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only when everything is on the disk.

    The bytes go to a hidden file in the same folder, are flushed to the disk, and replace `path` in one step. When
    anything goes wrong the hidden file is removed and what stood under `path` is untouched. Raises StudyError when the
    folder is missing, read-only or full.
    """
    with hidden_beside(path) as hidden:
        try:
            with hidden.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            hidden.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            raise cannot_write(path, error) from error


@contextmanager
def hidden_beside(path: Path) -> Iterator[Path]:
    """Name a hidden file in the folder of `path`; what is left under that name at the end is removed."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield hidden
    finally:
        with suppress(OSError):  # gone already, or its folder is
            remove_video(hidden)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file in one step; see :func:`atomic`."""
    with atomic(path) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, so that a renamed file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing.

    Raises StudyError when that cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(path: Path, error: OSError) -> StudyError:
    """Say in one line why a file or folder could not be written."""
    if error.errno in _FULL:
        return StudyError(
            f"{path} cannot be written",
            "the disk is full or a size limit is reached; nothing was changed",
            "Free some space and type the same command again.",
        )
    if error.errno in _READ_ONLY:
        return StudyError(
            f"{path} cannot be written", "the folder or file is read-only for you", "Choose another folder."
        )
    return StudyError(f"{path} cannot be written", error.strerror or str(error))
