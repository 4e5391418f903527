"""The Streamlit script of the coordinator's pages. It runs anew at every turn, so nothing of value is kept in it."""

from __future__ import annotations

import logging

import streamlit as st

from annotate_app import components
from annotate_app.coordinator.coordinated_study import CoordinatedStudy, current_coordinated_study
from annotate_app.coordinator.page_parts import plain, show_flash, sign_out_form
from annotate_app.coordinator.views import (
    adjudication_view,
    agreement_view,
    exclusion_view,
    export_view,
    history_view,
    notes_view,
    people_view,
    progress_view,
    quality_view,
)
from referee_calib.errors import RefereeCalibError

PAGES = {
    "Progress": progress_view.show,
    "Quality": quality_view.show,
    "Agreement": agreement_view.show,
    "Notes": notes_view.show,
    "Adjudication": adjudication_view.show,
    "Exclusions": exclusion_view.show,
    "People": people_view.show,
    "Export": export_view.show,
    "History": history_view.show,
}
NEWER_SECONDS = 15.0


def main() -> None:
    """Show the page that is asked for."""
    st.set_page_config(page_title="Coordinate the study", page_icon=components.text("icon.svg"), layout="wide")
    st.html(f"<style>{components.text('coordinator.css')}</style>")
    try:
        coordinated = current_coordinated_study()
        name = coordinated.access.read(st.context.cookies)
        if not name:
            st.html(
                '<p class="rc-out">Your session has ended. <a href="/sign-in" target="_self">Sign in again</a>.</p>'
            )
        else:
            show(coordinated, name)
    except RefereeCalibError as error:
        logging.getLogger(__name__).error("page not shown: %s", error)
        st.error("The study cannot be read just now. Nothing that was saved is lost; reload this page in a minute.")


def show(coordinated: CoordinatedStudy, name: str) -> None:
    """Show the head, which is the same on each page, and the page."""
    log = coordinated.log()
    st.session_state["shown"] = (log.state, f"{log.read:%Y-%m-%d %H:%M:%S} UTC", len(log.history))
    title, out = st.columns([3, 2], vertical_alignment="center")
    title.title(plain(coordinated.name), anchor=False)
    out.html(sign_out_form(name))
    chosen = st.pills("Page", list(PAGES), default=_asked(), key="page", label_visibility="collapsed")
    page = chosen or _asked()
    st.query_params["page"] = page.lower()
    freshness(coordinated)
    show_flash()
    st.header(page, anchor=False)
    PAGES[page](coordinated, name)


@st.fragment(run_every=NEWER_SECONDS)
def freshness(coordinated: CoordinatedStudy) -> None:
    """Say what the figures rest on, and when newer records have come in."""
    state, when, ratings = st.session_state["shown"]
    newer = coordinated.state() != state
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.caption(f"Figures of {when}: {ratings:,} ratings.{' Newer records have come in since.' if newer else ''}")
    if button.button("Refresh", key="refresh", type="primary" if newer else "secondary", width="stretch"):
        st.rerun()


def _asked() -> str:
    asked = st.query_params.get("page", "")
    return next((page for page in PAGES if page.lower() == asked), "Progress")


main()
