"""Adjudication: claims on which people differ, their levels without names, the level a coordinator finds right."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from annotate_app.coordinator.claim_picture import moments_of
from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import decide, first_words, plain, table
from referee_calib.analysis import ClaimSpread, RatingLog, anonymous_judgements, claims_by_spread
from referee_calib.study import MAX_REASON, adjudicate
from referee_calib.unseen_characters import shown

if TYPE_CHECKING:
    from referee_calib.records import Claim

WORDS = (
    "An adjudicated level is kept beside the ratings and changes none of them. The report uses it only when it is "
    "asked to: referee-calib report STUDY --adjudicated. Names and the referee's score are not shown here."
)
MOST_CHOICES = 500


def show(coordinated: CoordinatedStudy, coordinator: str) -> None:
    """Show the page."""
    st.caption(WORDS)
    found = coordinated.figure(claims_by_spread)
    only_open = st.toggle("Only claims without an adjudicated level", value=True)
    kept = [one for one in found if not (only_open and one.adjudicated)][:MOST_CHOICES]
    if not kept:
        st.text(
            "No claim with levels of two raters is left to adjudicate." if found else "No claim has two ratings yet."
        )
        return
    _list(coordinated.log(), found, kept)
    ids = [one.claim.id for one in kept]
    labels = {one.claim.id: _label(one) for one in kept}
    chosen = st.selectbox("Claim", ids, format_func=labels.__getitem__, key="claim")
    its = next(one for one in kept if one.claim.id == chosen)
    left, right = st.columns([3, 2])
    with left:
        _claim(its.claim)
    with right:
        _judge(coordinated, coordinator, its)


def _list(log: RatingLog, found: list[ClaimSpread], kept: list[ClaimSpread]) -> None:
    done = sum(bool(one.adjudicated) for one in found)
    st.caption(f"{len(found):,} claims have levels of two raters or more; {done:,} are adjudicated.")
    dimensions = [scale.dimension for scale in log.rubric.scales]
    rows = [
        {
            "claim": one.claim.id,
            "video": one.claim.video,
            "what": first_words(one.claim.object or one.claim.question),
            "people": one.n_people,
            "spread": one.most,
            **{f"range, {name}": str(one.range.get(name, "")) for name in dimensions},
        }
        for one in kept
    ]
    help_ = "Mean distance of two people's levels, on the dimension where it is largest"
    columns = {"spread": st.column_config.NumberColumn("spread, levels", format="%.2f", help=help_)}
    table(rows[:50], key="spread", columns=columns, empty="")


def _label(one: ClaimSpread) -> str:
    # with the id: Streamlit tells choices apart by their words alone
    words, video = first_words(one.claim.object or one.claim.question), shown(one.claim.video)
    return f"{one.most:.2f}  {words}  ({video}, {one.claim.id})"


def _claim(claim: Claim) -> None:
    facts = {"Question": claim.question, "Answer": claim.answer, "Object": claim.object, "Video": claim.video}
    if claim.span:
        facts["Span"] = f"{claim.span[0]:g} s to {claim.span[1]:g} s"
    told = "".join(f"<dt>{name}</dt><dd>{escape(shown(text))}</dd>" for name, text in facts.items() if text)
    st.html(f'<dl class="rc-claim">{told}</dl>')
    moments = moments_of(claim)
    boxed = "with the claimed box" if claim.boxes else "in the claimed span"
    pictures = "".join(
        f'<img src="/picture/{claim.id}/{number}" alt="Frame at {time:.2f} s {boxed}" loading="lazy">'
        for number, time in enumerate(moments[:6])
    )
    st.html(f'<div class="rc-frames">{pictures}</div>')
    with st.expander("Watch the clip"):
        label = escape(shown(claim.video), quote=True)
        st.html(
            f'<div class="rc-frames"><video controls preload="none" src="/video/{claim.id}" aria-label="{label}">'
            "</video></div>"
        )


def _judge(coordinated: CoordinatedStudy, coordinator: str, its: ClaimSpread) -> None:
    log, claim = coordinated.log(), its.claim
    dimensions = log.dimensions_of(claim)
    st.subheader("What people said", anchor=False)
    judgements = anonymous_judgements(log, claim.id, coordinator)
    rows = [_judgement(log, dimensions, one.levels, one.reason, one.note) for one in judgements]
    table(rows, key=f"people_{claim.id}", empty="")
    with st.form(f"adjudicate_{claim.id}", border=True):
        levels = {name: _choice(log, its, name) for name in dimensions}
        reason = st.text_area("Reason", max_chars=MAX_REASON, help="Readers of the study see it.")
        if st.form_submit_button("Keep the adjudicated level", type="primary"):
            given = {name: level for name, level in levels.items() if level is not None}
            words = first_words(claim.object or claim.question)
            done = f"The adjudicated level of “{words}” is kept. No rating was changed."
            decide(lambda: adjudicate(coordinated.study, coordinator, claim.id, given, reason), done)


def _judgement(
    log: RatingLog, dimensions: Sequence[str], levels: dict[str, int], reason: str, note: str
) -> dict[str, Any]:
    titles = {scale.dimension: scale.title for scale in log.rubric.scales}
    given = {title: str(levels.get(name, "")) for name, title in titles.items() if name in dimensions}
    return {**given, "skipped because": reason, "note": note}


def _choice(log: RatingLog, its: ClaimSpread, dimension: str) -> int | None:
    scale = log.rubric[dimension]
    before = its.adjudicated.get(dimension)
    chosen: int | None = st.selectbox(
        plain(scale.title),
        range(len(scale.levels)),
        index=before,
        placeholder="No adjudicated level",
        format_func=lambda level: f"{level}  {shown(scale.levels[level])}",
        key=f"level_{its.claim.id}_{dimension}",
    )
    return chosen
