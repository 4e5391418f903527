"""Bringing videos into a study's media folder: copies or links that appear whole, and go again when the import fails.

A copy that is under way has a hidden name, and a lock is held meanwhile, so that what a killed process left can be told
from what another one is writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, copy_video, hidden_beside, remove_video, same_content
from referee_calib.study.intake.video_table import Track, untracked
from referee_calib.study.process_lock import shared_lock

LOCK = ".import.lock"  # beside the media folder


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
        if names:
            with shared_lock(media.parent / LOCK):
                for name in track("bringing videos", list(names)):
                    _bring_one(sources[names[name]], names[name], brought, link=link)
        yield brought
    except BaseException:  # whatever it was, an interrupt too: what we brought goes again
        for path in brought:
            _take_out(path, media)
        raise


def _bring_one(source: Path, target: Path, brought: list[Path], *, link: bool) -> None:
    if _is_new(source, target):
        _bring(source, target, link=link)
        brought.append(target)


def _is_new(source: Path, target: Path) -> bool:
    if not target.exists():
        return True
    if same_content(source, target):
        return False
    raise StudyError(f"video {target}", f"it is there already and differs from {source}", "Give one another name.")


def _bring(source: Path, target: Path, *, link: bool) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with hidden_beside(target) as hidden:
            copy_video(source, hidden, link=link)  # its date tells at the next import that nothing changed
            hidden.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from error


def _take_out(path: Path, media: Path) -> None:
    with suppress(OSError):  # a folder that holds something else stays
        remove_video(path)
        for folder in path.relative_to(media).parents[:-1]:
            (media / folder).rmdir()
