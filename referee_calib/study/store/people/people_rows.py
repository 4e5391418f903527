"""Invitations, withdrawn access and outside identities in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from referee_calib.errors import StudyError
from referee_calib.study.store.people.people_tables import invitation, outside_identity, sign_in, withdrawn_access
from referee_calib.study.store.schema import rater


def now() -> str:
    """Return the present as these tables write it; such texts sort as times do."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def origin_of(connection: Connection, name: str) -> str | None:
    """Return a rater's origin, None for an unknown one."""
    return connection.execute(select(rater.c.origin).where(rater.c.name == name)).scalar_one_or_none()


def names(connection: Connection) -> dict[str, str]:
    """Return each rater's origin by name."""
    return {row.name: row.origin for row in connection.execute(select(rater.c.name, rater.c.origin))}


# ---- invitations ----


def add_invitation(connection: Connection, **values: Any) -> int:
    """Store an invitation and return its number."""
    added = connection.execute(invitation.insert().values(created=now(), uses=0, **values))
    key = added.inserted_primary_key
    return int(key[0]) if key else 0


def invitations(connection: Connection) -> list[Row[Any]]:
    """Return all invitations, oldest first."""
    return list(connection.execute(select(invitation).order_by(invitation.c.seq)))


def invitation_with(connection: Connection, digest: str) -> Row[Any] | None:
    """Return the invitation of a token's digest."""
    return connection.execute(select(invitation).where(invitation.c.digest == digest)).one_or_none()


def count_use(connection: Connection, digest: str) -> bool:
    """Count one use of an invitation; False when it is revoked, expired or used up."""
    usable = (
        invitation.c.digest == digest,
        invitation.c.revoked.is_(None),
        or_(invitation.c.expires.is_(None), invitation.c.expires > now()),
        or_(invitation.c.most_uses.is_(None), invitation.c.uses < invitation.c.most_uses),
    )
    changed = connection.execute(invitation.update().where(*usable).values(uses=invitation.c.uses + 1))
    return bool(changed.rowcount == 1)


def revoke_invitations(connection: Connection, *, rater: str | None = None, panel: str = "") -> int:
    """Revoke the open invitations of a rater or of a panel; return how many those were."""
    whose = invitation.c.rater == rater if rater is not None else invitation.c.panel == panel
    changed = connection.execute(invitation.update().where(whose, invitation.c.revoked.is_(None)).values(revoked=now()))
    return changed.rowcount


# ---- withdrawn access ----


def withdraw(connection: Connection, name: str, why: str) -> None:
    """Let a rater in no more."""
    if is_withdrawn(connection, name):
        raise StudyError(f"rater {name!r}", "their access is withdrawn already")
    connection.execute(withdrawn_access.insert().values(rater=name, time=now(), why=why))


def reinstate(connection: Connection, name: str) -> None:
    """Let a rater in again."""
    if connection.execute(withdrawn_access.delete().where(withdrawn_access.c.rater == name)).rowcount != 1:
        raise StudyError(f"rater {name!r}", "their access is not withdrawn")


def is_withdrawn(connection: Connection, name: str) -> bool:
    """Tell whether a rater's access is withdrawn."""
    found = select(withdrawn_access.c.rater).where(withdrawn_access.c.rater == name)
    return connection.execute(found).scalar_one_or_none() is not None


def access(connection: Connection) -> list[Row[Any]]:
    """Return name, origin, whether there is a code, since when and why access is withdrawn, and the last sign-in."""
    last = select(sign_in.c.rater, func.max(sign_in.c.seen).label("seen")).group_by(sign_in.c.rater).subquery()
    query = (
        select(rater.c.name, rater.c.origin, rater.c.code_digest, withdrawn_access.c.time, withdrawn_access.c.why)
        .add_columns(last.c.seen)
        .outerjoin(withdrawn_access, withdrawn_access.c.rater == rater.c.name)
        .outerjoin(last, last.c.rater == rater.c.name)
        .order_by(rater.c.created, rater.c.name)
    )
    return list(connection.execute(query))


# ---- who a rater is elsewhere ----


def add_identity(connection: Connection, kind: str, subject: str, rater: str, detail: Mapping[str, str]) -> None:
    """Store who a rater is elsewhere."""
    values = {"kind": kind, "subject": subject, "rater": rater, "created": now(), "detail": json.dumps(detail)}
    connection.execute(outside_identity.insert().values(**values))


def rater_for(connection: Connection, kind: str, subject: str) -> str | None:
    """Return the rater that somebody is here."""
    whom = (outside_identity.c.kind == kind, outside_identity.c.subject == subject)
    return connection.execute(select(outside_identity.c.rater).where(*whom)).scalar_one_or_none()


def identities(connection: Connection, rater: str | None = None) -> list[dict[str, Any]]:
    """Return who raters are elsewhere: all, or one rater."""
    query = select(outside_identity).order_by(outside_identity.c.created, outside_identity.c.subject)
    if rater is not None:
        query = query.where(outside_identity.c.rater == rater)
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in connection.execute(query)]
