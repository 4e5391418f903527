"""Marks: where and when people would have pointed."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.errors import RatingError
from referee_calib.records.base import Record, check_numbers, check_texts, set_fields
from referee_calib.records.claim import Span, TimedBox, checked_boxes, checked_span


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Record):
    """What one person would have marked in the place of one claim.

    Attributes
    ----------
    claim, rater : str
        Ids.
    boxes : tuple of (t, x1, y1, x2, y2)
        Where the object is, best at the times of the claim's boxes: people's boxes are compared at the same time.
    span : (start, end) or None
        When the evidence happens, in seconds.
    reason : str
        Why nothing was marked: "not visible", "video broken", or the like.
    note : str
        Free text of the rater.
    seconds : float or None
        Active time spent on it.
    time : str
        When it was given, ISO 8601 in UTC.
    origin : str
        Where it was collected: "app", "simulated", ….
    nonce : str
        Unique per act of marking; a second arrival of the same act is not a second mark.
    """

    claim: str
    rater: str
    boxes: tuple[TimedBox, ...] = ()
    span: Span | None = None
    reason: str = ""
    note: str = ""
    seconds: float | None = None
    time: str = ""
    origin: str = ""
    nonce: str = ""

    def __post_init__(self) -> None:
        place = f"mark on {self.claim} by {self.rater}"
        check_texts(self, ("claim", "rater", "reason", "note", "time", "origin", "nonce"), RatingError)
        if not self.claim or not self.rater:
            raise RatingError(place, "it names no claim or no rater")
        check_numbers(self, ("seconds",), place, RatingError)
        set_fields(self, boxes=checked_boxes(self.boxes, place), span=checked_span(self.span, place))
        if not self.boxes and self.span is None and not self.reason:
            raise RatingError(place, "it has neither a box, nor a span, nor a reason why not")

    @property
    def simulated(self) -> bool:
        """True when no person gave this mark."""
        return self.origin == "simulated"
