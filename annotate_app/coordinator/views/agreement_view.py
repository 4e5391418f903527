"""Agreement so far: coefficients with intervals, pairs of raters, severity and drift."""

from __future__ import annotations

from typing import Any

import streamlit as st

from annotate_app.coordinator import charts
from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import COEFFICIENTS, estimate_columns, estimate_row, plain, table
from referee_calib.analysis import AgreementSoFar, RatingLog, agreement_so_far, deviation_over_time

EARLY = (
    "A look at unfinished data is no test. An interval holds for one look that was planned: whoever looks often and "
    "stops when a number looks well will report too high a number. Decide beforehand when the study ends."
)

BELOW = "The numbers of this chart stand in the table below it."
DRIFT = "Lines of each rater's distance from the others over time; the slopes stand in the table below."


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page, one dimension at a time."""
    st.info(EARLY, icon=":material/info:")
    log, found = coordinated.log(), coordinated.figure(agreement_so_far)
    names = [one.dimension for one in found]
    titles = {scale.dimension: scale.title for scale in log.rubric.scales}
    asked = st.segmented_control("Dimension", names, default=names[0], format_func=lambda name: plain(titles[name]))
    shown = next(one for one in found if one.dimension == (asked or names[0]))
    _coefficients(shown)
    _severity(shown)
    _pairs(shown)
    _drift(coordinated, shown)


def _coefficients(found: AgreementSoFar) -> None:
    st.caption(
        f"{found.n_levels:,} levels on {found.n_claims:,} claims; {found.n_twice:,} claims have levels of two raters "
        "or more. Intervals (95 %) count claims of one video as one."
    )
    rows = [{"coefficient": COEFFICIENTS[name], **estimate_row(one)} for name, one in found.coefficients.items()]
    drawn = _drawn(rows, "coefficient")
    if drawn:
        charts.draw(
            charts.estimates(drawn, "Agreement among the raters, 95 % intervals", "Coefficient", zero=0), "agree", BELOW
        )
    table(rows, key="coefficients", columns=estimate_columns("Coefficient"), empty="")


def _severity(found: AgreementSoFar) -> None:
    st.subheader("Severity", anchor=False)
    st.caption("How far each rater lies above (+, lenient) or below (−, severe) the average rater on the same claims.")
    rows = [{"rater": rater, **estimate_row(one)} for rater, one in found.severity.items()]
    if drawn := _drawn(rows, "rater"):
        charts.draw(
            charts.estimates(drawn, "Severity of each rater, 95 % intervals", "Levels", zero=0), "severity", BELOW
        )
    table(rows, key="severity_table", columns=estimate_columns("Levels"), empty="Nobody gave a level yet.")


def _pairs(found: AgreementSoFar) -> None:
    st.subheader("Pairs of raters", anchor=False)
    rows = [{"first": one.first, "second": one.second, **estimate_row(one.kappa)} for one in found.pairs]
    if drawn := [row for row in rows if row["value"] is not None]:
        charts.draw(
            charts.pair_map(drawn, "Quadratic kappa of each pair, on the claims that both rated"), "pairs", BELOW
        )
    words = f"No pairs: {found.no_pairs}."
    table(rows, key="pair_table", columns=estimate_columns("Quadratic kappa"), empty=words)


def _drift(coordinated: CoordinatedStudy, found: AgreementSoFar) -> None:
    st.subheader("Drift", anchor=False)
    st.caption("Change of severity in levels per 100 claims of the rater, relative to the average rater.")
    blocks = [one for one in coordinated.figure(_deviations) if one.dimension == found.dimension]
    raters = dict.fromkeys(one.rater for one in blocks)
    if 1 < len(raters) <= charts.MOST_COLOURS:
        rows = [{"rater": one.rater, "last": one.last, "deviation": one.deviation} for one in blocks]
        charts.draw(
            charts.deviation_lines(rows, "Distance from the other raters, in blocks of 20 ratings"), "drift", DRIFT
        )
    slopes = [{"rater": rater, **estimate_row(one)} for rater, one in found.drift.items()]
    table(
        slopes, key="drift_table", columns=estimate_columns("Levels per 100 claims"), empty="Nobody gave a level yet."
    )


def _deviations(log: RatingLog) -> list[Any]:
    return deviation_over_time(log)


def _drawn(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [
        {"name": row[name], "value": row["value"], "low": row["low"], "high": row["high"]}
        for row in rows
        if row["value"] is not None
    ]
