"""Export: ratings, adjudications, exclusions and the audit trail as files."""

from __future__ import annotations

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from referee_calib.dataset_export import COORDINATOR_TABLES

KINDS = {"jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet"}
ABOUT = {
    "ratings": "Every rating ever given, with notes; the column “latest” marks those that count",
    "adjudications": "Every adjudicated level, with its reason",
    "exclusions": "Every decision to exclude or to include again",
    "audit": "The audit trail",
}


def show(_coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    pseudonymous = st.toggle("Pseudonyms in the place of names", help="Raters become r1, r2, …; coordinators c1, c2, …")
    st.html(
        f'<table class="rc-files"><thead><tr><th>Table</th><th>Files</th></tr></thead>{_rows(pseudonymous)}</table>'
    )
    st.caption(
        "Pseudonyms replace names within notes and reasons too; what else people wrote there stays, so read it before "
        "you publish it. Each download is noted in the audit trail. On the command line: "
        "referee-calib export STUDY --tables DIR"
    )


def _rows(pseudonymous: bool) -> str:
    query = "?pseudonyms=1" if pseudonymous else ""
    rows = []
    for name in COORDINATOR_TABLES:
        links = " &nbsp; ".join(
            f'<a href="/export/{name}.{kind}{query}" download="{name}.{kind}">{title}</a>'
            for kind, title in KINDS.items()
        )
        rows.append(f"<tr><td><b>{name}</b><br>{ABOUT[name]}</td><td>{links}</td></tr>")
    return f"<tbody>{''.join(rows)}</tbody>"
