"""Progress: coverage of claims and raters, claims a day, the end at this rate, speed and last activity."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from annotate_app.coordinator import charts
from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import first_words, plain, table
from referee_calib.analysis import Forecast, RatingLog, StudyProgress, rating_speed, study_progress
from referee_calib.study import assignment


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    found = _progress(coordinated)
    _numbers(found)
    _coverage(found)
    st.subheader("Raters", anchor=False)
    table(
        _rater_rows(found), key="raters", columns=_RATER_COLUMNS, empty="Nobody can sign in yet, and nobody has rated."
    )
    _charts(coordinated, found)
    st.subheader("Claims", anchor=False)
    table(_claim_rows(found), key="claims", empty="The study has no claims to rate.")


def _progress(coordinated: CoordinatedStudy) -> StudyProgress:
    """Measure progress against what is assigned, or else against every rater on every claim."""
    given = coordinated.of_study(assignment.coverage)
    if not given.kind:
        return coordinated.figure(_of_all)
    wanted = {one.claim: one.wanted or 0 for one in given.claims}
    asked = {one.rater: one.open + one.done + one.skipped for one in given.raters}
    return study_progress(coordinated.log(), now=datetime.now(UTC), wanted=wanted, asked=asked)


def _of_all(log: RatingLog) -> StudyProgress:
    return study_progress(log, now=datetime.now(UTC))


def _numbers(found: StudyProgress) -> None:
    forecast = found.forecast
    share = f"{100 * forecast.done / forecast.wanted:.0f} %" if forecast.wanted else "–"
    end = f"{forecast.end:%Y-%m-%d}" if forecast.end else "–"
    quiet: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
    first, second, third = st.columns(3)
    first.metric("Ratings of claims", f"{forecast.done:,} of {forecast.wanted:,}", share, **quiet)
    second.metric("Claims a day, last 7 days", f"{forecast.per_day:.1f}")
    third.metric("End at this rate", end, _why(forecast), **quiet)


def _words(counts: Counter[int]) -> str:
    return "Claims by ratings so far: " + ", ".join(f"{counts[n]} with {n}" for n in sorted(counts))


def _why(forecast: Forecast) -> str | None:
    return None if forecast.end else plain(forecast.reason)


def _coverage(found: StudyProgress) -> None:
    counts = Counter(one.done for one in found.claims if not one.excluded)
    if not counts:
        return
    rows = [{"ratings": n, "claims": counts[n]} for n in sorted(counts)]
    charts.draw(charts.coverage_strip(rows, "Claims by how many raters are done with them"), "coverage", _words(counts))


_RATER_COLUMNS = {
    "done": st.column_config.ProgressColumn("done", format="percent", min_value=0, max_value=1),
    "median seconds": st.column_config.NumberColumn("median s per claim", format="%.1f"),
    "a day": st.column_config.NumberColumn("claims a day, last 7 days", format="%.1f"),
    "last": st.column_config.DatetimeColumn("last rating (UTC)", format="YYYY-MM-DD HH:mm"),
}


def _rater_rows(found: StudyProgress) -> list[dict[str, Any]]:
    return [
        {
            "rater": one.rater,
            "done": one.done / one.wanted if one.wanted else None,
            "claims": f"{one.done} of {one.wanted}",
            "skipped": one.skipped,
            "median seconds": one.median_seconds,
            "a day": one.recent,
            "last": one.last.replace(tzinfo=None) if one.last else None,
            "excluded": one.excluded,
        }
        for one in found.raters
    ]


def _claim_rows(found: StudyProgress) -> list[dict[str, Any]]:
    ordered = sorted(found.claims, key=lambda one: (one.done - one.wanted, one.video, one.claim))
    return [
        {
            "claim": one.claim,
            "video": one.video,
            "what": first_words(one.words),
            "done": one.done,
            "wanted": one.wanted,
            "begun": one.begun,
            "skipped": one.skipped,
            "excluded": one.excluded,
        }
        for one in ordered
    ]


def _charts(coordinated: CoordinatedStudy, found: StudyProgress) -> None:
    days = [
        {"day": f"{day}", "rater": rater, "claims": n} for day, its in found.by_day.items() for rater, n in its.items()
    ]
    speeds = [
        {"rater": one.rater, "low": one.lower_quartile, "median": one.median, "high": one.upper_quartile}
        for one in coordinated.figure(rating_speed)
    ]
    left, right = st.columns(2)
    with left:
        if days:
            charts.draw(
                charts.done_by_day(days, "Claims done on each day"), "days", "Claims done by each rater on each day"
            )
    with right:
        if speeds:
            title = "Active time on a claim: median and quartiles"
            charts.draw(
                charts.quartiles(speeds, title, "Seconds"),
                "speed",
                f"{title}; the numbers stand in the table of raters",
            )
