"""Handing out on demand: a rater who has nothing left to do gets the claim most in need of them.

Everything is decided in one transaction that no other writer can enter, so two raters at once are never both given the
last place of a claim.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Self

from sqlalchemy import Connection

from referee_calib.study.assignment.next_claim import next_claim
from referee_calib.study.assignment.reclaiming import reclaim_due
from referee_calib.study.assignment.repeats import repeat_due
from referee_calib.study.store.assignment import assignment_rows, standing_rows
from referee_calib.study.study import Study

ON_DEMAND, FIXED, STOP = "on demand", "fixed", "stop"


@dataclass(frozen=True, slots=True)
class HandOut:
    """The rules of the last run of ``assign``; a server that runs for days reads them anew each time."""

    kind: str
    seed: int
    repeats: float
    repeat_distance: int
    lease_hours: float
    at_once: int
    per_rater: int  # most claims for one rater, 0 without such a limit
    overlap: int
    released: int  # claims, by all runs so far

    @classmethod
    def read(cls, connection: Connection) -> Self | None:
        """Return the rules in force, None before the first run."""
        run = assignment_rows.latest_run(connection)
        if run is None:
            return None
        detail = json.loads(run.detail)
        names = ("repeats", "repeat_distance", "lease_hours", "at_once", "per_rater", "overlap", "released")
        return cls(run.kind, run.seed, **{name: detail[name] for name in names})


def hand_out(study: Study, rater: str, now: datetime | None = None) -> int:
    """Give a rater what they should do next and return how many items that was.

    Nothing where they hold enough, take no part, or no claim needs them. Leases that have run out end first.
    """
    now = now or datetime.now(UTC)
    with study.reading() as connection:
        rules = HandOut.read(connection)
        if rules is None or not _may_get_more(connection, rater, rules, now):
            return 0
    with study.writing() as connection:
        rules = HandOut.read(connection)
        if rules is None:
            return 0
        reclaim_due(connection, now)
        return _give(connection, rater, rules, now)


def expected_items(connection: Connection, rater: str) -> int:
    """Return how many items a rater will come to when all wanted ratings are shared evenly, or their limit is reached.

    0 where nothing is handed out on demand.
    """
    rules = HandOut.read(connection)
    if rules is None or rules.kind != ON_DEMAND:
        return 0
    people = max(rules.overlap, assignment_rows.count_raters(connection))
    claims = min(rules.per_rater or rules.released, -(-rules.released * rules.overlap // people))
    return claims + floor(rules.repeats * claims)


def _may_get_more(connection: Connection, rater: str, rules: HandOut, now: datetime) -> bool:
    """Look before taking the write lock, which would make others wait for nothing."""
    if rules.kind == STOP or not standing_rows.takes_part(connection, rater):
        return False
    held = assignment_rows.of_rater(connection, rater, ("open",))
    lapsed = any(one.until and one.until < assignment_rows.moment(now) for one in held)
    return lapsed or bool(_wanted(connection, rater, rules, held))


def _give(connection: Connection, rater: str, rules: HandOut, now: datetime) -> int:
    given = 0
    until = assignment_rows.moment(now + timedelta(hours=rules.lease_hours))
    while rules.kind != STOP and standing_rows.takes_part(connection, rater):
        held = assignment_rows.of_rater(connection, rater, ("open",))
        wanted = _wanted(connection, rater, rules, held)
        if wanted is None:
            break
        claim, occasion = wanted
        place = held[0].place if occasion and held else assignment_rows.last_place(connection, rater) + 1
        lease = until if rules.kind == ON_DEMAND else None
        assignment_rows.give(connection, rater, [(claim, place)], occasion=occasion, until=lease)
        given += 1
    return given


def _wanted(
    connection: Connection, rater: str, rules: HandOut, held: list[assignment_rows.Given]
) -> tuple[str, str] | None:
    """Return claim and occasion of what the rater should get besides what they hold."""
    if not any(one.occasion for one in held):
        again = repeat_due(connection, rater, rules.repeats, rules.repeat_distance, rules.seed)
        if again is not None:
            return again, "repeat"
    if rules.kind != ON_DEMAND or sum(not one.occasion for one in held) >= rules.at_once:
        return None
    if rules.per_rater and assignment_rows.count_first_looks(connection, rater) >= rules.per_rater:
        return None
    claim = next_claim(connection, rater, rules.seed)
    return None if claim is None else (claim, "")
