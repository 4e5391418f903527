"""The charts of the coordinator's pages, in colours that people with any colour vision tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import streamlit as st

# Okabe and Ito's colours; black and yellow, which vanish on one of the two grounds, are left out.
OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
MOST_COLOURS = len(OKABE_ITO)
FRAME, LEGEND = 90, 70  # pixels that title and axis, and a legend below them, take of a chart's height
Rows = Sequence[Mapping[str, Any]]
Picture = Any  # altair's own types say less than its documentation


def draw(chart: Picture, key: str, words: str) -> None:
    """Put a chart on the page in the page's own fonts and grounds; `words` tell those who cannot see it."""
    st.altair_chart(chart, key=key, width="stretch", theme="streamlit", alt=words)


def coverage_strip(rows: Rows, title: str) -> Picture:
    """Draw how many claims have 0, 1, 2, … ratings, as one strip; rows have `ratings` and `claims`."""
    base = alt.Chart(_data(rows), height=FRAME + 50).encode(
        x=alt.X(
            "claims:Q",
            title="Claims; the number in a part is that of their ratings",
            stack="zero",
            axis=alt.Axis(tickMinStep=1, format="d"),
        ),
        order=alt.Order("ratings:Q"),
        tooltip=[alt.Tooltip("ratings:O", title="Ratings"), alt.Tooltip("claims:Q", title="Claims")],
    )
    parts = base.mark_bar(stroke="white", strokeWidth=1, size=34).encode(
        color=alt.Color("ratings:Q", legend=None, scale=alt.Scale(scheme="viridis"))
    )
    middle = (min(row["ratings"] for row in rows) + max(row["ratings"] for row in rows)) / 2
    light = alt.condition(f"datum.ratings > {middle}", alt.value("black"), alt.value("white"))
    words = base.mark_text(fontSize=13).encode(
        x=alt.X("claims:Q", stack="zero", bandPosition=0.5), text="ratings:O", color=light
    )
    return alt.layer(parts, words, title=title)


def done_by_day(rows: Rows, title: str) -> Picture:
    """Draw claims done on each day by each rater as a heat map; rows have `day`, `rater` and `claims`."""
    raters = len({row["rater"] for row in rows})
    return (
        alt.Chart(_data(rows), title=title, height=FRAME + 40 + 30 * max(2, raters))
        .mark_rect()
        .encode(
            x=alt.X("day:O", title="Day (UTC)", axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
            y=alt.Y("rater:N", title=None, axis=alt.Axis(labelLimit=140)),
            color=alt.Color("claims:Q", title="Claims", scale=alt.Scale(scheme="viridis", zero=True)),
            tooltip=["day:O", "rater:N", alt.Tooltip("claims:Q", title="Claims done")],
        )
    )


def quartiles(rows: Rows, title: str, unit: str) -> Picture:
    """Draw a median with its quartiles for each rater; rows have `rater`, `low`, `median` and `high`."""
    base = alt.Chart(_data(rows), height=FRAME + 30 * max(2, len(rows))).encode(y=_named("rater"))
    line = base.mark_rule(strokeWidth=6, opacity=0.45, color=OKABE_ITO[0]).encode(
        x=alt.X("low:Q", title=unit, scale=alt.Scale(zero=True)), x2="high:Q"
    )
    tips = [
        "rater:N",
        alt.Tooltip("median:Q", format=".1f"),
        alt.Tooltip("low:Q", title="lower quartile", format=".1f"),
    ]
    tips.append(alt.Tooltip("high:Q", title="upper quartile", format=".1f"))
    point = base.mark_point(filled=True, size=90, color=OKABE_ITO[5]).encode(x="median:Q", tooltip=tips)
    return alt.layer(line, point, title=title)


def estimates(rows: Rows, title: str, unit: str, *, zero: float | None = None) -> Picture:
    """Draw values with their intervals; rows have `name`, `value`, `low` and `high`, all of them a value."""
    base = alt.Chart(_data(rows), height=FRAME + 30 * max(2, len(rows))).encode(y=_named("name"))
    line = base.mark_rule(strokeWidth=3, color=OKABE_ITO[0]).encode(
        x=alt.X("low:Q", title=unit, scale=alt.Scale(zero=zero is not None)), x2="high:Q"
    )
    tips = ["name:N", *(alt.Tooltip(f"{part}:Q", format=".2f") for part in ("value", "low", "high"))]
    point = base.mark_point(filled=True, size=90, color=OKABE_ITO[5]).encode(
        x=alt.X("value:Q", title=unit), tooltip=tips
    )
    layers: list[alt.Chart] = [line, point]
    if zero is not None:
        middle = alt.Chart(_data([{"zero": zero}]))
        layers.insert(0, middle.mark_rule(strokeDash=[4, 4], color="gray").encode(x="zero:Q"))
    return alt.layer(*layers, title=title)


def pair_map(rows: Rows, title: str) -> Picture:
    """Draw a coefficient of each pair of raters; rows have `first`, `second` and `value`."""
    raters = len({row["first"] for row in rows} | {row["second"] for row in rows})
    base = alt.Chart(_data(rows), height=FRAME + 40 * raters).encode(
        x=alt.X("first:N", title=None, axis=alt.Axis(labelAngle=-30, labelLimit=140)), y=_named("second")
    )
    boxes = base.mark_rect().encode(
        color=alt.Color("value:Q", title="Kappa", scale=alt.Scale(scheme="viridis", domain=[0, 1], clamp=True)),
        tooltip=["first:N", "second:N", alt.Tooltip("value:Q", format=".2f")],
    )
    light = alt.condition("datum.value > 0.6", alt.value("black"), alt.value("white"))
    words = base.mark_text(fontSize=13).encode(text=alt.Text("value:Q", format=".2f"), color=light)
    return alt.layer(boxes, words, title=title)


def deviation_lines(rows: Rows, title: str) -> Picture:
    """Draw how far raters lie from the others along their ratings; rows have `rater`, `last` and `deviation`."""
    colour = alt.Color("rater:N", title=None, scale=alt.Scale(range=list(OKABE_ITO)), legend=_below())
    lines = (
        alt.Chart(_data(rows), height=FRAME + LEGEND + 220)
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("last:Q", title="The rater's own ratings that others rated too"),
            y=alt.Y("deviation:Q", title="Levels above the others"),
            color=colour,
            strokeDash=alt.StrokeDash("rater:N", legend=None),
            tooltip=["rater:N", "last:Q", alt.Tooltip("deviation:Q", format=".2f")],
        )
    )
    middle = alt.Chart(_data([{"zero": 0}])).mark_rule(strokeDash=[4, 4], color="gray").encode(y="zero:Q")
    return alt.layer(middle, lines, title=title)


def _named(field: str) -> alt.Y:
    return alt.Y(f"{field}:N", title=None, sort=None, axis=alt.Axis(labelLimit=200))


def _below() -> alt.Legend:
    return alt.Legend(orient="bottom", direction="horizontal", columns=6, labelLimit=140)


def _data(rows: Rows) -> Picture:
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]
