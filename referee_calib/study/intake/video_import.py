"""The videos of an import: looking at each, and holding the claims against their lengths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from referee_calib.errors import ClaimError, InputError
from referee_calib.records import END_ROUNDING, Claim, Clock, Span
from referee_calib.study.intake import (
    NamedOtherwise,
    ProblemList,
    SpooledClaim,
    Track,
    VideoNames,
    VideoRow,
    broken_row,
    untracked,
    video_row,
    with_place,
)
from referee_calib.study.study import Study


@dataclass
class VideoCheck:
    """What the check of all videos found."""

    rows: list[VideoRow] = field(default_factory=list)  # every video that claims name, in the order of the files
    files: dict[str, Path] = field(default_factory=dict)  # where each video that can be used is to be read

    @property
    def ends(self) -> dict[str, float]:
        """When each video ends that can be used, in seconds."""
        return {row.file: row.end for row in self.rows if row.end is not None and row.file in self.files}

    @property
    def unplayable(self) -> dict[str, str]:
        """Videos that browsers do not play, with the reason."""
        return {row.file: row.unplayable for row in self.rows if row.unplayable and row.file in self.files}


def check_videos(
    study: Study,
    claims: Mapping[str, int],
    places: Mapping[str, str],
    names: VideoNames,
    problems: ProblemList,
    clock: Clock,
    track: Track = untracked,
) -> VideoCheck:
    """Look at every video that claims name; those that cannot be used become problems.

    Parameters
    ----------
    study : Study
        Into which they are imported.
    claims : mapping
        How many claims name each video.
    places : mapping
        Where each video is named first, for messages.
    names : VideoNames
        Knows the folders in which they may lie.
    problems : ProblemList
        Takes up what is wrong.
    clock : {"file", "first-frame"}
        What 0 s of the claims is.
    track : callable, optional
        Shows the progress.
    """
    found = VideoCheck()
    for video in track("checking videos", list(claims)):
        wrong: InputError | None
        try:
            _one_name(video)
            names.refuse_whole_path(video)
            study.media_path(video)
            path = names.file_of(video)
            row, wrong = video_row(video, claims[video], path, clock)
        except InputError as error:
            row, wrong = broken_row(video, claims[video], error), error
        found.rows.append(row)
        if wrong is None:
            found.files[video] = path
        else:
            shown = f"{video} (there is {', '.join(wrong.alike[:3])})" if isinstance(wrong, NamedOtherwise) else video
            more = f" (and {claims[video] - 1} more)" if claims[video] > 1 else ""
            problems.add("video", with_place(wrong, f"{places[video]}{more}"), shown, claims[video])
    return found


def outside_of(claim: Claim, duration: float) -> str:
    """Say which time of a claim lies outside a video of this length in seconds, "" when none does."""
    return times_outside([box[0] for box in claim.boxes], claim.span, claim.video, duration)


def times_outside(times: Iterable[float], span: Span | None, video: str, duration: float) -> str:
    """Say which of a claim's times lies outside its video, as :func:`outside_of`."""
    late = [time for time in times if time > duration + END_ROUNDING]
    if late:
        return f"its box at {late[0]:g} s lies after the end of {video} at {duration:.3f} s"
    if span and (span[0] >= duration or span[1] > duration + END_ROUNDING):
        start, end = span
        return f"its span {start:g} to {end:g} s reaches beyond the end of {video} at {duration:.3f} s"
    return ""


def outside_problem(one: SpooledClaim, why: str) -> ClaimError:
    """Return what is to be said of a claim that lies outside its video."""
    return ClaimError(
        f"{one.place}: {why}",
        "nobody can judge it",
        "Correct the times, or state what they measure (--time-unit, --format vtimellm), or leave such claims out: "
        "--outside skip",
    )


def _one_name(video: str) -> None:
    """Refuse a second way to write a path: one video under two names would count as two."""
    plain = str(PurePosixPath(video))
    if plain != video:
        raise ClaimError(f"video {video!r:.80}", "one video has one name", f"Write {plain!r:.80}.")
