"""The tables of what people decided, and of the assignment, by the names that an export gives their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from referee_calib.study.store import rating_rows
from referee_calib.study.store.assignment import assignment_rows
from referee_calib.study.store.assignment import assignment_tables as assigned
from referee_calib.study.store.copies import record_rows
from referee_calib.study.store.copies.table_copy import go_on_numbering
from referee_calib.study.store.onboarding.onboarding_tables import onboarding_event, rating_hold
from referee_calib.study.store.review.review_tables import adjudication, exclusion
from referee_calib.study.store.run_audit.run_audit_tables import run_audit_plan, run_audit_window

DECISIONS: dict[str, Table] = {
    "exclusion": exclusion,
    "adjudication": adjudication,
    "hold": rating_hold,
    "onboarding": onboarding_event,
    "audit plan": run_audit_plan,
    "audit window": run_audit_window,
}
ASSIGNMENT: dict[str, Table] = {  # each behind those that it refers to
    "run": assigned.assignment_run,
    "released": assigned.wanted_claim,
    "given": assigned.assignment,
    "event": assigned.assignment_event,
    "pair": assigned.rater_pair,
    "standing": assigned.rater_standing,
}

Rows = dict[str, list[dict[str, Any]]]


def decisions(connection: Connection) -> Rows:
    """Return all decisions by name, in order of arrival, without the numbers that this study gave them."""
    return {name: record_rows.get(connection, table, numbered=False) for name, table in DECISIONS.items()}


def assignment(connection: Connection) -> Rows:
    """Return the rows of the assignment by name, as they are: they refer to each other by number."""
    return {name: record_rows.get(connection, table, numbered=True) for name, table in ASSIGNMENT.items()}


def add_decisions(connection: Connection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> int:
    """Append the decisions that are not there yet, and return how many those were."""
    return sum(record_rows.add_missing(connection, DECISIONS[name], its) for name, its in rows.items())


def put_assignment(connection: Connection, rows: Rows, asked: Iterable[str]) -> None:
    """Fill the empty tables of the assignment, and let it take note of what people rated before."""
    for name, table in ASSIGNMENT.items():
        if its := rows.get(name):
            connection.execute(table.insert(), its)
    go_on_numbering(connection, ASSIGNMENT.values())
    judged = rating_rows.judged_by_people(connection, [one["claim"] for one in rows.get("released", [])])
    assignment_rows.settle(connection, judged, list(asked))
