"""The audit trail of a study: every decision about people and claims, with who took it and when.

Ratings are their own trail: they are only ever added. Here stands what has no record of its own: who was let in or
sent away, what was assigned, excluded, adjudicated, imported or backed up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from referee_calib.actor import PROGRAM
from referee_calib.errors import InputError
from referee_calib.study.store import audit_rows
from referee_calib.study.study import Study

__all__ = ["PROGRAM", "AuditEntry", "audit_entry", "record", "take_over", "trail"]
_TEXTS = ("time", "actor", "action", "subject")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the trail.

    Attributes
    ----------
    seq : int
        Its number, from 1 on.
    time : str
        ISO 8601, UTC.
    actor : str
        Who did it: "rater NAME", "coordinator NAME", "command line", or `PROGRAM`.
    action : str
        A verb, such as "invite" or "exclude rater".
    subject : str
        Whom or what it is about.
    detail : dict
        What else there is to know, as JSON has it.
    """

    seq: int
    time: str
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


def audit_entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Check an entry as an export holds it, and return it without its number; InputError says what is wrong."""
    wrong = [name for name in _TEXTS if not isinstance(row.get(name), str)]
    if wrong or not isinstance(row.get("detail"), Mapping):
        raise InputError("an entry of an audit trail", f"it has no {wrong[0] if wrong else 'detail'}")
    return {name: row[name] for name in (*_TEXTS, "detail")}


def record(study: Study, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Append an entry; within `study.transaction()` it is stored with what it tells of, or not at all."""
    with study.writing() as connection:
        audit_rows.add(connection, actor, action, subject, detail)


def take_over(study: Study, entries: Sequence[Mapping[str, Any]]) -> int:
    """Append the entries of another study's trail that are not there yet, and return how many those were."""
    with study.writing() as connection:
        return audit_rows.add_missing(connection, entries)


def trail(study: Study) -> list[AuditEntry]:
    """Return all entries, oldest first."""
    with study.reading() as connection:
        return [AuditEntry(**row) for row in audit_rows.get(connection)]
