"""Notes and skip reasons, to read, filter and search."""

from __future__ import annotations

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import first_words, table
from referee_calib.analysis import RaterNote, rater_notes
from referee_calib.unseen_characters import shown

KINDS = ("All", "Notes", "Skipped claims")


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    found = coordinated.figure(rater_notes)
    kind = st.segmented_control("Show", KINDS, default="All") or "All"
    who, why, words = st.columns([1, 1, 2])
    rater = who.selectbox("Rater", ["Everybody", *sorted({one.rater for one in found})])
    reason = why.selectbox("Skip reason", ["Any", *sorted({one.reason for one in found if one.reason})])
    sought = words.text_input("Search", placeholder="Words in the note, the claim or the video").casefold()
    kept = [one for one in found if _is(one, kind, rater, reason) and sought in _text(one)]
    st.caption(f"{len(kept):,} of {len(found):,}, newest first.")
    rows = [
        {
            "time (UTC)": one.time[:19].replace("T", " "),
            "rater": one.rater,
            "claim": one.claim,
            "video": one.video,
            "what": first_words(one.words),
            "skipped because": one.reason,
            "note": one.note,
            "levels": one.levels,
            "rated again since": "" if one.latest else "yes",
        }
        for one in kept
    ]
    columns = {"note": st.column_config.TextColumn(width="large")}
    table(rows, key="notes", columns=columns, empty="There is nothing to read here.")
    _in_full(kept)


def _in_full(kept: list[RaterNote]) -> None:
    """Show a long note whole."""
    noted = {f"{one.time[:19]} {one.rater}, {one.claim}: {first_words(one.note)}": one for one in kept if one.note}
    if noted:
        chosen = st.selectbox("Read one in full", list(noted))
        st.code(shown(noted[chosen].note), language=None, wrap_lines=True)


def _is(one: RaterNote, kind: str, rater: str, reason: str) -> bool:
    if (kind == "Notes" and not one.note) or (kind == "Skipped claims" and not one.reason):
        return False
    return rater in ("Everybody", one.rater) and reason in ("Any", one.reason)


def _text(one: RaterNote) -> str:
    return " ".join((one.note, one.reason, one.words, one.video, one.claim)).casefold()
