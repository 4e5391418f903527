"""Sign-ins, kept on the server: whoever ends one ends it at once, whatever cookie a browser still has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from referee_calib.study.people.raters import code_digest
from referee_calib.study.store import audit_rows, rating_rows
from referee_calib.study.store.people import people_rows, sign_in_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from referee_calib.study.study_folder import StudyFolder

SIGN_IN_DAYS = 14
WITHDRAWN = "access was withdrawn"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of one rater in one browser.

    Attributes
    ----------
    rater : str
        Who signed in.
    way : str
        "code", "link", "account", or the name of a panel.
    created, seen : str
        When it began and when its browser was last heard of (ISO 8601, UTC; to five minutes).
    ended : str
        When it ended, "" while it is open.
    why : str
        What ended it.
    subject : str
        The e-mail address of the account; "" for other ways.
    """

    rater: str
    way: str
    created: str
    seen: str
    ended: str
    why: str
    subject: str = ""

    @property
    def open(self) -> bool:
        """Whether it lets somebody in."""
        begun = datetime.fromisoformat(self.created)
        return not self.ended and datetime.now(UTC) - begun < timedelta(days=SIGN_IN_DAYS)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a code or the token of a link stands for.

    Attributes
    ----------
    state : str
        "open", or why it lets nobody in: "unknown", "expired", "used up", "revoked".
    rater : str
        Whom it lets in.
    counted : bool
        Whether each sign-in uses it up.
    panel : str
        The panel whose entry it is.
    """

    state: str
    rater: str = ""
    counted: bool = False
    panel: str = ""


def credential_of(study: StudyFolder, token: str) -> Credential:
    """Return what a code or token stands for; looking uses nothing up."""
    with study.reading() as connection:
        return _credential(connection, token)


def _credential(connection: Connection, token: str) -> Credential:
    if not token.strip():
        return Credential("unknown")
    digest = code_digest(token)
    rater = rating_rows.rater_with(connection, digest)
    if rater is not None:
        return Credential("open" if people_rows.origin_of(connection, rater) == "app" else "unknown", rater)
    row = people_rows.invitation_with(connection, digest)
    if row is None:
        return Credential("unknown")
    counted = row.most_uses is not None
    return Credential(_state(row.revoked, row.expires, row.most_uses, row.uses), row.rater or "", counted, row.panel)


def _state(revoked: str | None, expires: str | None, most_uses: int | None, uses: int) -> str:
    if revoked:
        return "revoked"
    if expires and expires <= people_rows.now():
        return "expired"
    return "used up" if most_uses is not None and uses >= most_uses else "open"


def sign_in_with(study: StudyFolder, token: str, digest: str, secret_name: str) -> Credential:
    """Sign somebody in by a code or token: one step that uses a link up and starts the sign-in, or neither."""
    with study.writing() as connection:
        found = _credential(connection, token)
        if found.state != "open" or found.panel:
            return found
        by_link = rating_rows.rater_with(connection, code_digest(token)) is None
        if by_link and not people_rows.count_use(connection, code_digest(token)):
            return Credential("used up", found.rater)
        way = "link" if by_link else "code"
        sign_in_rows.start(connection, digest, secret_name, found.rater, way, "")
        audit_rows.add(connection, f"rater {found.rater}", "sign in", found.rater, {"way": way})
    return found


def start_sign_in(
    study: StudyFolder, rater: str, digest: str, secret_name: str, *, way: str, subject: str = "", alone: bool = False
) -> None:
    """Start a sign-in of a rater who was recognised otherwise; `alone` ends their other ones."""
    with study.writing() as connection:
        if alone:
            sign_in_rows.end_of_rater(connection, rater, "signed in on another device")
        sign_in_rows.start(connection, digest, secret_name, rater, way, subject)
        audit_rows.add(connection, f"rater {rater}", "sign in", rater, {"way": way})


def sign_in_of(study: StudyFolder, digest: str) -> SignIn | None:
    """Return the sign-in of a cookie, open or ended; withdrawn access ends it."""
    with study.reading() as connection:
        row = sign_in_rows.get(connection, digest)
    if row is None:
        return None
    found = _record(row)
    return found if row.withdrawn is None else replace(found, ended=found.ended or found.seen, why=WITHDRAWN)


def end_sign_in(study: StudyFolder, digest: str) -> None:
    """Sign out: the cookie of this sign-in lets nobody in any more."""
    with study.writing() as connection:
        row = sign_in_rows.get(connection, digest)
        if row is not None and row.ended is None:
            sign_in_rows.end(connection, digest, "signed out")
            audit_rows.add(connection, f"rater {row.rater}", "sign out", row.rater, {})


def note_seen(study: StudyFolder, digest: str) -> None:
    """Note that the browser of a sign-in was heard of."""
    with study.writing() as connection:
        sign_in_rows.touch(connection, digest)


def end_other_secrets(study: StudyFolder, secret_name: str) -> int:
    """End what was signed in under another secret of the study; return how many sign-ins those were."""
    with study.reading() as connection:
        if not sign_in_rows.has_other_secrets(connection, secret_name):  # nothing is written for nothing
            return 0
    with study.writing() as connection:
        ended = sign_in_rows.end_of_other_secrets(connection, secret_name)
        if ended:
            audit_rows.add(connection, "program", "end sign-ins", "all", {"why": "changed key", "sign-ins": ended})
    return ended


def has_other_sign_in(study: StudyFolder, rater: str, digest: str) -> bool:
    """Tell whether a rater is signed in elsewhere than in the browser of this sign-in."""
    with study.reading() as connection:
        rows = sign_in_rows.open_of(connection, rater)
    return any(row.digest != digest and _record(row).open for row in rows)


def sessions(study: StudyFolder, *, ended: bool = False) -> list[SignIn]:
    """Return the open sign-ins of all raters, or with `ended` every one there ever was; oldest first."""
    with study.reading() as connection:
        rows = sign_in_rows.get_all(connection)
    return [one for one in map(_record, rows) if ended or one.open]


def _record(row: Row[Any]) -> SignIn:
    return SignIn(row.rater, row.way, row.created, row.seen, row.ended or "", row.why, row.subject)
