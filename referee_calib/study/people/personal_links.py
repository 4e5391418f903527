"""Personal links: made, counted, expired, revoked; and access withdrawn and given back.

Of a link's token only the SHA-256 is stored. Every step is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from referee_calib.errors import StudyError
from referee_calib.study.people.rater_names import closest_names, similar_names
from referee_calib.study.people.raters import check_name, code_digest, new_code
from referee_calib.study.store import audit_rows, rating_rows
from referee_calib.study.store.people import people_rows, sign_in_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from referee_calib.study.study_folder import StudyFolder

EXPIRES = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A personal link, or the link by which the people of a panel come.

    Attributes
    ----------
    number : int
        Its number, from 1 on.
    rater : str
        Whose it is; "" for the link of a panel.
    panel : str
        "prolific", "sona" or "mturk"; "" for a personal link.
    created, created_by : str
        When (ISO 8601, UTC) and by whom it was made.
    expires : str
        When it ends; "" for never.
    most_uses : int or None
        How often somebody can sign in with it, None without bound.
    uses : int
        How often somebody did.
    revoked : str
        When it was revoked; "" while it was not.
    token : str
        What stands at the end of the link; known only when it is made, "" later.
    made : bool
        Whether the rater was made for it; known only then.
    similar : tuple of str
        Raters whose names could be taken for this one; known only when the rater is made.
    """

    number: int
    rater: str
    panel: str
    created: str
    created_by: str
    expires: str
    most_uses: int | None
    uses: int
    revoked: str
    token: str = field(default="", repr=False)
    made: bool = False
    similar: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """One of "open", "expired", "used up", "revoked"."""
        if self.revoked:
            return "revoked"
        if self.expires and self.expires <= people_rows.now():
            return "expired"
        return "used up" if self.most_uses is not None and self.uses >= self.most_uses else "open"

    @property
    def path(self) -> str:
        """The link without the server's address."""
        return f"/p/{self.token}" if self.panel else f"/i/{self.token}"


def invite(
    study: StudyFolder, name: str, *, actor: str, expires: timedelta | None = EXPIRES, uses: int | None = None
) -> Invitation:
    """Make a personal link for a rater, who is made where the study has none of that name.

    Parameters
    ----------
    study : StudyFolder
        The study.
    name : str
        A pseudonym of at most 64 characters.
    actor : str
        Who invites, for the audit trail: "command line", "coordinator NAME".
    expires : timedelta, optional
        How long the link works; None for always.
    uses : int, optional
        How often somebody can sign in with it; None without bound. Looking at the link uses nothing up.

    Raises
    ------
    StudyError
        When the name cannot be used, belongs to a simulated or imported rater, or access was withdrawn.
    """
    name = check_name(name)
    with study.writing() as connection:
        known = people_rows.names(connection)
        similar: list[str] = []
        if name in known:
            check_can_sign_in(connection, name)
        else:
            similar = similar_names(name, known)
            rating_rows.add_rater(connection, name, "app", None)
            audit_rows.add(connection, actor, "add rater", name, {"similar": similar} if similar else {})
        link = make_link(connection, actor, rater=name, expires=expires, uses=uses)
        return replace(link, made=name not in known, similar=tuple(similar))


def make_link(
    connection: Connection,
    actor: str,
    *,
    rater: str | None = None,
    panel: str = "",
    expires: timedelta | None,
    uses: int | None,
) -> Invitation:
    """Store a link of a rater or a panel, with its entry in the audit trail, and return it with its token."""
    if (uses is not None and uses < 1) or (expires is not None and expires <= timedelta(0)):
        raise StudyError("this link", "it could never be used: it needs at least one use and some time")
    token, end = new_code(), _end_of(expires)
    values: dict[str, Any] = {"rater": rater, "panel": panel, "created_by": actor, "expires": end, "most_uses": uses}
    number = people_rows.add_invitation(connection, digest=code_digest(token), revoked=None, **values)
    detail = {"number": number, "expires": end, "uses": uses}
    audit_rows.add(connection, actor, "invite", rater or f"panel {panel}", detail)
    return Invitation(number, rater or "", panel, people_rows.now(), actor, end or "", uses, 0, "", token=token)


def _end_of(expires: timedelta | None) -> str | None:
    if expires is None:
        return None
    try:
        return (datetime.now(UTC) + expires).isoformat(timespec="seconds")
    except OverflowError as error:
        raise StudyError("this link", "its end lies beyond the calendar", "Without an end: --expires never") from error


def invitations(study: StudyFolder) -> list[Invitation]:
    """Return all links that were ever made, oldest first, without their tokens."""
    with study.reading() as connection:
        rows = people_rows.invitations(connection)
    return [
        Invitation(
            row.seq,
            row.rater or "",
            row.panel,
            row.created,
            row.created_by,
            row.expires or "",
            row.most_uses,
            row.uses,
            row.revoked or "",
        )
        for row in rows
    ]


def revoke(study: StudyFolder, name: str, *, actor: str, why: str = "") -> int:
    """Withdraw a rater's access at once: code, links and sign-ins end, and no account or panel lets them in.

    Their ratings stay and count; to leave those out is another decision. Returns how many sign-ins ended.
    """
    with study.writing() as connection:
        name = known_name(connection, name)
        people_rows.withdraw(connection, name, why)
        rating_rows.set_code(connection, name, None)
        links = people_rows.revoke_invitations(connection, rater=name)
        ended = sign_in_rows.end_of_rater(connection, name, "access was withdrawn")
        detail = {"why": why, "links": links, "sign-ins": ended}
        audit_rows.add(connection, actor, "withdraw access", name, detail)
    return ended


def reinstate(study: StudyFolder, name: str, *, actor: str, why: str = "") -> None:
    """Give a rater's access back; former codes and links stay revoked, so they need a new one."""
    with study.writing() as connection:
        name = known_name(connection, name)
        people_rows.reinstate(connection, name)
        audit_rows.add(connection, actor, "reinstate", name, {"why": why})


def add_rater(study: StudyFolder, name: str, *, actor: str) -> str:
    """Make a rater with a personal code, which has no end, and return the code."""
    name, code = check_name(name), new_code()
    with study.writing() as connection:
        similar = similar_names(name, people_rows.names(connection))
        rating_rows.add_rater(connection, name, "app", code_digest(code))
        audit_rows.add(connection, actor, "add rater", name, {"similar": similar} if similar else {})
    return code


def renew_code(study: StudyFolder, name: str, *, actor: str) -> str:
    """Give a rater a new code; the old one, their links and every sign-in end at once."""
    code = new_code()
    with study.writing() as connection:
        name = known_name(connection, name)
        check_can_sign_in(connection, name)
        rating_rows.set_code(connection, name, code_digest(code))
        links = people_rows.revoke_invitations(connection, rater=name)
        ended = sign_in_rows.end_of_rater(connection, name, "a new code was given")
        audit_rows.add(connection, actor, "new code", name, {"links": links, "sign-ins": ended})
    return code


def known_name(connection: Connection, name: str) -> str:
    """Return a rater's name as it is stored; StudyError with the closest names when there is none."""
    name = check_name(name)
    known = people_rows.names(connection)
    if name not in known:
        raise StudyError(f"rater {name!r}", "the study has no such rater", _did_you_mean(name, known))
    return name


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = closest_names(name, known)
    return f"Did you mean {' or '.join(close)}?" if close else ""


def check_can_sign_in(connection: Connection, name: str) -> None:
    """Refuse raters who are no people of this study, and those whose access is withdrawn."""
    origin = people_rows.origin_of(connection, name)
    if origin != "app":
        what = "a program" if origin == "simulated" else f"ratings that were collected elsewhere ({origin})"
        raise StudyError(f"rater {name!r}", f"this name stands for {what}; nobody signs in as it", "Choose another.")
    if people_rows.is_withdrawn(connection, name):
        raise StudyError(f"rater {name!r}", "their access was withdrawn", f"To let them in again: --reinstate {name}")
