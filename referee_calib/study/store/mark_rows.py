"""People's marks in the database. Marks are only ever added: the latest one of a person counts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from referee_calib.errors import RatingError
from referee_calib.records import Mark
from referee_calib.study.store import claim_rows, rating_rows
from referee_calib.study.store.claim_rows import json_text, rows_in
from referee_calib.study.store.schema import mark


def add(connection: Connection, marks: Sequence[Mark]) -> int:
    """Append the marks that are not there yet and return how many those were.

    A mark is known by rater and nonce. One without a nonce is known by its content and by how often that content came
    before it in the same call, so that importing a file again adds nothing.
    """
    _check(connection, marks)
    nonces = rating_rows.nonces_of(marks)
    rows = rows_in(connection, select(mark.c.rater, mark.c.nonce, mark.c.record), mark.c.nonce, nonces)
    there = {(row.rater, row.nonce): Mark.from_json(json.loads(row.record)) for row in rows}
    new: list[dict[str, object]] = []
    for one, nonce in zip(marks, nonces, strict=True):
        before = there.setdefault((one.rater, nonce), one)
        if before is one:
            new.append({"claim": one.claim, "rater": one.rater, "nonce": nonce, "record": json_text(one)})
        elif _drawn(before) != _drawn(one):
            raise RatingError(
                f"mark on {one.claim} by {one.rater}, nonce {one.nonce}",
                "this nonce stands for another mark already",
                "A correction is a new act: give it a nonce of its own.",
            )
    if new:
        connection.execute(mark.insert(), new)
    return len(new)


def get(connection: Connection, *, history: bool) -> list[Mark]:
    """Return the latest mark of each claim and rater, or all of them, in order of arrival."""
    query = select(mark.c.record).order_by(mark.c.seq)
    if not history:
        query = query.where(mark.c.seq.in_(select(func.max(mark.c.seq)).group_by(mark.c.claim, mark.c.rater)))
    return [Mark.from_json(json.loads(row.record)) for row in connection.execute(query)]


def of_claim(connection: Connection, rater: str, claim: str) -> Mark | None:
    """Return a rater's latest mark of one claim, None when there is none."""
    query = (
        select(mark.c.record).where(mark.c.claim == claim, mark.c.rater == rater).order_by(mark.c.seq.desc()).limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else Mark.from_json(json.loads(row.record))


def _check(connection: Connection, marks: Sequence[Mark]) -> None:
    known = claim_rows.dimensions(connection, (one.claim for one in marks))
    people = rating_rows.origins_of(connection, (one.rater for one in marks))
    for number, one in enumerate(marks, start=1):
        place = f"mark {number} of {len(marks)}: claim {one.claim} by {one.rater}"
        if one.claim not in known:
            raise RatingError(place, "the study has no such claim")
        rating_rows.check_giver(one, people, place, "marks")


def _drawn(one: Mark) -> tuple[object, ...]:
    return one.claim, one.boxes, one.span, one.reason
