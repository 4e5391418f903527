"""The videos of a study: checking them against the claims, and bringing them into the media folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from referee_calib.errors import ClaimError, InputError, StudyError, VideoError
from referee_calib.io import cannot_write, copy_video, hidden_beside, remove_video, same_content
from referee_calib.records import END_ROUNDING, Claim
from referee_calib.study.study import Study

Placed = tuple[str, Claim]


@dataclass(frozen=True, slots=True)
class VideoCheck:
    """What the check of all videos found."""

    outside: list[tuple[str, Claim, str]]  # (place, claim, why) where a claim lies outside its video
    unplayable: dict[str, str]  # videos that browsers do not play, with the reason
    remarks: dict[str, str]  # what is worth knowing of videos that can be used: another start than 0, a second stream
    videos: int  # how many were looked at


def check_videos(study: Study, claims: Sequence[Placed], media: Path | None) -> VideoCheck:
    """Look at every video that the claims name, in `media` or else in the study."""
    from referee_calib.video import inspect_video

    outside: list[tuple[str, Claim, str]] = []
    unplayable: dict[str, str] = {}
    remarks: dict[str, str] = {}
    groups = _by_video(claims)
    for video, placed in groups.items():
        try:
            _one_name(video)
            study.media_path(video)
            path = source_of(study, video, media)
            found = inspect_video(path)
        except InputError as error:
            raise type(error)(f"{_places(placed)}: {error.seen}", error.why, error.do) from error
        if found.problem:
            raise VideoError(f"{_places(placed)}: video {path}", found.problem, found.advice)
        if not found.plays_commonly:
            unplayable[video] = found.playable_reason
        if found.remarks:
            remarks[video] = "; ".join(found.remarks)
        end = found.duration + (found.start if study.config.clock == "file" else 0.0)
        outside += [(place, one, why) for place, one in placed if (why := outside_of(one, end))]
    return VideoCheck(outside, unplayable, remarks, len(groups))


def outside_of(claim: Claim, duration: float) -> str:
    """Say which time of a claim lies outside a video of this length in seconds, "" when none does."""
    late = [box[0] for box in claim.boxes if box[0] > duration + END_ROUNDING]
    if late:
        return f"its box at {late[0]:g} s lies after the end of {claim.video} at {duration:.3f} s"
    if claim.span and (claim.span[0] >= duration or claim.span[1] > duration + END_ROUNDING):
        start, end = claim.span
        return f"its span {start:g} to {end:g} s reaches beyond the end of {claim.video} at {duration:.3f} s"
    return ""


def refuse_outside(outside: Sequence[tuple[str, Claim, str]]) -> None:
    """Raise for claims that lie outside their video, naming the first lines."""
    if outside:
        place, _, why = outside[0]
        others = [other for other, _, _ in outside[1:6]]
        more = f" (and {len(outside) - 1} more: {'; '.join(others)}{' …' if len(outside) > 6 else ''})"
        raise ClaimError(
            f"{place}: {why}{more if others else ''}",
            "nobody can judge it",
            "Correct the times, or leave such claims out and have them counted: --outside skip",
        )


def source_of(study: Study, video: str, media: Path | None) -> Path:
    """Return where a video is to be read: in `media` when it lies there or nowhere, else in the study."""
    places = [folder for folder in (media, study.media) if folder is not None]
    try:
        there = [folder / video for folder in places if (folder / video).exists()]
        alike = "" if there else _alike(places, video)
    except OSError as error:  # a name longer than any file's, a folder that nobody may look into
        raise VideoError(f"video {video!r:.80}", error.strerror or str(error)) from error
    if there:
        return there[0]
    raise VideoError(
        f"video {places[0] / video}",
        "there is no such file",
        f"There is {alike!r}, which is another name: write it as the file is named."
        if alike
        else "Check the path in the claims, and --media, the folder that it starts from.",
    )


def _alike(places: Sequence[Path], video: str) -> str:
    """Return a file that differs in upper case or in how its letters are composed alone, "" when there is none."""
    folders = [(place / video).parent for place in places]
    names = [path.name for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return next((name for name in names if _folded(name) == _folded(PurePosixPath(video).name)), "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _one_name(video: str) -> None:
    """Refuse a second way to write a path: one video under two names would count as two."""
    plain = str(PurePosixPath(video))
    if plain != video:
        raise ClaimError(f"video {video!r:.80}", "one video has one name", f"Write {plain!r:.80}.")


@contextmanager
def bring_videos(study: Study, videos: Sequence[str], media: Path | None, *, link: bool) -> Iterator[int]:
    """Copy videos from `media` into the study, or link them where the disk allows it, and give how many were new.

    They are taken out again when the block fails. Raises StudyError when another file of that name is there, or the
    folder is read-only or full.
    """
    brought: list[Path] = []
    try:
        for video in dict.fromkeys(videos):
            source, target = source_of(study, video, media), study.media_path(video)
            if media is not None and _is_new(source, target):
                _bring(source, target, link=link)
                brought.append(target)
        yield len(brought)
    except BaseException:  # whatever it was, an interrupt too: what we brought goes again
        for path in brought:
            _take_out(path, study.media)
        raise


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


def _by_video(claims: Sequence[Placed]) -> dict[str, list[Placed]]:
    groups: dict[str, list[Placed]] = {}
    for place, one in claims:
        groups.setdefault(one.video, []).append((place, one))
    return groups


def _places(placed: Sequence[Placed]) -> str:
    first, others = placed[0][0], len({place for place, _ in placed}) - 1
    return f"{first} (and {others} more)" if others else first
