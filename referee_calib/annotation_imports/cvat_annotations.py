"""Tracks of CVAT as ratings and marks: attributes are answers, boxes are where a person saw the object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.annotation_imports.answer_ratings import NO_CLAIM, GivenAnswer, answer_ratings
from referee_calib.annotation_imports.cvat_tracks import Corners, CvatBox, CvatTrack
from referee_calib.annotation_imports.import_statements import AnnotationStatements
from referee_calib.annotation_reading import AnnotationsRead
from referee_calib.errors import InputError
from referee_calib.records import Claim, Mark, TimedBox

if TYPE_CHECKING:
    from referee_calib.study import Study

ORIGIN = "cvat"
NAMES_CLAIM = ("claim", "claim_id")  # attributes that hold the id of the claim; else the task is named by it
UNANSWERED = ("", "-", "–", "unset", "not rated", "__undefined__")  # CVAT gives every attribute a value from the start
NO_ANSWER = "an attribute that was left as it was, unanswered"
SEVERAL = "an attribute has different values on different frames"
OTHER_VIDEO = "the frames have another size, or another number, than the claim's video"
TURNED = "a box that is turned is no box of a claim"
FLAT = "a box lies outside the frame, or has no area"


def cvat_annotations(study: Study, tracks: Sequence[CvatTrack], stated: AnnotationStatements) -> AnnotationsRead:
    """Read tracks.

    Raises
    ------
    InputError
        When nobody is named who drew them.
    """
    found, claims = AnnotationsRead(), {one.id: one for one in study.claims(perturbed=True)}
    drawn: dict[tuple[str, str], list[TimedBox]] = {}
    given: list[GivenAnswer] = []
    for track in tracks:
        claim, user = claims.get(_claim_of(track)), _user(track, stated)
        if claim is None:
            found.exclude(NO_CLAIM, track.place)
            continue
        given += _answers(found, track, claim, user)
        if boxes := _boxes(found, study, claim, track):
            drawn.setdefault((claim.id, stated.rater(user)), []).extend(boxes)
    answer_ratings(given, found, claims=claims, rubric=study.rubric, stated=stated, origin=ORIGIN)
    found.marks += [
        Mark(claim=claim_id, rater=rater, boxes=tuple(sorted(boxes)), origin=ORIGIN)
        for (claim_id, rater), boxes in drawn.items()
    ]
    return found


def _claim_of(track: CvatTrack) -> str:
    for name in NAMES_CLAIM:
        values = track.answers.get(name, set()) - {""}
        if len(values) == 1:
            return next(iter(values))
    return track.task


def _user(track: CvatTrack, stated: AnnotationStatements) -> str:
    user = track.assignee or stated.everybody
    if not user:
        raise InputError(
            f"{track.place}: the export names nobody who annotated it", "a rating needs its rater", "Add --rater NAME."
        )
    return user


def _answers(found: AnnotationsRead, track: CvatTrack, claim: Claim, user: str) -> Iterator[GivenAnswer]:
    for name, values in track.answers.items():
        if name in NAMES_CLAIM:
            continue
        said = {one for one in values if one.casefold() not in UNANSWERED}
        if len(said) == 1:
            yield GivenAnswer(claim.id, user, name, next(iter(said)), track.place)
        else:
            found.exclude(SEVERAL if said else NO_ANSWER, f"{track.place}: {name}")


def _boxes(found: AnnotationsRead, study: Study, claim: Claim, track: CvatTrack) -> list[TimedBox]:
    """Return where the object was drawn: at the times of the claim's boxes, or where it was drawn when not there."""
    boxes = sorted(track.boxes, key=lambda box: box.frame)
    if any(box.rotated for box in boxes):
        found.exclude(TURNED, track.place)
        return []
    if not boxes:
        return []
    from referee_calib.video import probe

    info, times = probe(study.media_path(claim.video)), study.frame_times(claim.video).seconds(study.config.clock)
    size = (info.width, info.height)
    if track.size not in (None, size) or boxes[-1].frame > len(times):
        found.exclude(OTHER_VIDEO, track.place)
        return []
    placed = _at_claim(boxes, claim, times) or {
        float(times[box.frame]): box.corners for box in boxes if not box.outside and box.frame < len(times)
    }
    shares = [_share(time, corners, size) for time, corners in placed.items()]
    if None in shares:
        found.exclude(FLAT, track.place)
    return [one for one in shares if one is not None]


def _at_claim(boxes: Sequence[CvatBox], claim: Claim, times: np.ndarray) -> Mapping[float, Corners]:
    """Return the corners at the times of the claim's boxes, between key frames on the straight line, as CVAT draws."""
    found: dict[float, Corners] = {}
    for time, *_ in claim.boxes:
        frame = int(np.searchsorted(times, time + 1e-4, side="right")) - 1
        before = next((box for box in reversed(boxes) if box.frame <= frame), None)
        after = next((box for box in boxes if box.frame >= frame), None)
        if before is None or before.outside:
            continue
        if after is None or after.outside or after.frame == before.frame:
            found[time] = before.corners
        else:
            part = (frame - before.frame) / (after.frame - before.frame)
            x1, y1, x2, y2 = (a + part * (b - a) for a, b in zip(before.corners, after.corners, strict=True))
            found[time] = (x1, y1, x2, y2)
    return found


def _share(time: float, corners: Corners, size: tuple[int, int]) -> TimedBox | None:
    """Return a box as shares of the frame, cut at its border; None when nothing is left."""
    x1, x2 = (min(max(x / size[0], 0.0), 1.0) for x in corners[::2])
    y1, y2 = (min(max(y / size[1], 0.0), 1.0) for y in corners[1::2])
    return (time, x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None
