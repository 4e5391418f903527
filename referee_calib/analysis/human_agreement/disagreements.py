"""The few claims on which people and the referee lie furthest apart, each with its frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.agreement_results import Disagreement
from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import JudgedItem
from referee_calib.analysis.human_agreement.level_scale import plain_level
from referee_calib.errors import RefereeCalibError, VideoError
from referee_calib.records import Claim, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 6
PER_VIDEO = 2
WIDEST = 640  # pixels; a wider frame is averaged down, so that the report stays small


def disagreements(
    joined: Sequence[JoinedDimension],
    media_path: Callable[[str], Path] | None,
    most: int = MOST,
    clock: Clock = "file",
) -> list[Disagreement]:
    """Return the claims with the largest gap between referee and people's mean, largest first, ties to more people.

    Each dimension gets its share of `most` where it has enough, at most two are of one video, each claim comes once.
    Without `media_path` there are no frames.
    """
    found = [item for part in joined for item in _gaps(part)]
    found.sort(key=lambda item: (-abs(item.gap), -len(item.people), item.claim.id, item.dimension))
    each = -(-most // max(1, len(joined)))
    chosen = _take(found, [], most, each)
    chosen = _take(found, chosen, most, most)
    chosen.sort(key=found.index)
    return chosen if media_path is None else [with_frame(item, media_path, clock) for item in chosen]


def _take(found: Sequence[Disagreement], chosen: list[Disagreement], most: int, each: int) -> list[Disagreement]:
    """Add to `chosen` until there are `most`, at most `each` of one dimension."""
    chosen = list(chosen)
    for item in found:
        same_video = sum(item.claim.video == other.claim.video for other in chosen)
        same_kind = sum(item.dimension == other.dimension for other in chosen)
        taken = any(item.claim.id == other.claim.id for other in chosen)
        if len(chosen) < most and same_video < PER_VIDEO and same_kind < each and not taken:
            chosen.append(item)
    return chosen


def _gaps(joined: JoinedDimension) -> list[Disagreement]:
    """One person alone may have slipped, so a claim counts when two rated it, where there are such claims."""
    several = [i for i in range(len(joined.claims)) if np.count_nonzero(~np.isnan(joined.people[i])) > 1]
    return [
        _gap(joined, i) for i in several or range(len(joined.claims)) if not np.isnan(joined.expected[i])
    ]  # fmt: skip


def _gap(joined: JoinedDimension, i: int) -> Disagreement:
    row = joined.people[i]
    people = tuple((joined.raters[j], plain_level(row[j])) for j in np.flatnonzero(~np.isnan(row)))
    mean = sum(level for _, level in people) / len(people)
    return Disagreement(
        claim=joined.claims[i],
        dimension=joined.dimension,
        people=people,
        referee=float(joined.expected[i]),
        gap=float(joined.expected[i]) - mean,
        reply=joined.replies[i],
        time=shown_at(joined.claims[i]),
    )


def shown_at(claim: JudgedItem) -> float:
    """Return the second of the frame by which a claim is shown."""
    if not isinstance(claim, Claim):
        return 0.0
    if claim.boxes:
        return claim.boxes[0][0]
    return sum(claim.span) / 2 if claim.span else 0.0


def with_frame(item: Disagreement, media_path: Callable[[str], Path], clock: Clock) -> Disagreement:
    """Give a disagreement the frame that it is about, or the note why there is none."""
    try:
        path = media_path(item.claim.video)
        if not path.exists():  # said before the libraries that read videos are loaded
            raise VideoError(f"video {path}", "there is no such file", "Check the video's path in the claims.")
        from referee_calib.video import encode_jpeg, frames_at

        frame = frames_at(path, [item.time], clock=clock)[0]
    except RefereeCalibError as error:
        return replace(item, note=str(error))
    image = _smaller(frame.image)
    return replace(item, image=encode_jpeg(image, quality=72), image_size=(image.shape[1], image.shape[0]))


def _smaller(image: np.ndarray) -> np.ndarray:
    """Average whole blocks of pixels until the picture is at most `WIDEST` wide."""
    height, width = image.shape[:2]
    by = -(-width // WIDEST)
    if by == 1:
        return image
    cut = image[: height // by * by, : width // by * by].astype(np.float32)
    blocks = cut.reshape(height // by, by, width // by, by, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).round(), dtype=np.uint8)
