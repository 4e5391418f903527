"""What somebody whom a panel sent is shown where their way ends: a code, and the way back to the panel."""

from __future__ import annotations

import streamlit as st

from annotate_app import static_pages
from annotate_app.served_study import ServedStudy
from referee_calib.study import people


def show_way_back(served: ServedStudy, rater: str, outcome: people.Outcome) -> None:
    """Show it; nothing to those whom no panel sent."""
    returned = people.panel_return(served.study, rater, outcome)
    if returned is not None:
        st.html(static_pages.panel_return(returned.code, returned.url))
