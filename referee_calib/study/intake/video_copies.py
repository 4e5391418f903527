"""Bringing videos into a study's media folder: copies or links that appear whole, and go again when the import fails.

A copy that is under way has a hidden name and is locked by the process that writes it, so that what a killed process
left can be told from what another one is writing.
"""

from __future__ import annotations

import fcntl
import filecmp
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, hidden_beside
from referee_calib.study.intake.video_table import Track, untracked

_PIECE = 1 << 20  # bytes that are copied at once


@contextmanager
def bring_videos(
    sources: Mapping[Path, Path], media: Path, *, link: bool, track: Track = untracked
) -> Iterator[list[Path]]:
    """Copy videos into a study, or link them where the disk allows it, and give those that were new.

    They are taken out again when the block fails.

    Parameters
    ----------
    sources : mapping
        Where each video of the study is to lie: where it lies now.
    media : Path
        The study's media folder.
    link : bool
        Link instead of copying, where the disk allows it.
    track : callable, optional
        Shows the progress.

    Raises
    ------
    StudyError
        When another file of that name is there, or the folder is read-only or full.
    """
    brought: list[Path] = []
    names = {target.relative_to(media).as_posix(): target for target in sources}
    try:
        for name in track("bringing videos", list(names)):
            source, target = sources[names[name]], names[name]
            if _is_new(source, target):
                _bring(source, target, link=link)
                brought.append(target)
        yield brought
    except BaseException:  # whatever it was, an interrupt too: what we brought goes again
        for path in brought:
            _take_out(path, media)
        raise


def _is_new(source: Path, target: Path) -> bool:
    if not target.exists():
        return True
    if target.samefile(source) or filecmp.cmp(source, target):
        return False
    raise StudyError(f"video {target}", f"it is there already and differs from {source}", "Give one another name.")


def _bring(source: Path, target: Path, *, link: bool) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with hidden_beside(target) as hidden:
            if not (link and _link(source, hidden)):
                _copy(source, hidden)
            hidden.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from error


def _copy(source: Path, hidden: Path) -> None:
    with source.open("rb") as read, hidden.open("xb") as write:
        fcntl.flock(write, fcntl.LOCK_EX)
        shutil.copyfileobj(read, write, _PIECE)
    shutil.copystat(source, hidden)  # its date tells at the next import that nothing changed


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source.resolve(), target)
    except OSError:  # another disk, or one without links: the caller copies
        return False
    return True


def _take_out(path: Path, media: Path) -> None:
    with suppress(OSError):  # a folder that holds something else stays
        path.unlink(missing_ok=True)
        for folder in path.relative_to(media).parents[:-1]:
            (media / folder).rmdir()
