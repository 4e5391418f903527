"""Figures of slices: one compact row per kind of claim, the whole as a line behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import count, interval, signed
from referee_calib.report.figures import marks
from referee_calib.report.figures import svg_figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]
DISTANCE, LENIENCY = "referee minus people (quadratic kappa)", "referee minus person, in levels"


def slice_figures(item: Json, simulated: bool) -> list[fig.Drawing]:
    """Draw the distance from people and the leniency of one dimension by slice; nothing without figures.

    Parameters
    ----------
    item : dict
        One of ``dimensions`` in ``report.json``.
    simulated : bool
    """
    whole = next(row for row in item["coefficients"] if row["name"] == "cohen_kappa_quadratic")["difference"]
    drawn = (
        _figure(item, "difference", whole, simulated, "distance from people", DISTANCE),
        _figure(item, "leniency", item["leniency"]["overall"], simulated, "leniency", LENIENCY),
    )
    return [drawing for drawing in drawn if drawing]


def _figure(item: Json, what: str, whole: Json, simulated: bool, heading: str, label: str) -> fig.Drawing | None:
    rows = item["slices"]
    if not any(row[what]["value"] is not None for row in rows):
        return None
    figure, (axes,) = fig.panel(1.1 + 0.25 * len(rows))
    axes.axvline(0, color=fig.NEUTRAL, linewidth=1)
    if whole["value"] is not None:
        axes.axvline(whole["value"], color=fig.REFEREE, linewidth=1, linestyle=(0, (1, 2)))
    _dots(axes, [row[what] for row in rows])
    marks.name_rows(axes, [f"{row['label']} ({row['n_claims']})" for row in rows])
    _rule_between(axes, rows)
    marks.room(axes, [-0.3, 0.3])
    axes.set_xlabel(f"{label}; dotted: all claims")
    told = [
        f"{row['label']} {signed(row[what]['value'])} {interval(row[what])}".strip()
        if row[what]["value"] is not None
        else f"{row['label']}: {row[what]['reason']}"
        for row in rows
    ]
    return fig.finish(
        figure, axes, key=f"slices-{what}-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: {heading} by kind of claim", heading=f"{item['title']}: {heading}",
        alt=f"{'; '.join(told)}; all {count(item['counts']['matched'], 'claim')} {signed(whole['value'])}.",
    )  # fmt: skip


def _dots(axes: Axes, estimates: Sequence[Json]) -> None:
    for place, estimate in enumerate(reversed(estimates)):
        if estimate["value"] is None:
            axes.annotate(
                "too few" if str(estimate["reason"]).startswith("too few") else "not defined", (0, place), (6, 0),
                textcoords="offset points", va="center", fontsize=8, color=fig.NEUTRAL,
            )  # fmt: skip
            continue
        if estimate["low"] is not None:
            axes.plot((estimate["low"], estimate["high"]), (place, place), color=fig.REFEREE, linewidth=1.8)
        axes.plot(estimate["value"], place, marker="D", markersize=5, color=fig.REFEREE, markeredgecolor="white")


def _rule_between(axes: Axes, rows: Sequence[Json]) -> None:
    """Set slicings apart by a thin line."""
    for place in range(1, len(rows)):
        if rows[place]["by"] != rows[place - 1]["by"]:
            axes.axhline(len(rows) - place - 0.5, color=fig.FAINT, linewidth=0.8)
