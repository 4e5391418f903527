"""Assignments in the database: what is given to whom, what became of it, and which claims need further raters.

An assignment is open, then done (every dimension has a level), skipped (judged, a level is missing), expired (its lease
ran out, the claim is free again) or withdrawn (taken back for good). Each state it comes to is an event that stays.

A claim's crew are the raters whose assignment is open or done. Its queue is the crew while that is smaller than wanted:
so claims that lack the same people's colleagues stand together, and the next one is found without a look at the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from referee_calib.study.store import rating_rows
from referee_calib.study.store.assignment import pair_rows, standing_rows
from referee_calib.study.store.assignment.assignment_tables import (
    assignment,
    assignment_event,
    assignment_run,
    wanted_claim,
)
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.store.schema import rater as rater_table

IN_CREW = ("open", "done")
FINISHED = ("done", "skipped")


class Given(NamedTuple):
    """One assignment as its row has it."""

    seq: int
    claim: str
    rater: str
    occasion: str
    place: int
    state: str
    given: str
    until: str | None
    looks: int | None


_GIVEN = select(*(assignment.c[name] for name in Given._fields))


def moment(when: datetime | None = None) -> str:
    """Return a time as these tables have it; their order is the order of the texts."""
    return (when or datetime.now(UTC)).isoformat(timespec="milliseconds")


def latest_run(connection: Connection) -> Row[Any] | None:
    """Return the last run of ``assign``, None before the first."""
    return connection.execute(select(assignment_run).order_by(assignment_run.c.seq.desc()).limit(1)).first()


def is_assigned(connection: Connection) -> bool:
    """Tell whether claims are assigned in this study at all."""
    return latest_run(connection) is not None


def find(connection: Connection, rater: str, claim: str, occasion: str) -> Given | None:
    """Return one assignment."""
    key = (assignment.c.rater == rater, assignment.c.claim == claim, assignment.c.occasion == occasion)
    row = connection.execute(_GIVEN.where(*key)).first()
    return None if row is None else Given(*row)


def of_rater(connection: Connection, rater: str, states: Sequence[str] = ("open", *FINISHED)) -> list[Given]:
    """Return a rater's assignments in the order in which they finished them, then the open ones in their order."""
    rows = connection.execute(_GIVEN.where(assignment.c.rater == rater, assignment.c.state.in_(states)))
    found = [Given(*row) for row in rows]
    return sorted(found, key=_turn)


def of_claim(connection: Connection, claim: str, state: str) -> list[Given]:
    """Return the assignments of a claim that are in a state, second looks among them."""
    rows = connection.execute(_GIVEN.where(assignment.c.claim == claim, assignment.c.state == state))
    return [Given(*row) for row in rows]


def every(connection: Connection) -> list[Given]:
    """Return all assignments there ever were, oldest first."""
    return [Given(*row) for row in connection.execute(_GIVEN.order_by(assignment.c.seq))]


def barred(connection: Connection) -> dict[str, list[str]]:
    """Return by claim who skipped it, or had it withdrawn."""
    found: dict[str, list[str]] = {}
    its = (assignment.c.occasion == "", assignment.c.state.in_(("skipped", "withdrawn")))
    for row in connection.execute(select(assignment.c.claim, assignment.c.rater).where(*its)):
        found.setdefault(row.claim, []).append(row.rater)
    return found


def give(connection: Connection, rater: str, claim: str, place: int, *, occasion: str = "", until: str | None) -> Given:
    """Ask a rater about a claim, at this place among their own; one that went back may be given again."""
    before, now = find(connection, rater, claim, occasion), moment()
    values = {"state": "open", "place": place, "given": now, "until": until}
    if before is None:
        key = {"claim": claim, "rater": rater, "occasion": occasion}
        seq = (connection.execute(assignment.insert().values(**key, **values)).inserted_primary_key or (0,))[0]
    else:
        seq = before.seq
        connection.execute(assignment.update().where(assignment.c.seq == seq).values(**values))
    _note(connection, seq, "open", now)
    if not occasion:
        refresh(connection, [claim])
    return Given(seq, claim, rater, occasion, place, "open", now, until, before.looks if before else None)


def end(connection: Connection, given: Iterable[Given], state: str) -> None:
    """Bring assignments to a state; claims they were of may need further raters then."""
    ended, now = list(given), moment()
    for one in ended:
        connection.execute(assignment.update().where(assignment.c.seq == one.seq).values(state=state))
        _note(connection, one.seq, state, now)
    refresh(connection, {one.claim for one in ended if not one.occasion})


def due(connection: Connection, now: str) -> list[Given]:
    """Return open assignments whose lease has run out."""
    query = _GIVEN.where(assignment.c.state == "open", assignment.c.until < now).order_by(assignment.c.seq)
    return [Given(*row) for row in connection.execute(query)]


def any_due(connection: Connection, now: str) -> bool:
    """Tell whether a lease has run out."""
    query = select(assignment.c.seq).where(assignment.c.state == "open", assignment.c.until < now).limit(1)
    return connection.execute(query).first() is not None


def settle(connection: Connection, judged: Iterable[tuple[str, str, str]], asked: Collection[str]) -> None:
    """Take note of ratings that arrived, as (rater, claim, occasion), by the dimensions that people are asked about.

    A person's rating that nobody asked for counts, too. One of work that was given back meanwhile is kept as an extra.
    One of somebody who takes no part fills nothing.
    """
    if not is_assigned(connection):
        return
    known = known_claim_rows.uncounted_ids(connection)  # those that train and check raters are nobody's assignment
    for rater, claim, occasion in sorted(one for one in judged if one[1] not in known):
        state = rating_rows.finished_claims(connection, rater, claim, occasion, asked=asked).get(claim)
        before = find(connection, rater, claim, occasion)
        if state is None or (before and before.state in (state, "withdrawn")):
            continue
        if before is None:
            if rating_rows.origins(connection)[rater] == "simulated":
                continue  # what a demonstration came with does not answer for people
            before = give(connection, rater, claim, 0, occasion=occasion, until=None)
        if before.looks is None:
            _count_look(connection, before)
        end(connection, [before], state if standing_rows.takes_part(connection, rater) else "withdrawn")


def looks(connection: Connection, rater: str) -> int:
    """Return how many items a rater has finished."""
    last: int | None = connection.execute(
        select(func.max(assignment.c.looks)).where(assignment.c.rater == rater)
    ).scalar_one()
    return last or 0


def count_raters(connection: Connection) -> int:
    """Return how many raters were ever given a claim."""
    theirs = select(assignment.c.seq).where(assignment.c.rater == rater_table.c.name).exists()
    return connection.execute(select(func.count()).select_from(rater_table).where(theirs)).scalar_one()


def count_first_looks(connection: Connection, rater: str) -> int:
    """Return how many claims a rater holds or has finished, second looks apart."""
    theirs = (assignment.c.rater == rater, assignment.c.occasion == "", assignment.c.state.in_(("open", *FINISHED)))
    return connection.execute(select(func.count()).select_from(assignment).where(*theirs)).scalar_one()


def last_place(connection: Connection, rater: str) -> int:
    """Return the last place among a rater's own."""
    query = select(func.max(assignment.c.place)).where(assignment.c.rater == rater)
    last: int | None = connection.execute(query).scalar_one()
    return last or 0


def refresh(connection: Connection, claims: Iterable[str]) -> None:
    """Bring crew and queue of claims up to their assignments, and the counts of pairs up to the crews."""
    for claim in dict.fromkeys(claims):
        released = connection.execute(select(wanted_claim).where(wanted_claim.c.claim == claim)).first()
        if released is None:
            continue
        states = _states(connection, claim)
        crew = "\n".join(sorted(rater for rater, state in states.items() if state in IN_CREW))
        queue = crew if _is_needed(states, released.wanted) else None
        if (crew, queue) != (released.crew, released.queue):
            change = wanted_claim.update().where(wanted_claim.c.claim == claim)
            connection.execute(change.values(crew=crew, queue=queue))
            pair_rows.change(connection, names(released.crew), names(crew))


def names(crew: str) -> list[str]:
    """Return the raters of a crew."""
    return crew.split("\n") if crew else []


def _turn(one: Given) -> tuple[bool, int, int, bool]:
    """Place an item among the rater's own: finished ones as they were, a second look right after what is at hand."""
    is_open = one.state == "open"
    return is_open, 0 if is_open else one.looks or 0, one.place, bool(one.occasion)


def _is_needed(states: dict[str, str], wanted: int) -> bool:
    """Tell whether a claim needs a further rater; one that as many have skipped as were wanted goes to nobody else."""
    taken = sum(state in IN_CREW for state in states.values())
    return taken < wanted and sum(state == "skipped" for state in states.values()) < max(2, wanted)


def _states(connection: Connection, claim: str) -> dict[str, str]:
    its = (assignment.c.claim == claim, assignment.c.occasion == "")
    rows = connection.execute(select(assignment.c.rater, assignment.c.state).where(*its))
    return {row.rater: row.state for row in rows}


def _count_look(connection: Connection, given: Given) -> None:
    number = looks(connection, given.rater) + 1
    connection.execute(assignment.update().where(assignment.c.seq == given.seq).values(looks=number))


def _note(connection: Connection, seq: int, state: str, now: str) -> None:
    connection.execute(assignment_event.insert().values(assignment=seq, state=state, time=now))
