"""What killed imports leave in a study's folder: hidden files half written, and videos that no claim names."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write

_HIDDEN = re.compile(r"\..+\.[0-9a-f]{8}\.tmp(-wal|-shm|-journal)?")  # as io.hidden_beside names them


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Files that nobody needs.

    Attributes
    ----------
    hidden : tuple of Path
        Parts of files whose writer was killed.
    unnamed : tuple of Path
        Files in the media folder that no claim names: of an import that was killed before its last step, say.
    """

    hidden: tuple[Path, ...]
    unnamed: tuple[Path, ...]


def leftovers(folder: Path, media: Path, videos: Iterable[str]) -> Leftovers:
    """Look for what killed processes left in a study's folder; a file that is being written now is none."""
    named = {media / video for video in videos}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    hidden = tuple(path for path in files if _HIDDEN.fullmatch(path.name) and not _being_written(path))
    inside = (path for path in files if path.is_relative_to(media) and not _HIDDEN.fullmatch(path.name))
    return Leftovers(hidden, tuple(path for path in inside if path not in named))


def clear_leftovers(found: Leftovers) -> int:
    """Remove the hidden files and return how many bytes they held; videos that no claim names stay.

    Raises StudyError when one cannot be removed.
    """
    freed = 0
    for path in found.hidden:
        try:
            freed += path.stat().st_size
            path.unlink()
        except OSError as error:
            raise _not_removed(path, error) from error
    return freed


def _not_removed(path: Path, error: OSError) -> StudyError:
    why = cannot_write(path, error).why
    return StudyError(f"{path} cannot be removed", why)


def _being_written(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # nobody may look into it, so nobody may remove it either
        return True
    return False
