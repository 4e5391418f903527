"""The frame that a claim points at, with its boxes of that moment drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.errors import VideoError
from referee_calib.records import Claim

if TYPE_CHECKING:
    from annotate_app.frame_service import FrameService
    from referee_calib.study import Study

YELLOW = (255, 214, 10)
QUALITY = 92
ROUNDING = 0.0005  # seconds: times of claims have three decimals


def moments_of(claim: Claim) -> list[float]:
    """Return the times worth looking at: those of the boxes, or the start, middle and end of the span."""
    if claim.boxes:
        return sorted({box[0] for box in claim.boxes})
    if claim.span is None:
        return []
    start, end = claim.span
    return [start, (start + end) / 2, end]


def claim_picture(study: Study, frames: FrameService, claim: Claim, number: int) -> bytes:
    """Return the frame at one of the claim's moments as JPEG. VideoError when there is none, or it cannot be read."""
    from referee_calib.video import decode, draw, encode_jpeg

    moments = moments_of(claim)
    if not 0 <= number < len(moments):
        raise VideoError(f"claim {claim.id}", f"it has {len(moments)} moments and no moment {number}")
    time = moments[number]
    shown = study.frame_times(claim.video).seconds(study.config.clock) <= time + ROUNDING
    picture = frames.picture(claim.video, max(0, int(shown.sum()) - 1))
    boxes = [box[1:] for box in claim.boxes if box[0] == time]
    return encode_jpeg(draw(decode(picture), boxes, YELLOW), QUALITY) if boxes else picture
