"""The audit trail in the database: who decided what, and when. Entries are only ever added."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from referee_calib.actor import acting
from referee_calib.study.store.audit_tables import audit


def note(connection: Connection, action: str, subject: str, **detail: Any) -> None:
    """Append one entry about what is done now, by whoever acts now."""
    add(connection, acting(), action, subject, detail)


def add(connection: Connection, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Append one entry, within the transaction of what it tells of."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    # the names of files hold whatever bytes they hold; no database takes all of them as text
    plain = subject.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    entry = {"time": now, "actor": actor, "action": action, "subject": plain, "detail": _pack(detail)}
    connection.execute(audit.insert().values(entry))


def get(connection: Connection) -> list[dict[str, Any]]:
    """Return all entries, oldest first, as dictionaries of the columns."""
    rows = connection.execute(select(audit).order_by(audit.c.seq))
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in rows]


def add_missing(connection: Connection, entries: Sequence[Mapping[str, Any]]) -> int:
    """Append the entries of another trail, with their own times, that are not there yet; return how many those were."""
    there = Counter(map(_identity, get(connection)))
    new = list[Mapping[str, Any]]()
    for one in entries:
        if there[_identity(one)]:
            there[_identity(one)] -= 1
        else:
            new.append(one)
    if new:
        names = ("time", "actor", "action", "subject")
        connection.execute(
            audit.insert(), [{**{name: one[name] for name in names}, "detail": _pack(one["detail"])} for one in new]
        )
    return len(new)


def _identity(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (entry["time"], entry["actor"], entry["action"], entry["subject"], _pack(entry["detail"]))


def _pack(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, allow_nan=False, sort_keys=True)


def latest_detail(connection: Connection, action: str) -> dict[str, Any]:
    """Return the detail of the latest entry about an action, {} when there is none."""
    query = select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.seq.desc()).limit(1)
    found = connection.execute(query).scalar_one_or_none()
    return {} if found is None else json.loads(found)
