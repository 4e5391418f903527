"""From what a rater drew in the browser to a mark: every number is checked against the claim and its video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate_app.submission_rejected import SubmissionRejected
from referee_calib.errors import RefereeCalibError
from referee_calib.records import END_ROUNDING, Claim, Mark, TimedBox, is_finite

REASONS = ("not visible", "withdrawn")
COVERED = "drawn before the claim's own was shown"
SHOWN = "drawn after the claim's own was shown"


def mark_json(mark: Mark | None) -> dict[str, Any] | None:
    """Return a mark as the page keeps it; the inverse of what :func:`submitted_mark` reads."""
    if mark is None:
        return None
    return {
        "boxes": [list(box) for box in mark.boxes],
        "span": list(mark.span) if mark.span else None,
        "reason": mark.reason,
        "covered": mark.note == COVERED,
        "seconds": mark.seconds or 0,
    }


def submitted_mark(claim: Claim, given: Any, ends: float | None, common: Mapping[str, Any]) -> Mark:
    """Check what was posted of a drawing and return it as a mark.

    Parameters
    ----------
    claim : Claim
        What it was drawn on: there is a box only at the times of the claim's boxes, a span only where it has one.
    given : object
        Decoded JSON: ``boxes``, ``span``, ``reason``, ``covered``, ``seconds``.
    ends : float or None
        When the video ends; None when that is not known.
    common : mapping
        Rater, nonce, time and origin of the act.

    Raises
    ------
    SubmissionRejected
        With the sentence for the rater.
    """
    if not isinstance(given, Mapping):
        raise SubmissionRejected(422, "The drawing could not be read.")
    reason = given.get("reason", "")
    if reason != "" and reason not in REASONS:
        raise SubmissionRejected(422, f"Nothing is drawn for one of these reasons: {', '.join(REASONS)}.")
    boxes, span = _boxes(claim, given.get("boxes", [])), _span(claim, given.get("span"), ends)
    if reason and (boxes or span):
        raise SubmissionRejected(422, "A drawing with a reason why there is none has no box and no span.")
    seconds = _numbers([given.get("seconds", 0)], 1, "The time spent on a drawing")[0]
    try:
        return Mark(
            claim=claim.id,
            boxes=boxes,
            span=span,
            reason=str(reason),
            note=COVERED if given.get("covered") is True else SHOWN,
            seconds=seconds,
            **common,
        )
    except RefereeCalibError as error:
        raise SubmissionRejected(422, "The drawing has an edge outside the picture, or no area, or no box.") from error


def _boxes(claim: Claim, given: Any) -> tuple[TimedBox, ...]:
    times = {box[0] for box in claim.boxes}
    if not isinstance(given, list) or len(given) > len(times):
        raise SubmissionRejected(422, "There is one box at most for each moment of the claim's boxes.")
    boxes = tuple(_box(one) for one in given)
    if not {box[0] for box in boxes} <= times or len({box[0] for box in boxes}) < len(boxes):
        raise SubmissionRejected(422, "A box is drawn once, at a moment at which the claim has one.")
    return boxes


def _box(given: Any) -> TimedBox:
    t, x1, y1, x2, y2 = _numbers(given, 5, "A box")
    return t, x1, y1, x2, y2


def _span(claim: Claim, given: Any, ends: float | None) -> tuple[float, float] | None:
    if given is None:
        return None
    start, end = _numbers(given, 2, "A span")
    if claim.span is None:
        raise SubmissionRejected(422, "This claim has no span.")
    if not 0 <= start < end or (ends is not None and end > ends + END_ROUNDING):
        raise SubmissionRejected(422, "A span starts before it ends, and lies within the video.")
    return start, end


def _numbers(values: Any, count: int, what: str) -> tuple[float, ...]:
    whole = isinstance(values, list) and len(values) == count
    if not whole or not all(is_finite(one) and one >= 0 for one in values):
        raise SubmissionRejected(422, f"{what} must be {count} numbers that are not negative.")
    return tuple(float(one) for one in values)
