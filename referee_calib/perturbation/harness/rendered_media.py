"""A folder in which every claim's video lies: the originals, and renderings made once.

Rewards refuse videos outside the folder that they are given, and a study's own folder is not to be written to.
So a folder beside it holds hard links of the originals that are needed (copies where the file system allows no
link) and, under ``_perturbed/``, the renderings. What is there and still fits its source is not made again; a
rendering appears whole or not at all, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from referee_calib.errors import InputError, VideoError
from referee_calib.io import atomic_files, copy_video, remove_video, video_files
from referee_calib.perturbation.families.shown_frames import FOLDER
from referee_calib.records import Claim

_MAKING = 2  # version of the renderings; a new one makes them anew


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a rendering is made: change, source and, where frames come from elsewhere, that video."""

    change: str
    video: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class RenderedMedia:
    """What :func:`render_media` gives.

    Attributes
    ----------
    media : Path
        Folder to give to rewards.
    made, kept : int
        Renderings made now, and found ready.
    failed : dict of str to str
        Videos that are not there, and why.
    """

    media: Path
    made: int = 0
    kept: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def render_media(claims: Iterable[Claim], media: Path | str, folder: Path | str) -> RenderedMedia:
    """Make sure that every claim's video, renderings included, lies in one folder.

    Parameters
    ----------
    claims : iterable of Claim
    media : path
        Folder of the original videos; it is only read.
    folder : path
        Where links and renderings lie from run to run, in a cache. It is made when a claim needs it.

    Returns
    -------
    RenderedMedia
        With `media` itself when no claim is about a rendering.
    """
    videos = sorted({claim.video for claim in claims})
    if not any(recipe(video) for video in videos):
        return RenderedMedia(Path(media))
    target, made, failed = Path(folder), 0, {}
    for video in videos:
        try:
            made += _ready(video, Path(media), target)
        except (InputError, VideoError) as error:
            failed[video] = str(error)
    kept = sum(recipe(video) is not None for video in videos if video not in failed) - made
    return RenderedMedia(target, made, kept, failed)


def recipe(video: str) -> Recipe | None:
    """Read from a video's name how it is rendered; None for an original."""
    parts = PurePosixPath(video).parts
    if len(parts) < 3 or parts[0] != FOLDER or not video.endswith(".mp4"):
        return None
    change, rest = parts[1], [*parts[2:-1], parts[-1].removesuffix(".mp4")]
    if change != "other":
        return Recipe(change, "/".join(rest))
    count = int(rest[0]) if rest[0].isdecimal() else 0
    if not 0 < count < len(rest) - 1:
        raise InputError(f"video {video!r:.200}", "it is no name of a rendering")
    return Recipe(change, "/".join(rest[1 : count + 1]), "/".join(rest[count + 1 :]))


def _ready(video: str, media: Path, folder: Path) -> bool:
    """Link an original or make a rendering; tell whether one was made."""
    from referee_calib.referee import media_file

    target = media_file(folder, video)
    how = recipe(video)
    if how is None:
        _link(media_file(media, video), target)
        return False
    sources = [media_file(media, name) for name in (how.video, how.other) if name]
    facts = {"making": _MAKING, "sources": [_facts(source) for source in sources]}
    note = target.with_name(target.name + ".json")
    if target.exists() and _noted(note) == facts:
        return False
    atomic_files.make_folder(target.parent)
    with suppress(FileNotFoundError):
        note.unlink()
    _make(how, sources, target)
    atomic_files.write_bytes(note, json.dumps(facts).encode())
    return True


def _make(how: Recipe, sources: list[Path], target: Path) -> None:
    """Render to a hidden file and give it its name when it is whole."""
    from referee_calib.video import render, retime

    with _appearing(target) as hidden:
        if how.change == "other":
            render.render_replaced(sources[0], sources[1], hidden)
        elif how.change in ("blank", "mirrored"):
            render.render_changed(sources[0], hidden, how.change)  # type: ignore[arg-type]
        elif how.change.startswith("reencoded-") and how.change[10:].isdecimal():
            render.render_changed(sources[0], hidden, "same", crf=int(how.change[10:]))
        elif how.change == "reversed":
            retime.render_reversed(sources[0], hidden)
        elif how.change.startswith("ahead-") and how.change[6:].isdecimal():
            retime.render_shifted(sources[0], hidden, int(how.change[6:]) / 1000)
        else:
            raise InputError(f"rendering {how.change!r:.40} of {how.video}", "there is no such change")


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """Name a hidden file that takes the name of `target` when it is whole."""
    hidden = target.with_name(f".{secrets.token_hex(4)}{target.suffix}")
    try:
        yield hidden
        hidden.replace(target)
    except OSError as error:
        raise atomic_files.cannot_write(target, error) from error
    finally:
        remove_video(hidden)


def _link(source: Path, target: Path) -> None:
    """Put an original into the folder, unless it is there and unchanged."""
    if not source.exists():
        raise VideoError(f"video {source}", "there is no such file", "Check the video's path in the claims.")
    if target.exists() and (target.samefile(source) or _facts(target) == _facts(source)):
        return
    remove_video(target)
    atomic_files.make_folder(target.parent)
    with _appearing(target) as hidden:
        copy_video(source.resolve(), hidden, link=True)


def _facts(path: Path) -> list[int]:
    """Size and time of a video, over all files of a folder of frames: what changes when it is replaced."""
    try:
        found = [one.stat() for one in video_files(path)]
    except OSError as error:
        raise VideoError(f"video {path}", error.strerror or str(error)) from error
    return [sum(one.st_size for one in found), max((one.st_mtime_ns for one in found), default=0)]


def _noted(note: Path) -> Any:
    try:
        return json.loads(note.read_bytes())
    except (OSError, ValueError):
        return None
