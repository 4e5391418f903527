"""Quality: what stands out in raters' work, ratings held back, gold and practice results, each rater's consistency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import decide, estimate_columns, estimate_row, is_chosen, table
from referee_calib.analysis import repeat_consistency
from referee_calib.study import MAX_REASON, Study, onboarding, quality
from referee_calib.unseen_characters import shown

WORDS = (
    "A flag says that something stands out, by the thresholds in study.toml; it proves nothing about a person. Ratings "
    "that are held leave every figure until they are released."
)


def show(coordinated: CoordinatedStudy, coordinator: str) -> None:
    """Show the page."""
    st.caption(WORDS)
    _flags(coordinated.of_study(quality.quality_flags))
    _holds(coordinated, coordinator)
    _gold(coordinated.of_study(quality.gold_results))
    _practice(coordinated, coordinator)
    _consistency(coordinated)


def _flags(found: Sequence[quality.QualityFlag]) -> None:
    st.subheader("Flags", anchor=False)
    counts = Counter((one.rater, one.kind) for one in found)
    rows = [{"rater": rater, "flag": kind, "how often": n} for (rater, kind), n in counts.most_common()]
    table(rows, key="flag_counts", empty="Nothing stands out.")
    if found:
        with st.expander(f"Every flag ({len(found):,})"):
            table([_flag_row(one) for one in found], key="flags", empty="")


def _flag_row(one: quality.QualityFlag) -> dict[str, Any]:
    claims = one.claim or (f"{len(one.claims)} claims" if one.claims else "all")
    return {"rater": one.rater, "flag": one.kind, "claim": claims, "then": one.action, "words": one.words}


def _holds(coordinated: CoordinatedStudy, coordinator: str) -> None:
    st.subheader("Held ratings", anchor=False)
    held = coordinated.of_study(quality.holds)
    rows = [
        {
            "time (UTC)": one.time[:19].replace("T", " "),
            "rater": one.rater,
            "claim": one.claim or "all",
            "held by": one.actor,
            "reason": one.reason,
        }
        for one in held
    ]
    table(rows, key="holds", empty="No rating is held.")
    if not held:
        return
    with st.form("release", border=True):
        one = st.selectbox("Release", held, format_func=_hold_words, index=None)
        reason = st.text_input("Reason", max_chars=MAX_REASON)
        if st.form_submit_button("Release") and is_chosen(one):
            actor = f"coordinator {coordinator}"
            done = f"Released: {_hold_words(one)}."
            decide(lambda: quality.release(coordinated.study, one.rater, one.claim, actor=actor, reason=reason), done)


def _hold_words(one: quality.Hold) -> str:
    return f"{shown(one.rater)}, {one.claim or 'everything that is held'}"


def _gold(found: Sequence[quality.GoldResult]) -> None:
    st.subheader("Gold claims and attention checks", anchor=False)
    rows = [
        {"rater": one.rater, "claims": one.role, "right": f"{one.n_right} of {one.n_judged}", **_share(one)}
        for one in found
    ]
    empty = "Nobody has met a gold claim or an attention check."
    table(rows, key="gold", columns=estimate_columns("Share that is right, with its exact 95 % interval"), empty=empty)


def _share(one: quality.GoldResult) -> dict[str, Any]:
    row = estimate_row(one.accuracy)
    return {name: row[name] for name in ("value", "low", "high", "why not")} | {"skipped": one.n_skipped}


def _practice(coordinated: CoordinatedStudy, coordinator: str) -> None:
    st.subheader("Practice", anchor=False)
    found = coordinated.of_study(_practice_results)
    table([_practice_row(one) for one in found], key="practice", empty="Nobody has begun to practise.")
    failed = [one.rater for one in found if one.failed]
    if not failed:
        return
    with st.form("grant", border=True):
        rater = st.selectbox("Grant another attempt to", failed, format_func=shown, index=None)
        if st.form_submit_button("Grant another attempt") and is_chosen(rater):
            done = f"{rater} may practise once more."
            decide(lambda: onboarding.grant_attempt(coordinated.study, rater, actor=f"coordinator {coordinator}"), done)


def _practice_results(study: Study) -> list[onboarding.PracticeResult]:
    return onboarding.practice_results(study)


def _practice_row(one: onboarding.PracticeResult) -> dict[str, Any]:
    last = one.attempts[-1] if one.attempts else None
    return {
        "rater": one.rater,
        "attempts": f"{len(one.attempts)} of {one.allowed}",
        "last attempt": f"{last.n_right} of {last.n_judged} right" if last else "",
        "passed": "yes" if one.passed else "no, attempts used up" if one.failed else "not yet",
    }


def _consistency(coordinated: CoordinatedStudy) -> None:
    st.subheader("Consistency", anchor=False)
    st.caption("Second looks at claims that the same rater judged before. They enter no other figure.")
    rows = [asdict(one) for one in coordinated.figure(repeat_consistency)]
    columns = {
        "n": st.column_config.NumberColumn("Claims"),
        "same": st.column_config.NumberColumn("Same level", format="percent"),
        "distance": st.column_config.NumberColumn("Mean distance, levels", format="%.2f"),
    }
    table(rows, key="repeats", columns=columns, empty="No claim was rated twice by one rater yet.")
