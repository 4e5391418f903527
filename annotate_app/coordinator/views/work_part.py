"""How the work is given out: batches, leases, second looks; releasing a batch and taking work back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import decide, table
from referee_calib.study import assignment
from referee_calib.unseen_characters import shown

KINDS = {
    "on demand": "Claims are handed out on demand.",
    "fixed": "Claims are dealt to named raters.",
    "stop": "Handing out has ended.",
    "": "Every rater is asked about every claim. The first batch that is released changes that.",
}


def show(coordinated: CoordinatedStudy, actor: str) -> None:
    """Show this part of a page."""
    st.subheader("Assignment", anchor=False)
    found = assignment.coverage(coordinated.study)  # not kept: a lease runs out without any record
    st.caption(KINDS[found.kind])
    if found.kind:
        rows = _rows(found)
        table(rows, key="work", empty="")
        table(_batches(found), key="batches", empty="")
    left, right = st.columns(2)
    with left:
        _release(coordinated, actor, found)
    with right:
        _reclaim(coordinated, actor, found)


def _rows(found: assignment.AssignmentCoverage) -> list[dict[str, Any]]:
    return [
        {
            "rater": one.rater,
            "takes part": "yes" if one.takes_part else "no",
            "open": one.open,
            "lease has run out": one.overdue,
            "done": one.done,
            "skipped": one.skipped,
            "went back": one.expired,
            "second looks": f"{one.repeats_done} done, {one.repeats_open} open",
        }
        for one in found.raters
    ]


def _batches(found: assignment.AssignmentCoverage) -> list[dict[str, Any]]:
    batches = defaultdict(list)
    for one in found.claims:
        batches[one.batch].append(one)
    return [
        {
            "batch": number,
            "claims": len(its),
            "ratings wanted": sum(one.wanted or 0 for one in its),
            "still missing": sum(one.missing for one in its),
            "claims with all": sum(not one.missing for one in its),
        }
        for number, its in sorted(batches.items())
    ]


def _release(coordinated: CoordinatedStudy, actor: str, found: assignment.AssignmentCoverage) -> None:
    settings = coordinated.study.config.assignment
    with st.form("release_batch", border=True):
        waiting = found.waiting if found.kind else len(found.claims)
        st.text(f"{waiting:,} claims are in no batch.")
        overlap = st.number_input("Ratings wanted for each claim", min_value=1, max_value=100, value=settings.overlap)
        batch = st.number_input("Claims to release, 0 for all", min_value=0, value=settings.batch)
        if st.form_submit_button("Release a batch"):
            chosen = replace(settings, overlap=int(overlap), batch=int(batch))
            decide(
                lambda: coordinated.in_one_step(lambda study: assignment.assign(study, chosen, actor=actor)),
                "The batch is released: whoever comes is given claims of it.",
            )


def _reclaim(coordinated: CoordinatedStudy, actor: str, found: assignment.AssignmentCoverage) -> None:
    overdue = sum(one.overdue for one in found.raters)
    busy = [one.rater for one in found.raters if one.open]
    with st.form("reclaim", border=True):
        st.text(f"{overdue:,} claims are held longer than their lease.")
        whose = st.selectbox("Take back", ["what is held too long", *busy], format_func=lambda name: shown(name))
        if st.form_submit_button("Take back open work"):
            rater = whose if whose in busy else None
            decide(
                lambda: assignment.reclaim(coordinated.study, rater, actor=actor),
                "Open work went back and will be given to others.",
            )
