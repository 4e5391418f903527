"""Claims in the database, and which of them people rate."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, func, select

from referee_calib.errors import ClaimError, StudyError
from referee_calib.records import Claim, Mark, Rating, RefereeScore
from referee_calib.study.store import audit_rows
from referee_calib.study.store.assignment.assignment_tables import claim_choice
from referee_calib.study.store.lookup.perturbed_tables import note_perturbed, perturbed
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.store.portable import insert_tuples
from referee_calib.study.store.run_audit import run_audit_rows
from referee_calib.study.store.run_audit.run_audit_tables import audited_claim, note_audited
from referee_calib.study.store.schema import claim, rating, sampled, score

_Row = TypeVar("_Row", Claim, Mark, Rating, RefereeScore)
_pack = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode
BATCH = 500  # claims that are stored at once
_CHUNK = 500  # SQLite takes at most 32766 values in one statement, older builds 999


def rows_in(connection: Connection, query: Select[Any], column: Column[Any], values: Iterable[Any]) -> list[Row[Any]]:
    """Return the rows whose column holds one of many values, more than one statement can take."""
    distinct, rows = list(dict.fromkeys(values)), list[Row[Any]]()
    if len(distinct) == 1:  # a list of values is written anew into every statement, one value is not
        return list(connection.execute(query.where(column == distinct[0])))
    for start in range(0, len(distinct), _CHUNK):
        rows += connection.execute(query.where(column.in_(distinct[start : start + _CHUNK])))
    return rows


def count(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def any_row(connection: Connection, table: Table, *which: ColumnElement[bool]) -> bool:
    """Tell whether a table has a row (of these), without counting all."""
    return connection.execute(select(select(table).where(*which).exists())).scalar_one()


def json_text(record: Any) -> str:
    """Return a record, or a description, as the ASCII JSON that the tables hold."""
    data = record if isinstance(record, dict) else record.to_json()
    return _pack(data)


class ClaimRow(NamedTuple):
    """A claim as the table holds it."""

    id: str
    dimensions: str  # on which it can be judged, separated by spaces
    record: str  # the claim as ASCII JSON


def row_of(one: Claim) -> ClaimRow:
    """Return the row of a claim."""
    return ClaimRow(one.id, " ".join(one.dimensions), one.to_ascii_json())


def add(connection: Connection, rows: Sequence[ClaimRow]) -> int:
    """Store claims that are not there yet and return how many those were.

    A claim that was stored before studies kept groups takes its group when it comes again.
    """
    _refuse_duplicates(rows)
    there = _records(connection, [one.id for one in rows])
    new: list[ClaimRow] = []
    for one in rows:
        stored = there.get(one.id)
        if stored is None:
            new.append(one)
        elif stored != one.record:
            _renew(connection, _claim(stored), _claim(one.record))
    if new:
        insert_tuples(connection, claim, ClaimRow._fields, [tuple(one) for one in new])
        note_perturbed(connection, (one.record for one in new))
        note_audited(connection, (one.record for one in new))
    return len(new)


def _renew(connection: Connection, stored: Claim, one: Claim) -> None:
    """Give a stored claim the group that it lacks; whatever else differs is refused."""
    if stored == one:
        return
    if stored.group or replace(stored, group=one.group) != one:
        raise ClaimError(
            f"claim {one.id} of video {one.video}",
            "the study holds it with another reference, step, source, group or text, and ratings may rest on those",
            "Import it into a new study.",
        )
    connection.execute(claim.update().where(claim.c.id == one.id).values(record=one.to_ascii_json()))


def without_set_apart(connection: Connection, records: Sequence[_Row]) -> list[_Row]:
    """Leave out claims that no figure counts, and ratings, marks and scores of those; see :func:`set_apart_ids`."""
    left_out = set_apart_ids(connection)
    return [one for one in records if (one.id if isinstance(one, Claim) else one.claim) not in left_out]


def set_apart_ids(connection: Connection) -> set[str]:
    """Return the ids of the claims that no figure counts.

    They were perturbed for people, drawn from a run for its audit, or are there to train and check raters.
    """
    known = known_claim_rows.uncounted_ids(connection)
    return perturbed_ids(connection) | run_audit_rows.drawn_ids(connection) | known


def perturbed_ids(connection: Connection) -> set[str]:
    """Return the ids of the claims that were perturbed for people."""
    return set(connection.execute(select(perturbed.c.claim)).scalars())


def counted_apart(connection: Connection, counts: Mapping[str, int]) -> dict[str, int]:
    """Take what belongs to claims set apart out of `counts` of claims, ratings and so on, and count it by itself."""
    perturbed, audited = perturbed_ids(connection), run_audit_rows.drawn_ids(connection)
    known = known_claim_rows.uncounted_ids(connection) - perturbed - audited
    apart = {"perturbed claims": perturbed, "audited claims": audited, "known claims": known}
    found = {name: _counts_of(connection, ids) for name, ids in apart.items() if ids}
    if not found:
        return {}
    mine = {name: counts[name] - sum(its[name] for its in found.values()) for name in next(iter(found.values()))}
    for name, its in found.items():
        mine |= {name: its["claims"], f"ratings of {name}": its["ratings"]}
    return mine


def _counts_of(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    tables = {"sampled": sampled, "ratings": rating, "scores": score}
    return {"claims": len(ids)} | {
        name: len(rows_in(connection, select(table.c.claim), table.c.claim, ids)) for name, table in tables.items()
    }


def get(connection: Connection, ids: Sequence[str] | None, *, only_sampled: bool) -> list[Claim]:
    """Return claims: all in order of import, the sampled in order of the draw, or those asked for in that order."""
    if ids is not None:
        there = _records(connection, ids)
        missing = [one for one in ids if one not in there]
        if missing:
            raise StudyError(f"claim {missing[0]}", f"the study has no such claim ({len(missing)} unknown in all)")
        return [_claim(there[one]) for one in ids]
    query: Select[tuple[str]] = select(claim.c.record).order_by(claim.c.seq)
    if only_sampled and any_row(connection, sampled):
        query = select(claim.c.record).join(sampled).order_by(sampled.c.place)
    return [_claim(row.record) for row in connection.execute(query)]


def dimensions(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return on which dimensions each of these claims can be judged; unknown claims are left out."""
    rows = rows_in(connection, select(claim.c.id, claim.c.dimensions), claim.c.id, ids)
    return {row.id: tuple(row.dimensions.split()) for row in rows}


def rateable(connection: Connection, asked: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the claims people rate and their dimensions: the sampled ones and those set apart, or all without a draw.

    Set apart are perturbed claims and those of an audit. Left out are dimensions that the rubric does not ask about
    (`asked`), claims that have no other, and known claims, which train and check raters, unless they count.
    """
    query: Select[tuple[str, str]] = select(claim.c.id, claim.c.dimensions)
    if not any_row(connection, sampled):
        found = {row.id: tuple(row.dimensions.split()) for row in connection.execute(query)}
    else:
        drawn = {row.id: tuple(row.dimensions.split()) for row in connection.execute(query.join(sampled))}
        found = drawn | dimensions(connection, perturbed_ids(connection) | run_audit_rows.shown_ids(connection))
    known = known_claim_rows.uncounted_ids(connection)
    judged = ((id_, tuple(name for name in names if name in asked)) for id_, names in found.items())
    return {id_: names for id_, names in judged if names and id_ not in known}


def is_rateable(connection: Connection, id_: str, asked: Collection[str]) -> bool:
    """Tell whether people rate a claim, without looking at the others.

    See :func:`rateable`; gold claims and attention checks are rated among them, practice claims are not.
    """
    if not set(dimensions(connection, [id_]).get(id_, ())).intersection(asked):
        return False
    known = known_claim_rows.one(connection, id_)
    if known is not None and not known["counts"]:
        return known["role"] in ("gold", "attention")
    if not any_row(connection, sampled) or any_row(connection, sampled, sampled.c.claim == id_):
        return True
    set_apart = (perturbed, audited_claim)
    return any(any_row(connection, table, table.c.claim == id_) for table in set_apart)


def choose(connection: Connection, ids: Sequence[str], *, force: bool = False) -> None:
    """Make these the claims people rate."""
    if len(set(ids)) != len(ids):
        raise StudyError("the choice of claims", "a claim comes twice in it")
    unknown = sorted(set(ids) - set(dimensions(connection, ids)))
    if unknown:
        raise StudyError(f"claim {unknown[0]}", f"the study has no such claim ({len(unknown)} unknown in all)")
    chosen = set(connection.execute(select(sampled.c.claim)).scalars()) | set(ids)
    asked_besides = run_audit_rows.shown_ids(connection) - chosen  # rated, but not because they were chosen
    left_out = known_claim_rows.rated_by_people(connection) - set_apart_ids(connection) - asked_besides - set(ids)
    if left_out and not force:
        raise StudyError(
            f"{len(left_out)} claims that people have rated are not in the new choice",
            "their ratings would no longer count",
            "Draw more claims with the same seed (a larger draw contains the smaller one), or add --force",
        )
    connection.execute(sampled.delete())
    if ids:
        connection.execute(sampled.insert(), [{"claim": one, "place": k} for k, one in enumerate(ids)])
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(claim_choice.insert().values(time=now, claims=len(ids)))
    audit_rows.note(connection, "choose claims", f"{len(ids)} claims", rated_claims_left_out=sorted(left_out))


def rateable_stamp(connection: Connection) -> tuple[int, int]:
    """Return what changes whenever other claims may be rateable, at a cost that does not grow with the study."""
    last = (func.max(claim.c.seq), func.max(claim_choice.c.seq))
    newest, choice = (connection.execute(select(one)).scalar_one() or 0 for one in last)
    return newest, choice


def _records(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    rows = rows_in(connection, select(claim.c.id, claim.c.record), claim.c.id, ids)
    return {row.id: row.record for row in rows}


def _refuse_duplicates(rows: Sequence[ClaimRow]) -> None:
    seen: set[str] = set()
    for one in rows:
        if one.id in seen:
            raise ClaimError(f"claim {one.id} of video {_claim(one.record).video}", "it comes twice")
        seen.add(one.id)


def _claim(text: str) -> Claim:
    return Claim.from_json(json.loads(text))
