"""What killed imports leave in a study's folder: hidden files half written, and videos that no claim names."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, remove_video, video_files
from referee_calib.study.intake.video_copies import LOCK
from referee_calib.study.process_lock import is_held

_HIDDEN = re.compile(r"\..+\.[0-9a-f]{8}\.tmp(-wal|-shm|-journal)?")  # as io.hidden_beside names them

MOMENT = 60.0  # seconds within which any other file is written


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
    """Look for what killed processes left in a study's folder; what is being written now is none."""
    named = {media / video for video in videos}
    found = sorted(path for path in folder.rglob("*") if not path.is_symlink())
    hidden = tuple(path for path in found if _HIDDEN.fullmatch(path.name) and not _being_written(path, media))
    inside = (path for path in found if path.is_file() and path.is_relative_to(media) and not _is_hidden(path, folder))
    return Leftovers(hidden, tuple(path for path in inside if not {path, *path.parents} & named))


def clear_leftovers(found: Leftovers) -> int:
    """Remove the hidden files and return how many bytes they held; videos that no claim names stay.

    Raises StudyError when one cannot be removed.
    """
    freed = 0
    for path in found.hidden:
        try:
            freed += size_of(path)
            remove_video(path)
        except OSError as error:
            raise StudyError(f"{path} cannot be removed", cannot_write(path, error).why) from error
    return freed


def size_of(path: Path) -> int:
    """Return how many bytes a file, or the files of a folder, hold."""
    return sum(one.stat().st_size for one in video_files(path))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(_HIDDEN.fullmatch(part) for part in path.relative_to(folder).parts)


def _being_written(path: Path, media: Path) -> bool:
    """Tell whether somebody may be writing it: an import that holds its lock, or whoever began it a moment ago."""
    if path.is_relative_to(media):
        return is_held(media.parent / LOCK)
    return time.time() - path.stat().st_mtime < MOMENT
