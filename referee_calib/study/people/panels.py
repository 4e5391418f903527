"""People whom a panel sends (Prolific, Sona, MTurk): the entry link, their pseudonyms, and the codes at the end.

The panel's id of a person stays in a table of its own, apart from the ratings, which have a pseudonym alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from referee_calib.errors import StudyError
from referee_calib.study.people.personal_links import Invitation, make_link
from referee_calib.study.people.raters import code_digest
from referee_calib.study.people.sign_ins import Credential, credential_of, has_other_sign_in, start_sign_in
from referee_calib.study.store import audit_rows, rating_rows
from referee_calib.study.store.people import people_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from referee_calib.study.study_folder import StudyFolder

Outcome = Literal["completed", "screened out"]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Panel:
    """What the links of one panel carry.

    Attributes
    ----------
    person, study, submission : str
        The names of the parameters with its ids of the person, the study and the submission; "" where it has none.
    placeholders : str
        The parameters as its own page wants them in the link.
    return_url : str
        Where people go at the end, unless ``study.toml`` says otherwise.
    """

    person: str
    study: str
    submission: str
    placeholders: str
    return_url: str = ""


PANELS = {
    "prolific": Panel(
        "PROLIFIC_PID",
        "STUDY_ID",
        "SESSION_ID",
        "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}",
        "https://app.prolific.com/submissions/complete?cc={code}",
    ),
    "sona": Panel("survey_code", "", "", "survey_code=%SURVEY_CODE%"),
    "mturk": Panel(
        "workerId", "hitId", "assignmentId", "workerId=${workerId}&hitId=${hitId}&assignmentId=${assignmentId}"
    ),
}


@dataclass(frozen=True, slots=True)
class PanelReturn:
    """What somebody from a panel is given at the end.

    Attributes
    ----------
    code : str
        The completion code, "" when ``study.toml`` has none.
    url : str
        Where they go back to, "" when there is no such address.
    """

    code: str
    url: str


def open_panel(
    study: StudyFolder, panel: str, *, actor: str, expires: timedelta | None = None, people: int | None = None
) -> Invitation:
    """Make the entry link of a panel; an earlier one of the same panel ends.

    `people` bounds how many can come in; those who were in come back without being counted again.
    """
    if panel not in PANELS:
        raise StudyError(f"panel {panel!r:.40}", f"only {', '.join(PANELS)} are known")
    with study.writing() as connection:
        people_rows.revoke_invitations(connection, panel=panel)
        return make_link(connection, actor, panel=panel, expires=expires, uses=people)


def close_panel(study: StudyFolder, panel: str, *, actor: str) -> None:
    """Revoke the entry link of a panel; those who are in stay."""
    with study.writing() as connection:
        if not people_rows.revoke_invitations(connection, panel=panel):
            raise StudyError(f"panel {panel!r:.40}", "it has no open link")
        audit_rows.add(connection, actor, "close panel", f"panel {panel}", {})


def enter_panel(
    study: StudyFolder,
    token: str,
    fields: Mapping[str, str],
    digest: str,
    secret_name: str,
    *,
    current: str = "",
    move: bool = False,
) -> Credential:
    """Sign in somebody whom a panel sends; at the first time the rater is made.

    Parameters
    ----------
    token : str
        The end of the entry link.
    fields : mapping of str to str
        The parameters of the link.
    digest, secret_name : str
        Of the new sign-in.
    current : str
        Digest of the sign-in that this browser has.
    move : bool
        Whether a sign-in in another browser ends, for which the state "elsewhere" asks.

    Returns
    -------
    Credential
        State "open" when the sign-in has begun; otherwise nothing has, and the state is that of the link, or "no id",
        "other study", "withdrawn", "elsewhere".
    """
    found = credential_of(study, token)
    if found.state not in ("open", "used up") or not found.panel:
        return found if found.panel else Credential("unknown")
    panel = PANELS[found.panel]
    ids = {name: fields.get(name, "") for name in (panel.person, panel.study, panel.submission) if name}
    if not all(_ID.fullmatch(one) for one in ids.values()):
        return Credential("no id", panel=found.panel)
    if study.config.people.panel_study and ids.get(panel.study) != study.config.people.panel_study:
        return Credential("other study", panel=found.panel)
    with study.writing() as connection:
        rater = _rater(connection, found.panel, token, ids)
        if rater is None:
            return Credential("used up", panel=found.panel)
        withdrawn = people_rows.is_withdrawn(connection, rater)
    if withdrawn:
        return Credential("withdrawn", rater, panel=found.panel)
    if not move and has_other_sign_in(study, rater, current):
        return Credential("elsewhere", rater, panel=found.panel)
    start_sign_in(study, rater, digest, secret_name, way=found.panel, alone=True)
    return Credential("open", rater, panel=found.panel)


def _rater(connection: Connection, panel: str, token: str, ids: Mapping[str, str]) -> str | None:
    """Return the rater of a person, made and counted at the first time; None when nobody more is let in."""
    person = ids[PANELS[panel].person]
    known = people_rows.rater_for(connection, panel, person)
    if known is not None:
        return known
    if not people_rows.count_use(connection, code_digest(token)):
        return None
    name = pseudonym(panel, person, people_rows.names(connection))
    rating_rows.add_rater(connection, name, "app", None)
    people_rows.add_identity(connection, panel, person, name, ids)
    audit_rows.add(connection, "program", "add rater", name, {"way": panel})
    return name


def pseudonym(panel: str, person: str, taken: Mapping[str, str]) -> str:
    """Return a free name made of the panel's id, from which the id cannot be read back at a glance."""
    digest = hashlib.sha256(f"{panel}\0{person}".encode()).hexdigest()
    return next(name for n in range(6, 65) if (name := f"{panel}-{digest[:n]}") not in taken)


def panel_return(study: StudyFolder, rater: str, outcome: Outcome = "completed") -> PanelReturn | None:
    """Return what somebody from a panel is given when they have completed the study or are screened out.

    None for those whom no panel sent.
    """
    with study.reading() as connection:
        found = [one for one in people_rows.identities(connection, rater) if one["kind"] in PANELS]
    if not found:
        return None
    settings, who = study.config.people, found[0]
    code = settings.panel_completion_code if outcome == "completed" else settings.panel_screened_out_code
    url = settings.panel_return_url or (PANELS[who["kind"]].return_url if code else "")
    if "{code}" in url and not code:
        url = ""
    filled = url.replace("{code}", quote(code, safe="")).replace("{person}", quote(who["subject"], safe=""))
    return PanelReturn(code, filled)
