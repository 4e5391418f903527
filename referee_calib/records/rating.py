"""Ratings: what people made of claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from referee_calib.errors import RatingError
from referee_calib.records.base import Dimension, Record, check_dimension, check_level, check_numbers, check_texts

OCCASIONS = ("", "repeat")
LATER_FIELDS = ("occasion", "watched")  # records without them stay what they were, byte for byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Record):
    """One person's judgement of one claim on one dimension.

    Attributes
    ----------
    claim, rater : str
        Ids.
    dimension : {"relevance", "localization", "timing"}
        What was judged.
    level : int or None
        On the rubric's scale from 0, or None when the person could not judge; then `reason` says why.
    reason : str
        Why there is no level: "cannot judge", "not visible", "video broken", or the like.
    note : str
        Free text of the rater.
    seconds : float or None
        Active time spent on the claim.
    order : int or None
        How many claims the rater had seen before this one.
    rubric : str
        Version of the rubric that was shown.
    time : str
        When it was given, ISO 8601 in UTC.
    origin : str
        Where it was collected: "app", "label_studio", "simulated", ….
    nonce : str
        Unique per act of rating; a second arrival of the same act is not a second rating.
    occasion : {"", "repeat"}
        "" for the rating that counts; "repeat" for a second look, which tells of the rater's own consistency alone.
    watched : float or None
        Share of the frames around the claim's boxes and in its span that were on the screen, None when unknown.
    """

    claim: str
    rater: str
    dimension: Dimension
    level: int | None = None
    reason: str = ""
    note: str = ""
    seconds: float | None = None
    order: int | None = None
    rubric: str = ""
    time: str = ""
    origin: str = ""
    nonce: str = ""
    occasion: str = ""
    watched: float | None = None

    def __post_init__(self) -> None:
        place = f"rating of {self.claim} by {self.rater}"
        check_texts(self, ("claim", "rater", "reason", "note", "rubric", "time", "origin", "nonce"), RatingError)
        _check_occasion(self, place)
        check_numbers(self, ("seconds", "watched", "order"), place, RatingError)
        _check_watched(self, place)
        if not self.claim or not self.rater:
            raise RatingError(place, "it names no claim or no rater")
        check_dimension(self.dimension, place, RatingError)
        check_level(self.level, place, RatingError)
        if self.level is None and not self.reason:
            raise RatingError(f"{place} on {self.dimension}", "it has neither a level nor a reason why not")

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types; occasion and watched stand in it only where they say something."""
        data = Record.to_json(self)
        for name in LATER_FIELDS:
            if not data[name] and data[name] != 0:
                del data[name]
        return data

    @property
    def simulated(self) -> bool:
        """True when no person gave this rating."""
        return self.origin == "simulated"


def _check_occasion(one: Rating, place: str) -> None:
    if one.occasion not in OCCASIONS:
        raise RatingError(f"{place} with occasion {one.occasion!r:.40}", 'it is "" or "repeat"')


def _check_watched(one: Rating, place: str) -> None:
    if one.watched is not None and not 0 <= one.watched <= 1:
        raise RatingError(f"{place} with watched = {one.watched!r:.40}", "it is a share from 0 to 1")
