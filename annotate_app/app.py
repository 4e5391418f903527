"""The Streamlit script: which page a rater sees. It runs anew at every turn, so nothing of value is kept in it."""

from __future__ import annotations

import logging

import streamlit as st

from annotate_app import components, page_html
from annotate_app.rater_queue import Desk, current_desk
from referee_calib.errors import RefereeCalibError

VIEWS = ("rate", "instructions")
PROBLEMS = {
    "code": "This code is not known. Codes tell capital and small letters apart.",
    "link": "This link is not valid. Ask the person who runs the study for a new one, or type your code.",
    "wait": "Too many wrong codes came from here. Wait a minute, then try again.",
}


def main() -> None:
    """Show the page that fits."""
    st.set_page_config(page_title="Rate the evidence", page_icon=components.text("icon.svg"), layout="wide")
    st.html(f"<style>{components.text('page.css')}</style>")
    try:
        desk = current_desk()
        rater = desk.rater(st.context.cookies)
        if rater is None:
            components.show_sign_in(desk.name, PROBLEMS.get(st.query_params.get("problem", ""), ""))
        else:
            show(desk, rater)
    except RefereeCalibError as error:
        logging.getLogger(__name__).error("page not shown: %s", error)
        st.error("The study cannot be read just now. Nothing that was saved is lost; reload this page in a minute.")


def show(desk: Desk, rater: str) -> None:
    """Show the instructions, the next claim, or the end."""
    done, total = desk.study.progress(rater)
    asked = st.query_params.get("view")
    view = asked if asked in VIEWS else "rate" if done else "instructions"
    card = desk.card(rater, st.query_params.get("claim", "")) if view == "rate" else None
    view = "done" if view == "rate" and card is None else view
    facts = {"study": desk.name, "rater": rater, "done": done, "total": total, "view": view, "demo": desk.simulated}
    components.show_header(facts, on_view)
    if card is not None:
        components.show_player({**card, "turn": st.session_state.get("turn", 0)}, on_turn)
    elif view == "done":
        show_done(desk, rater, total)
    else:
        show_instructions(desk, done, total)


def show_instructions(desk: Desk, done: int, total: int) -> None:
    """Show what to do, in the rubric's words."""
    st.html(page_html.task(total))
    st.button("Go on rating" if done else "Start rating", type="primary", on_click=go_to_rating, key="start")
    st.html(page_html.words(desk.study.rubric))
    if desk.simulated:
        st.html(page_html.simulated())


def show_done(desk: Desk, rater: str, total: int) -> None:
    """Show the end, and the way back for a second look."""
    st.html(page_html.done(total))
    st.button("Look at my ratings again", on_click=look_again, args=(desk.last_claim(rater),), key="again")
    if desk.simulated:
        st.html(page_html.simulated())


def go_to_rating() -> None:
    """Leave the instructions."""
    st.query_params.from_dict({"view": "rate"})


def look_again(claim: str) -> None:
    """Open a claim that is rated already."""
    st.query_params.from_dict({"view": "rate", "claim": claim})


def on_turn() -> None:
    """Turn to the claim the page asks for. The same question may arrive twice: it names a place, not a step."""
    asked = st.session_state[components.PLAYER].turn
    if asked:
        st.session_state["turn"] = asked["number"]
        look_again(asked["claim"]) if asked["claim"] else go_to_rating()


def on_view() -> None:
    """Turn to the instructions, or back from them."""
    view = st.session_state[components.HEADER].view
    if view in VIEWS:
        st.query_params["view"] = view


main()
