"""Copies for browsers of a study's videos: made beside the media folder, never what a referee sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from referee_calib.errors import StudyError, VideoError
from referee_calib.io import hidden_beside, make_folder, video_digest
from referee_calib.study.intake.video_table import Track, untracked

PLAYABLE = "playable"  # folder of the copies; it may be removed at any time


@dataclass(frozen=True, slots=True)
class PlayableCopies:
    """What became of each video.

    Attributes
    ----------
    made : dict of str to {"remuxed", "encoded"}
        Videos that were copied now, and how.
    kept : tuple of str
        Videos whose copy was there.
    plain : tuple of str
        Videos that every browser plays as they are.
    failed : dict of str to str
        Videos that could not be copied, and why.
    """

    made: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Say it in words, one line for all and one for each failure."""
        ways = Counter(self.made.values())
        made = f"{len(self.made)} made ({ways['remuxed']} in another container, {ways['encoded']} encoded)"
        rest = f"{len(self.kept)} there already, {len(self.plain)} not needed, {len(self.failed)} failed"
        failures = (f"No copy of {video}: {why}" for video, why in self.failed.items())
        return [f"Copies for browsers: {made}, {rest}.", *failures]


def playable_copy_of(folder: Path, source: Path) -> Path | None:
    """Return the copy that browsers play of a video as it is now, None where none was made.

    Parameters
    ----------
    folder : Path
        Of the study.
    source : Path
        The video.
    """
    copy = _place(folder, source)
    return copy if copy.is_file() else None


def make_playable_copies(
    folder: Path, videos: Iterable[str], media_path: Callable[[str], Path], track: Track = untracked
) -> PlayableCopies:
    """Make a copy of every video that some browser does not play.

    What was made before, of the file as it is now, is kept. A copy is there whole or not at all.

    Parameters
    ----------
    folder : Path
        Of the study.
    videos : iterable of str
        Their names in claims.
    media_path : callable
        Says where a video of that name lies, or raises StudyError.
    track : callable
        Shows the progress over the names.
    """
    from referee_calib.video import inspect_video, make_playable_copy

    made, kept, plain, failed = dict[str, str](), list[str](), list[str](), dict[str, str]()
    for video in track("making copies that browsers play", list(videos)):
        try:
            source = media_path(video)
        except StudyError as error:
            failed[video] = error.why
            continue
        target = _place(folder, source)
        if target.is_file():
            kept.append(video)
            continue
        try:
            found = inspect_video(source)
            if found.problem:
                failed[video] = found.problem
            elif all(found.playable.values()):
                plain.append(video)
            else:
                make_folder(target.parent)
                with hidden_beside(target) as half:
                    way = make_playable_copy(source, half)
                    half.replace(target)
                made[video] = way
        except VideoError as error:
            failed[video] = error.why or error.seen
    return PlayableCopies(made, tuple(kept), tuple(plain), failed)


def _place(folder: Path, source: Path) -> Path:
    return folder / PLAYABLE / f"{video_digest(source)[:32] or 'missing'}.mp4"
