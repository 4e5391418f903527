"""The audit trail in the database: who decided what, and when. Entries are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from referee_calib.study.store.audit_tables import audit


def add(connection: Connection, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Append one entry, within the transaction of what it tells of."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    packed = json.dumps(detail, allow_nan=False, sort_keys=True)
    connection.execute(audit.insert().values(time=now, actor=actor, action=action, subject=subject, detail=packed))


def get(connection: Connection) -> list[dict[str, Any]]:
    """Return all entries, oldest first, as dictionaries of the columns."""
    rows = connection.execute(select(audit).order_by(audit.c.seq))
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in rows]


def latest_detail(connection: Connection, action: str) -> dict[str, Any]:
    """Return the detail of the latest entry about an action, {} when there is none."""
    query = select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.seq.desc()).limit(1)
    found = connection.execute(query).scalar_one_or_none()
    return {} if found is None else json.loads(found)
