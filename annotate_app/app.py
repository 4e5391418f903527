"""The Streamlit script: which page a rater sees. It runs anew at every turn, so nothing of value is kept in it."""

from __future__ import annotations

import logging

import streamlit as st

from annotate_app import components, sign_in_page, static_pages
from annotate_app.onboarding import is_before_rating, show_examples, show_instructions_text, show_onboarding
from annotate_app.panel_way_back import show_way_back
from annotate_app.served_study import ServedStudy, current_study
from referee_calib.errors import RefereeCalibError
from referee_calib.study import Worklist, onboarding_state, worklist

VIEWS = ("rate", "instructions")


def main() -> None:
    """Show the page that fits."""
    st.set_page_config(page_title="Rate the evidence", page_icon=components.text("icon.svg"), layout="wide")
    st.html(f"<style>{components.text('page.css')}</style>")
    try:
        served = current_study()
        with served.study.view():
            show_page(served)
    except RefereeCalibError as error:
        logging.getLogger(__name__).error("page not shown: %s", error)
        st.error("The study cannot be read just now. Nothing that was saved is lost; reload this page in a minute.")


def show_page(served: ServedStudy) -> None:
    """Show the sign-in page to somebody who is not signed in."""
    rater = served.rater(st.context.cookies)
    if rater is None:
        sign_in_page.show(served, st.query_params.get("problem", ""))
    else:
        show(served, rater)


def show(served: ServedStudy, rater: str) -> None:
    """Show what comes before the first rating, or the rating page."""
    state, asked = onboarding_state(served.study, rater), st.query_params.get("view", "")
    if is_before_rating(state):
        show_onboarding(served, rater, state, asked, on_turn, on_view)
    else:
        show_work(served, rater, asked)


def show_work(served: ServedStudy, rater: str, asked: str) -> None:
    """Show the instructions, the next claim, or the end."""
    work = worklist(served.study, rater)
    done, total = work.progress()
    view = asked if asked in VIEWS else "rate" if done else "instructions"
    card = served.card(rater, work, st.query_params.get("claim", "")) if view == "rate" else None
    view = "done" if view == "rate" and card is None else view
    facts = {"study": served.name, "rater": rater, "done": done, "total": total, "view": view, "demo": served.simulated}
    components.show_header(facts, on_view)
    if card is not None:
        components.show_player({**card, "turn": st.session_state.get("turn", 0)}, on_turn)
    elif view == "done":
        show_done(served, rater, work)
    else:
        show_instructions(served, done, total)


def show_instructions(served: ServedStudy, done: int, total: int) -> None:
    """Show what to do, in the rubric's words."""
    show_instructions_text(served, total)
    show_examples(served)
    st.button("Go on rating" if done else "Start rating", type="primary", on_click=go_to_rating, key="start")
    st.html(static_pages.words(served.study.rubric, served.study.config.rating_page))
    if served.simulated:
        st.html(static_pages.simulated())


def show_done(served: ServedStudy, rater: str, work: Worklist) -> None:
    """Show the end, and the way back for a second look."""
    st.html(static_pages.done(len(work.items)))
    # who found nothing to do has completed nothing
    show_way_back(served, rater, "completed" if work.items else "screened out")
    if work.items:
        st.button("Look at my ratings again", on_click=look_again, args=(work.items[-1].key,), key="again")
    if served.simulated:
        st.html(static_pages.simulated())


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
