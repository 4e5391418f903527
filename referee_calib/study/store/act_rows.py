"""What a rater says in one act, stored together: ratings, marks, and what they mean for the assignment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from referee_calib.records import Mark, Rating
from referee_calib.study.store import mark_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows


def add(connection: Connection, ratings: Sequence[Rating], marks: Sequence[Mark] = ()) -> int:
    """Append ratings and the marks that belong to them; return how many ratings were new."""
    new = rating_rows.add(connection, ratings)
    mark_rows.add(connection, marks)
    assignment_rows.settle(connection, {(one.rater, one.claim, one.occasion) for one in ratings})
    return new
