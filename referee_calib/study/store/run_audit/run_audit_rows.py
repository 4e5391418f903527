"""Plan, windows and claims of the on-policy audit in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from referee_calib.study.store.portable import insert_or_ignore
from referee_calib.study.store.run_audit.run_audit_tables import (
    DRAWN,
    OLD,
    audited_claim,
    run_audit_plan,
    run_audit_window,
)


class StoredPlan(NamedTuple):
    """A plan as it was fixed."""

    time: str
    digest: str
    plan: dict[str, Any]


class StoredWindow(NamedTuple):
    """A window at one stage."""

    time: str
    number: int
    stage: str
    content: dict[str, Any]


def plan(connection: Connection) -> StoredPlan | None:
    """Return the plan, None before it is fixed."""
    table = run_audit_plan.c
    query = select(table.time, table.digest, table.plan).order_by(table.seq).limit(1)
    row = connection.execute(query).first()
    return None if row is None else StoredPlan(row.time, row.digest, json.loads(row.plan))


def add_plan(connection: Connection, digest: str, content: Mapping[str, Any]) -> None:
    """Store the plan."""
    connection.execute(run_audit_plan.insert().values(time=_now(), digest=digest, plan=_packed(content)))


def windows(connection: Connection, stage: str) -> list[StoredWindow]:
    """Return the windows that came to a stage, in order."""
    table = run_audit_window.c
    query = select(table.time, table.number, table.stage, table.content).where(table.stage == stage)
    rows = connection.execute(query.order_by(table.number))
    return [StoredWindow(row.time, row.number, row.stage, json.loads(row.content)) for row in rows]


def add_window(connection: Connection, number: int, stage: str, content: Mapping[str, Any]) -> None:
    """Store a window at a stage."""
    values = {"time": _now(), "number": number, "stage": stage, "content": _packed(content)}
    connection.execute(run_audit_window.insert().values(values))


def drawn_ids(connection: Connection) -> set[str]:
    """Return the ids of the claims drawn from the run, which no other figure counts."""
    return set(connection.execute(select(audited_claim.c.claim).where(audited_claim.c.role == DRAWN)).scalars())


def shown_ids(connection: Connection) -> set[str]:
    """Return the ids of all claims that the audit puts to people, old ones of the study among them."""
    return set(connection.execute(select(audited_claim.c.claim)).scalars())


def add_old(connection: Connection, claims: Iterable[str]) -> None:
    """Put claims of the study to people beside those of the run; their place in figures stays what it is."""
    insert_or_ignore(connection, audited_claim, [{"claim": one, "role": OLD} for one in claims])


def _packed(content: Mapping[str, Any]) -> str:
    return json.dumps(content, allow_nan=False, sort_keys=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
