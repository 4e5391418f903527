"""People: who takes part, links for them, whose access is withdrawn, and how the work is given out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import decide, is_chosen, table
from annotate_app.coordinator.views import work_part
from referee_calib.errors import RefereeCalibError
from referee_calib.study import MAX_REASON, people
from referee_calib.unseen_characters import shown

ONCE = "This link is shown once: the study keeps only its hash. Send it to nobody but its rater."


def show(coordinated: CoordinatedStudy, coordinator: str) -> None:
    """Show the page."""
    actor = f"coordinator {coordinator}"
    everybody = people.access(coordinated.study)
    table([_person(one) for one in everybody], key="people", empty="Nobody was let in yet.")
    left, right = st.columns(2)
    with left:
        _invite(coordinated, actor)
    with right:
        _withdraw(coordinated, actor, everybody)
    _links(coordinated)
    _sessions(coordinated)
    work_part.show(coordinated, actor)


def _person(one: people.RaterAccess) -> dict[str, Any]:
    return {
        "rater": one.rater,
        "comes from": one.origin,
        "personal code": "yes" if one.has_code else "",
        "open links": one.open_links,
        "last here (UTC)": _time(one.last_seen),
        "access withdrawn": _time(one.withdrawn),
        "why": one.why,
    }


def _invite(coordinated: CoordinatedStudy, actor: str) -> None:
    st.subheader("Invite", anchor=False)
    with st.form("invite", border=True):
        name = st.text_input("Pseudonym", max_chars=64, help="A new one, or that of a rater who needs another link")
        days = st.number_input("Days until the link ends", min_value=1, max_value=3650, value=30)
        uses = st.number_input("Sign-ins with it, 0 for any number", min_value=0, max_value=1000, value=0)
        address = st.text_input("Address of the rating pages", value=_address(coordinated))
        if st.form_submit_button("Make a personal link", type="primary"):
            _make_link(coordinated, actor, name, int(days), int(uses), address)
    if made := st.session_state.pop("link", None):
        st.success(ONCE)
        st.code(made, language=None, wrap_lines=True)


def _make_link(coordinated: CoordinatedStudy, actor: str, name: str, days: int, uses: int, address: str) -> None:
    def act() -> None:
        found = people.invite(coordinated.study, name, actor=actor, expires=timedelta(days=days), uses=uses or None)
        st.session_state["link"] = f"{address.rstrip('/')}{found.path}"

    decide(act, f"A personal link for {name.strip()} is made.")


def _address(coordinated: CoordinatedStudy) -> str:
    return coordinated.study.config.people.public_url or "http://127.0.0.1:8501"


def _withdraw(coordinated: CoordinatedStudy, actor: str, everybody: list[people.RaterAccess]) -> None:
    st.subheader("Withdraw access", anchor=False)
    st.caption(
        "Code, links and sign-ins end at once. Ratings stay and count; to leave them out is on the page Exclusions."
    )
    able = [one.rater for one in everybody if one.origin == "app" and not one.withdrawn]
    if able:
        with st.form("withdraw", border=True):
            rater = st.selectbox("Rater", able, format_func=shown, index=None)
            why = st.text_input("Reason", max_chars=MAX_REASON)
            if st.form_submit_button("Withdraw access") and is_chosen(rater):
                done = f"{rater} can no longer sign in."
                decide(lambda: people.revoke(coordinated.study, rater, actor=actor, why=why), done)
    else:
        st.text("Nobody can sign in now.")
    out = [one.rater for one in everybody if one.withdrawn]
    if out:
        with st.form("reinstate", border=True):
            back = st.selectbox("Give access back to", out, format_func=shown, index=None)
            if st.form_submit_button("Give access back") and is_chosen(back):
                done = f"{back} may sign in again, with a new link."
                decide(lambda: people.reinstate(coordinated.study, back, actor=actor), done)


def _links(coordinated: CoordinatedStudy) -> None:
    st.subheader("Links", anchor=False)
    rows = [
        {
            "number": one.number,
            "for": one.rater or f"panel {one.panel}",
            "state": one.state,
            "made (UTC)": _time(one.created),
            "by": one.created_by,
            "ends (UTC)": _time(one.expires),
            "sign-ins": f"{one.uses} of {one.most_uses}" if one.most_uses is not None else str(one.uses),
        }
        for one in reversed(people.invitations(coordinated.study))
    ]
    table(rows, key="links", empty="No personal link was made yet.")


def _sessions(coordinated: CoordinatedStudy) -> None:
    st.subheader("Sign-ins", anchor=False)
    try:
        found = people.sessions(coordinated.study)
    except RefereeCalibError as error:
        st.text(str(error))
        return
    rows = [
        {
            "rater": one.rater,
            "by": one.way,
            "begun (UTC)": _time(one.created),
            "last seen (UTC)": _time(one.seen),
            "ended (UTC)": _time(one.ended),
            "why": one.why,
        }
        for one in reversed(found)
    ]
    table(rows, key="sessions", empty="Nobody has signed in yet.")


def _time(text: str) -> str:
    return text[:16].replace("T", " ")
