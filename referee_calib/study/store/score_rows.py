"""Referees, their scores, and what was imported, in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from referee_calib.errors import InputError
from referee_calib.records import RefereeScore
from referee_calib.study.store import audit_rows, claim_rows
from referee_calib.study.store.claim_rows import json_text, rows_in
from referee_calib.study.store.schema import intake, referee, score

Key = tuple[str, str, str, int]
_MOST_SAMPLES = 2**63 - 1


def add(connection: Connection, scores: Sequence[RefereeScore]) -> tuple[int, int]:
    """Store scores and return how many were new and how many took the place of a failed one.

    There is one score per claim, referee, dimension and sample. A failed one gives way to a later one; a
    level that is there stays, and another level under the same fingerprint is refused.
    """
    _check(connection, scores)
    _register(connection, (one.referee for one in scores))
    there = _stored_scores(connection, scores)
    new: dict[Key, RefereeScore] = {}
    replaced = 0
    for one in scores:
        key = _key(one)
        before = new.get(key) or there.get(key)
        if before is None:
            new[key] = one
        elif _gives_way(before, one):
            replaced += 1
            if key in new:
                new[key] = one
            else:
                same = update(score).filter_by(**_columns(one))
                connection.execute(same.values(status=one.status, record=json_text(one)))
                there[key] = one
    if new:
        rows = [{**_columns(one), "status": one.status, "record": json_text(one)} for one in new.values()]
        connection.execute(score.insert(), rows)
    if replaced:
        audit_rows.note(
            connection, "replace failed scores", ", ".join(sorted({one.referee for one in scores})), scores=replaced
        )
    return len(new), replaced


def get(connection: Connection, fingerprint: str | None) -> list[RefereeScore]:
    """Return the scores of one referee or of all, in the order in which they were first stored."""
    query = select(score.c.record).order_by(score.c.seq)
    if fingerprint is not None:
        query = query.where(score.c.referee == fingerprint)
    return [_score(row.record) for row in connection.execute(query)]


def statuses(connection: Connection, fingerprint: str | None, sample: int | None) -> dict[Key, str]:
    """Return the status of each score by claim, referee, dimension and sample."""
    query = select(score.c.claim, score.c.referee, score.c.dimension, score.c.sample, score.c.status)
    if fingerprint is not None:
        query = query.where(score.c.referee == fingerprint)
    if sample is not None:
        query = query.where(score.c.sample == sample)
    return {(r.claim, r.referee, r.dimension, r.sample): r.status for r in connection.execute(query)}


def add_referee(connection: Connection, fingerprint: str, description: Mapping[str, Any]) -> None:
    """Store what a fingerprint stands for; a later description, perhaps in better words, replaces an earlier one."""
    text = json_text(dict(description))
    changed = connection.execute(update(referee).where(referee.c.fingerprint == fingerprint).values(description=text))
    if not changed.rowcount:
        connection.execute(referee.insert().values(fingerprint=fingerprint, description=text, created=_now()))


def referees(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return each referee's description by fingerprint, ``{}`` where only its scores are known."""
    rows = connection.execute(select(referee.c.fingerprint, referee.c.description).order_by(referee.c.created))
    return {row.fingerprint: json.loads(row.description) for row in rows}


def add_intake(connection: Connection, digest: str, summary: Mapping[str, Any]) -> None:
    """Remember what an imported file held and lost; the same file counts once."""
    known = connection.execute(select(intake.c.seq).where(intake.c.digest == digest)).first()
    if known is None:
        connection.execute(intake.insert().values(digest=digest, time=_now(), summary=json_text(dict(summary))))
        audit_rows.note(connection, "import", str(summary.get("file", digest)), **summary)


def intakes(connection: Connection) -> list[dict[str, Any]]:
    """Return the summaries of all imports, in order."""
    rows = connection.execute(select(intake.c.time, intake.c.summary).order_by(intake.c.seq))
    found = [{"time": row.time, **json.loads(row.summary)} for row in rows]
    for one in found:
        if "lost" in one:  # as version 0.1.0 called it
            one["excluded"] = one.pop("lost")
    return found


def _check(connection: Connection, scores: Sequence[RefereeScore]) -> None:
    applies = claim_rows.dimensions(connection, (one.claim for one in scores))
    for number, one in enumerate(scores, start=1):
        place = f"score {number} of {len(scores)}: {one.dimension} of claim {one.claim} by referee {one.referee}"
        if one.claim not in applies:
            raise InputError(place, "the study has no such claim")
        if not one.referee.isprintable() or not 0 <= one.sample <= _MOST_SAMPLES:
            raise InputError(f"{place}, sample {one.sample}", "a database holds no such fingerprint or sample number")
        if one.dimension not in applies[one.claim]:
            raise InputError(place, f"this claim is judged on {' and '.join(applies[one.claim])} only")


def _register(connection: Connection, fingerprints: Iterable[str]) -> None:
    unknown = set(fingerprints) - set(referees(connection))
    for fingerprint in sorted(unknown):
        add_referee(connection, fingerprint, {})


def _stored_scores(connection: Connection, scores: Sequence[RefereeScore]) -> dict[Key, RefereeScore]:
    query = select(score.c.record).where(score.c.referee.in_({one.referee for one in scores}))
    found = [_score(row.record) for row in rows_in(connection, query, score.c.claim, (one.claim for one in scores))]
    return {_key(one): one for one in found}


def _gives_way(before: RefereeScore, later: RefereeScore) -> bool:
    if before.status != "ok":
        return before != later
    same = (before.level, before.expected, before.distribution) == (later.level, later.expected, later.distribution)
    if later.status == "ok" and not same:
        raise InputError(
            f"{later.dimension} of claim {later.claim} by referee {later.referee}, sample {later.sample}",
            f"the study holds level {before.level}, this says {later.level}, under one fingerprint",
            "Store it as another sample.",
        )
    return False


def _columns(one: RefereeScore) -> dict[str, Any]:
    """Return what tells a score from every other one."""
    return dict(zip(("claim", "referee", "dimension", "sample"), _key(one), strict=True))


def _key(one: RefereeScore) -> Key:
    return one.claim, one.referee, one.dimension, one.sample


def _score(text: str) -> RefereeScore:
    return RefereeScore.from_json(json.loads(text))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
