"""Exclusions: take a rater or a claim out of every figure, with a reason, and include them again."""

from __future__ import annotations

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import decide, first_words, is_chosen, table
from referee_calib.study import MAX_REASON, ExclusionKind, exclude, exclusions, include_again
from referee_calib.unseen_characters import shown

WORDS = (
    "What is excluded leaves every figure, here and in the report, which counts and names it with the reason. Nothing "
    "is removed, and an exclusion can be taken back."
)
MOST_CHOICES = 3000


def show(coordinated: CoordinatedStudy, coordinator: str) -> None:
    """Show the page."""
    st.caption(WORDS)
    left, right = st.columns(2)
    with left:
        _exclude(coordinated, coordinator)
    with right:
        _include_again(coordinated, coordinator)
    st.subheader("Every decision", anchor=False)
    rows = [
        {
            "time (UTC)": one.time[:19].replace("T", " "),
            "coordinator": one.coordinator,
            "decision": f"{'exclude' if one.excluded else 'include again'} {one.kind}",
            "who or what": one.subject,
            "reason": one.reason,
        }
        for one in reversed(exclusions(coordinated.study, history=True))
    ]
    table(rows, key="exclusions", empty="Nothing was excluded.")


def _exclude(coordinated: CoordinatedStudy, coordinator: str) -> None:
    st.subheader("Exclude", anchor=False)
    kind: ExclusionKind = st.segmented_control("What", ("rater", "claim"), default="rater") or "rater"
    log = coordinated.log()
    if kind == "rater" and len(log.excluded_raters) == len(log.raters):
        st.text("There is no rater to exclude.")
        return
    with st.form("exclude", border=True):
        subject = _rater(coordinated) if kind == "rater" else _claim(coordinated)
        reason = st.text_area("Reason", max_chars=MAX_REASON)
        if st.form_submit_button(f"Exclude this {kind}", type="primary") and is_chosen(subject):
            done = f"The {kind} {subject} is excluded: no figure counts what belongs to it."
            what = (coordinator, kind, subject, reason)
            decide(lambda: coordinated.in_one_step(lambda study: exclude(study, *what)), done)


def _rater(coordinated: CoordinatedStudy) -> str | None:
    log = coordinated.log()
    names = [one.name for one in log.raters if one.name not in log.excluded_raters]
    return st.selectbox("Rater", names, format_func=shown, index=None)


def _claim(coordinated: CoordinatedStudy) -> str | None:
    log = coordinated.log()
    claims = {one.id: one for one in log.claims if one.id not in log.excluded_claims}
    if len(claims) > MOST_CHOICES:
        return st.text_input("Id of the claim, as on the page Progress").strip()
    return st.selectbox(
        "Claim",
        list(claims),
        format_func=lambda id_: f"{id_}  {first_words(claims[id_].object or claims[id_].question)}",
        index=None,
    )


def _include_again(coordinated: CoordinatedStudy, coordinator: str) -> None:
    st.subheader("Include again", anchor=False)
    held = exclusions(coordinated.study)
    if not held:
        st.text("Nothing is excluded now.")
        return
    with st.form("include", border=True):
        one = st.selectbox("Excluded", held, format_func=lambda its: f"{its.kind} {shown(its.subject)}", index=None)
        st.text(f"{len(held)} excluded now.")
        reason = st.text_area("Reason", max_chars=MAX_REASON, key="include_reason")
        if st.form_submit_button("Include again") and is_chosen(one):
            done = f"The {one.kind} {one.subject} counts again."
            what = (coordinator, one.kind, one.subject, reason)
            decide(lambda: coordinated.in_one_step(lambda study: include_again(study, *what)), done)
