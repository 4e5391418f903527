"""Runs of ``assign`` and the claims that they released."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from referee_calib.study.store.assignment import assignment_rows
from referee_calib.study.store.assignment.assignment_tables import assignment_run, wanted_claim


class FirstRun(NamedTuple):
    """What the first run fixed for all."""

    seed: int
    strata: list[str]


class Need(NamedTuple):
    """A claim with its raters, those at it among them, who is not to be asked again, and how many are wanted."""

    claim: str
    video: str
    crew: tuple[str, ...]
    barred: tuple[str, ...]  # they skipped it, or are out
    wanted: int


class ReleasedRow(NamedTuple):
    """A released claim as its row has it."""

    claim: str
    run: int
    place: int
    wanted: int
    stratum: str
    draw: float
    video: str
    queue: str | None


def first_run(connection: Connection) -> FirstRun | None:
    """Return seed and strata of the first run, None before it."""
    row = connection.execute(select(assignment_run).order_by(assignment_run.c.seq).limit(1)).first()
    return None if row is None else FirstRun(row.seed, list(detail(row)["strata"]))


def detail(run: Row[Any]) -> dict[str, Any]:
    """Return the rules of a run."""
    return dict(json.loads(run.detail))


def add_run(connection: Connection, kind: str, seed: int, rules: Mapping[str, Any]) -> int:
    """Write a run down and return its number."""
    packed = json.dumps(rules, allow_nan=False, sort_keys=True)
    values = {"time": assignment_rows.moment(), "kind": kind, "seed": seed, "detail": packed}
    return int((connection.execute(assignment_run.insert().values(**values)).inserted_primary_key or (0,))[0])


def strata(connection: Connection) -> dict[str, str]:
    """Return the released claims with the stratum that each was drawn from."""
    return {row.claim: row.stratum for row in connection.execute(select(wanted_claim.c.claim, wanted_claim.c.stratum))}


def stratum_sizes(connection: Connection) -> dict[str, int]:
    """Return how many claims each stratum had at the last run that released any."""
    runs = connection.execute(select(assignment_run).order_by(assignment_run.c.seq.desc()))
    shares: dict[str, list[int]] = next((its for run in runs if (its := detail(run)["shares"])), {})
    return {name: its[0] for name, its in shares.items()}


def count(connection: Connection) -> int:
    """Return how many claims are released."""
    return connection.execute(select(func.count()).select_from(wanted_claim)).scalar_one()


def needs(connection: Connection, wanted: int, rateable: Collection[str]) -> list[Need]:
    """Return the released claims that lack raters when so many are wanted, in the order in which they are begun.

    Of those that people still rate.
    """
    rows = connection.execute(select(wanted_claim).order_by(wanted_claim.c.run, wanted_claim.c.place))
    given = [(row, tuple(assignment_rows.names(row.crew))) for row in rows if row.claim in rateable and not row.closed]
    barred = assignment_rows.barred(connection)
    return [
        Need(row.claim, row.video, crew, tuple(barred.get(row.claim, ())), wanted)
        for row, crew in given
        if len(crew) < wanted and (row.queue is not None or wanted > row.wanted)
    ]


def want(connection: Connection, wanted: int, rateable: Collection[str]) -> None:
    """Let every released claim want so many ratings, and none where people are not to rate it any more."""
    columns = (wanted_claim.c.claim, wanted_claim.c.wanted, wanted_claim.c.closed)
    rows = connection.execute(select(*columns)).all()
    target = {claim: wanted if claim in rateable and not closed else 0 for claim, _, closed in rows}
    changed = [claim for claim, before, _ in rows if target[claim] != before]
    for claim in changed:
        connection.execute(wanted_claim.update().where(wanted_claim.c.claim == claim).values(wanted=target[claim]))
    assignment_rows.refresh(connection, changed)


def close(connection: Connection, claim: str, *, closed: bool) -> None:
    """Let a released claim want no ratings any more, or as many as the others again."""
    run = assignment_rows.latest_run(connection)
    wanted = 0 if closed or run is None else detail(run)["overlap"]
    change = wanted_claim.update().where(wanted_claim.c.claim == claim)
    connection.execute(change.values(closed=int(closed), wanted=wanted))
    assignment_rows.refresh(connection, [claim])


def release(
    connection: Connection,
    run: int,
    claims: Sequence[tuple[str, str, str, float]],
    wanted: int,
    *,
    before_others: bool = False,
) -> None:
    """Release claims, as (claim, video, stratum, draw), in the order in which they are to be begun.

    They are begun behind all others, or `before_others`.
    """
    end = func.min if before_others else func.max
    start = connection.execute(select(end(wanted_claim.c.place))).scalar_one() or 0
    start -= len(claims) + 1 if before_others else 0
    rows = [
        {"claim": claim, "video": video, "stratum": stratum, "draw": draw, "place": start + k, "run": run}
        for k, (claim, video, stratum, draw) in enumerate(claims, start=1)
    ]
    if rows:
        connection.execute(wanted_claim.insert(), [{**row, "wanted": wanted, "crew": "", "queue": ""} for row in rows])


def released(connection: Connection) -> list[ReleasedRow]:
    """Return the released claims in the order in which they are begun."""
    query = select(*(wanted_claim.c[name] for name in ReleasedRow._fields)).order_by(wanted_claim.c.place)
    return [ReleasedRow(*row) for row in connection.execute(query)]
