"""Who may sign in to a study, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.study.store.people import people_rows

if TYPE_CHECKING:
    from referee_calib.study.study_folder import StudyFolder


@dataclass(frozen=True, slots=True)
class RaterAccess:
    """How one rater comes in.

    Attributes
    ----------
    rater : str
        The pseudonym.
    origin : str
        "app" for people who can sign in; nobody signs in as the others.
    has_code : bool
        Whether a personal code lets them in.
    open_links : int
        How many personal links do.
    withdrawn : str
        Since when access is withdrawn (ISO 8601, UTC); "" while it is not.
    why : str
        Why it was.
    last_seen : str
        When they were last here, "" for never.
    """

    rater: str
    origin: str
    has_code: bool
    open_links: int
    withdrawn: str
    why: str
    last_seen: str


def access(study: StudyFolder) -> list[RaterAccess]:
    """Return how each rater comes in, in the order in which they were added."""
    with study.reading() as connection:
        rows, links = people_rows.access(connection), people_rows.invitations(connection)
    now = people_rows.now()
    usable = [
        one.rater
        for one in links
        if not one.revoked and (not one.expires or one.expires > now)
        if one.most_uses is None or one.uses < one.most_uses
    ]
    return [
        RaterAccess(
            row.name,
            row.origin,
            row.code_digest is not None,
            usable.count(row.name),
            row.time or "",
            row.why or "",
            row.seen or "",
        )
        for row in rows
    ]


def identities(study: StudyFolder, rater: str | None = None) -> list[dict[str, Any]]:
    """Return who raters are elsewhere, all or one: kind, subject (e-mail address or id of a panel), rater, detail.

    It is what ratings must not be joined with lightly: no export has it.
    """
    with study.reading() as connection:
        return people_rows.identities(connection, rater)
