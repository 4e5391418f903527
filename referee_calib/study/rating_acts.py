"""One act of a rater: what they said about a claim and what they drew on it, stored in one step."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.records import Mark, Rating
from referee_calib.study.store import mark_rows, rating_rows
from referee_calib.study.study import AddResult, Study


def add_act(study: Study, ratings: Sequence[Rating], marks: Sequence[Mark] = ()) -> AddResult:
    """Append ratings and marks: all of them are on the disk when this returns, or none is stored.

    Those that are there already are known; the result counts ratings. Raises RatingError as `Study.add_ratings` does.
    """
    with study.writing() as connection:
        new = rating_rows.add(connection, ratings)
        mark_rows.add(connection, marks)
    return AddResult(new, len(ratings) - new)


def mark_of(study: Study, rater: str, claim: str) -> Mark | None:
    """Return what a rater drew last on a claim, None when nothing."""
    with study.reading() as connection:
        return mark_rows.of_claim(connection, rater, claim)
