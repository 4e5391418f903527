"""Raters and their ratings in the database. Ratings are only ever added: the latest one counts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from referee_calib.errors import RatingError, StudyError
from referee_calib.records import Mark, Rating
from referee_calib.study.people.raters import Rater
from referee_calib.study.store import claim_rows
from referee_calib.study.store.claim_rows import json_text, rows_in
from referee_calib.study.store.schema import claim, rater, rating

_MAX_NONCE = 200


def add(connection: Connection, ratings: Sequence[Rating]) -> int:
    """Append the ratings that are not there yet and return how many those were.

    A rating is known by rater, dimension and nonce. One without a nonce is known by its content and by how
    often that content came before it in the same call, so that importing a file again adds nothing.
    """
    _check(connection, ratings)
    there = _stored_judgements(connection, ratings)
    new: list[dict[str, object]] = []
    for one, nonce in zip(ratings, nonces_of(ratings), strict=True):
        key = (one.rater, one.dimension, nonce)
        if key in there:
            _same_act(one, there[key])
            continue
        there[key] = _judgement(one)
        new.append(
            {
                "claim": one.claim,
                "rater": one.rater,
                "dimension": one.dimension,
                "level": one.level,
                "nonce": nonce,
                "record": json_text(one),
                "occasion": one.occasion,
            }
        )
    if new:
        connection.execute(rating.insert(), new)
    return len(new)


def get(connection: Connection, *, history: bool, occasion: str | None = "") -> list[Rating]:
    """Return the latest rating of each claim, rater and dimension, or all of them, in order of arrival.

    Those of one `occasion`, or of all, each for itself, with None.
    """
    query = select(rating.c.record).order_by(rating.c.seq)
    if not history:
        key = (rating.c.claim, rating.c.rater, rating.c.dimension, rating.c.occasion)
        query = query.where(rating.c.seq.in_(select(func.max(rating.c.seq)).group_by(*key)))
    if occasion is not None:
        query = query.where(rating.c.occasion == occasion)
    return [Rating.from_json(json.loads(row.record)) for row in connection.execute(query)]


def of_claim(connection: Connection, rater_name: str, claim_id: str, occasion: str = "") -> list[Rating]:
    """Return a rater's latest ratings of one claim on one occasion, at most one per dimension."""
    found = history_of_claim(connection, rater_name, claim_id, occasion)
    return list({one.dimension: one for one in found}.values())


def history_of_claim(connection: Connection, rater_name: str, claim_id: str, occasion: str = "") -> list[Rating]:
    """Return every rating of one claim that a rater gave on one occasion, in order of arrival."""
    wanted = (rating.c.rater == rater_name, rating.c.claim == claim_id, rating.c.occasion == occasion)
    query = select(rating.c.record).where(*wanted).order_by(rating.c.seq)
    return [Rating.from_json(json.loads(row.record)) for row in connection.execute(query)]


def finished_claims(
    connection: Connection,
    rater_name: str,
    claim_id: str | None = None,
    occasion: str = "",
    *,
    asked: Collection[str],
) -> dict[str, str]:
    """Return the claims that a rater has judged on every dimension: "done", or "skipped" where a level is missing.

    Of one claim, or of all; of the dimensions that the rubric asks about (`asked`).
    """
    query = (
        select(rating.c.claim, rating.c.dimension, rating.c.level, claim.c.dimensions)
        .join(claim, claim.c.id == rating.c.claim)
        .where(rating.c.rater == rater_name, rating.c.occasion == occasion)
        .order_by(rating.c.seq)
    )
    if claim_id is not None:
        query = query.where(rating.c.claim == claim_id)
    levels: dict[str, dict[str, int | None]] = {}
    needed: dict[str, int] = {}
    for id_, dimension, level, dimensions in connection.execute(query):
        levels.setdefault(id_, {})[dimension] = level
        needed[id_] = sum(name in asked for name in dimensions.split())
    whole = {id_: its for id_, its in levels.items() if len(its) == needed[id_]}
    return {id_: "skipped" if None in its.values() else "done" for id_, its in whole.items()}


def judged_by_people(connection: Connection, claims: Iterable[str]) -> set[tuple[str, str, str]]:
    """Return which people judged these claims, as (rater, claim, occasion)."""
    query = select(rating.c.rater, rating.c.claim, rating.c.occasion).join(rater).where(rater.c.origin != "simulated")
    return {tuple(row) for row in rows_in(connection, query.distinct(), rating.c.claim, claims)}


def add_rater(connection: Connection, name: str, origin: str, code_digest: str | None) -> None:
    """Register a rater."""
    if name in origins(connection):
        raise StudyError(f"rater {name!r} is there already", "two people under one name could not be told apart")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(rater.insert().values(name=name, origin=origin, created=now, code_digest=code_digest))


def set_code(connection: Connection, name: str, code_digest: str | None) -> None:
    """Give a rater a new code, or none; the old one no longer works."""
    changed = connection.execute(rater.update().where(rater.c.name == name).values(code_digest=code_digest))
    if changed.rowcount != 1:
        raise StudyError(f"rater {name!r}", "the study has no such rater")


def rater_with(connection: Connection, code_digest: str) -> str | None:
    """Return the name of the rater whose code this is."""
    return connection.execute(select(rater.c.name).where(rater.c.code_digest == code_digest)).scalar_one_or_none()


def raters(connection: Connection) -> list[Rater]:
    """Return all raters in the order in which they were added."""
    rows = connection.execute(select(rater).order_by(rater.c.created, rater.c.name))
    return [Rater(row.name, row.origin, row.created, row.code_digest is not None) for row in rows]


def origins(connection: Connection) -> dict[str, str]:
    """Return each rater's origin."""
    return {row.name: row.origin for row in connection.execute(select(rater.c.name, rater.c.origin))}


def origins_of(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return the origin of each of these raters; unknown ones are left out."""
    rows = rows_in(connection, select(rater.c.name, rater.c.origin), rater.c.name, names)
    return {row.name: row.origin for row in rows}


def _check(connection: Connection, ratings: Sequence[Rating]) -> None:
    applies = claim_rows.dimensions(connection, (one.claim for one in ratings))
    people = origins_of(connection, (one.rater for one in ratings))
    for number, one in enumerate(ratings, start=1):
        place = f"rating {number} of {len(ratings)}: {one.dimension} of claim {one.claim} by {one.rater}"
        if one.claim not in applies:
            raise RatingError(place, "the study has no such claim")
        check_giver(one, people, place, "ratings")
        if one.dimension not in applies[one.claim]:
            raise RatingError(place, f"this claim is judged on {' and '.join(applies[one.claim])} only")


def check_giver(one: Rating | Mark, people: Mapping[str, str], place: str, what: str) -> None:
    """Refuse an act of somebody unknown, one that mixes people with programs, and a nonce that is no plain text."""
    if one.rater not in people:
        raise RatingError(place, "the study has no such rater")
    if one.simulated != (people[one.rater] == "simulated"):
        raise RatingError(place, f"simulated {what} come from simulated raters only, and the other way round")
    if len(one.nonce) > _MAX_NONCE or not one.nonce.isascii() or "\0" in one.nonce:
        raise RatingError(place, f"its nonce is not plain text of at most {_MAX_NONCE} characters")


def nonces_of(acts: Iterable[Rating | Mark]) -> list[str]:
    """Return the nonce of each act; one without is named by its content and how often that came before it."""
    seen: Counter[str] = Counter()
    nonces: list[str] = []
    for one in acts:
        content = json_text(one)
        digest = hashlib.sha256(f"{seen[content]} {content}".encode()).hexdigest()
        nonces.append(one.nonce or f"content:{digest}")
        seen[content] += 1
    return nonces


_Judgement = tuple[str, str, int | None, str]


def _judgement(one: Rating) -> _Judgement:
    return one.claim, one.dimension, one.level, one.reason


def _stored_judgements(connection: Connection, ratings: Sequence[Rating]) -> dict[tuple[str, str, str], _Judgement]:
    columns = select(rating.c.rater, rating.c.dimension, rating.c.nonce, rating.c.record)
    rows = rows_in(connection, columns, rating.c.nonce, nonces_of(ratings))
    return {(row.rater, row.dimension, row.nonce): _judgement(Rating.from_json(json.loads(row.record))) for row in rows}


def _same_act(one: Rating, there: _Judgement) -> None:
    # time and seconds may differ: a page that never got the answer sends the same act again, later
    if _judgement(one) != there:
        raise RatingError(
            f"{one.dimension} of claim {one.claim} by {one.rater}, nonce {one.nonce}",
            "this nonce stands for another rating already",
            "A correction is a new act: give it a nonce of its own.",
        )
