"""Quality: each rater's consistency with themselves, and what stands out in their work."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import table
from referee_calib.analysis import repeat_consistency


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    st.subheader("Consistency", anchor=False)
    st.caption("Second looks at claims that the same rater judged before. They enter no other figure.")
    rows = [asdict(one) for one in coordinated.figure(repeat_consistency)]
    columns = {
        "n": st.column_config.NumberColumn("Claims"),
        "same": st.column_config.NumberColumn("Same level", format="percent"),
        "distance": st.column_config.NumberColumn("Mean distance, levels", format="%.2f"),
    }
    table(rows, key="repeats", columns=columns, empty="No claim was rated twice by one rater yet.")
