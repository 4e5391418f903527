"""History: the audit trail, newest first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import table
from referee_calib.study import trail

MOST = 2000


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    entries = trail(coordinated.study)[::-1]
    who, what = st.columns(2)
    actor = who.selectbox("Who", ["Everybody", *sorted({one.actor for one in entries})])
    action = what.selectbox("What", ["Everything", *sorted({one.action for one in entries})])
    kept = [one for one in entries if actor in ("Everybody", one.actor) and action in ("Everything", one.action)]
    st.caption(f"{len(kept):,} of {len(entries):,} entries, newest first; the table holds up to {MOST:,}.")
    rows = [
        {
            "time (UTC)": one.time[:19].replace("T", " "),
            "who": one.actor,
            "what": one.action,
            "about": one.subject,
            "detail": _words(one.detail),
        }
        for one in kept[:MOST]
    ]
    table(rows, key="history", columns={"detail": st.column_config.TextColumn(width="large")}, empty="Nothing yet.")


def _words(detail: Any) -> str:
    """Return what else there is to know, in one line: "levels: relevance 3; reason: …"."""
    if isinstance(detail, dict):
        told = {key: value for key, value in detail.items() if value not in (None, "", [], {})}
        return "; ".join(f"{key}: {_flat(value)}" for key, value in told.items())
    return _flat(detail)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_flat(its)}" for name, its in value.items())
    return ", ".join(map(_flat, value)) if isinstance(value, list) else str(value)
