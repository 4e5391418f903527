"""A study's marks as spans and as boxes that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.localization.localization_table import LocalizationTable, localization_table
from referee_calib.records import Claim, Mark

if TYPE_CHECKING:
    from agreement import AnnotatorMarks

LATE = 1e-6  # share of a video by which a span may end after it: rounding


@dataclass(frozen=True, slots=True)
class StudyMarks:
    """Marks of one kind, and what is to be said about them."""

    marks: AnnotatorMarks
    notes: tuple[str, ...]

    @property
    def n_shared(self) -> int:
        """Number of claims, or of claims at one time, that two people or more marked."""
        return int(self.marks.shared.sum())


def study_marks(
    marks: Sequence[Mark], claims: Iterable[Claim], durations: Mapping[str, float] | None = None
) -> dict[str, StudyMarks]:
    """Arrange people's marks by kind.

    Parameters
    ----------
    marks : sequence of Mark
        The latest of each person and claim.
    claims : iterable of Claim
        What they are about.
    durations : mapping of str to float, optional
        Length of each video in seconds; without it no span can be placed at random.

    Returns
    -------
    dict of str to StudyMarks
        Under "span" and "boxes", where there are some. Spans are in seconds and compared claim by claim, boxes in
        percent of the frame and compared at one time of a claim; videos are what is independent.
    """
    videos = {claim.id: claim.video for claim in claims}
    known = [one for one in marks if one.claim in videos]
    simulated = sum(one.simulated for one in known)
    said = (f"{simulated} of {len(known)} marks are simulated: no person gave them",) if simulated else ()
    found = {"span": _spans(known, videos, durations or {}, said), "boxes": _boxes(known, videos, said)}
    return {name: one for name, one in found.items() if one is not None}


def study_localization(
    marks: Sequence[Mark], claims: Iterable[Claim], durations: Mapping[str, float], *, confidence: float = 0.95
) -> tuple[LocalizationTable, ...]:
    """Measure a study's marks: of spans, then of boxes; only what two people or more marked of one claim."""
    found = study_marks(marks, claims, durations)
    units = {"span": "seconds", "boxes": "percent of the frame"}
    return tuple(
        localization_table(found[on].marks, confidence=confidence, unit=unit, notes=found[on].notes)
        for on, unit in units.items()
        if on in found and found[on].n_shared
    )


def _spans(
    marks: Sequence[Mark], videos: Mapping[str, str], durations: Mapping[str, float], said: tuple[str, ...]
) -> StudyMarks | None:
    from agreement import span_marks

    rows = [(one.claim, one.rater, *one.span, videos[one.claim]) for one in marks if one.span is not None]
    if not rows:
        return None
    claim, rater, start, end, video = (list(column) for column in zip(*rows, strict=True))
    lengths = [durations.get(name) for name in video]
    late = sum(length is not None and stop > length * (1 + LATE) for stop, length in zip(end, lengths, strict=True))
    unknown = len({name for name in video if name not in durations})
    if late:
        said = (*said, f"{late} span(s) end after their video, so that chance by random placement is not defined")
    elif unknown and durations:
        said = (*said, f"the length of {unknown} video(s) is not known: chance by random placement is not defined")
    whole = None if late or unknown else [float(length or 0.0) for length in lengths]
    return StudyMarks(span_marks(claim, rater, start, end, cluster=video, length=whole), said)


def _boxes(marks: Sequence[Mark], videos: Mapping[str, str], said: tuple[str, ...]) -> StudyMarks | None:
    from agreement import box_marks

    rows = [
        (one.claim, one.rater, box[0], *(100 * edge for edge in box[1:]), videos[one.claim])
        for one in marks
        for box in one.boxes
    ]
    if not rows:
        return None
    claim, rater, time, x1, y1, x2, y2, video = (list(column) for column in zip(*rows, strict=True))
    found = box_marks(claim, rater, x1, y1, x2, y2, time=time, cluster=video, frame=(100.0, 100.0))
    return StudyMarks(found, said)
