"""Figures of referees side by side: paired differences of agreement with people, around zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.report.document.number_format import interval, signed
from referee_calib.report.figures import marks
from referee_calib.report.figures import svg_figure as fig

Json = Mapping[str, Any]
SHOWN = (("kappa", "cohen_kappa_quadratic", fig.REFEREE, "D"), ("alpha", "krippendorff_alpha_ordinal", fig.INK, "s"))


def ablation_figures(found: Json | None, simulated: bool) -> list[fig.Drawing]:
    """Draw one figure per pair of referees; none without a comparison.

    Parameters
    ----------
    found : dict or None
        ``ablation`` in ``report.json``.
    simulated : bool
    """
    if not found:
        return []
    pairs = dict.fromkeys((d["first"], d["second"]) for item in found["dimensions"] for d in item["differences"])
    drawn = [_pair(found, pair, place, simulated) for place, pair in enumerate(pairs)]
    return [drawing for drawing in drawn if drawing]


def _pair(found: Json, pair: tuple[str, str], place: int, simulated: bool) -> fig.Drawing | None:
    rows = [
        (f"{item['title']}, {short}", d["estimate"], short)
        for item in found["dimensions"]
        for short, measure, _, _ in SHOWN
        for d in item["differences"]
        if (d["first"], d["second"]) == pair and d["measure"] == measure and d["estimate"]["value"] is not None
    ]
    if not rows:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.34 * len(rows))
    for short, _, colour, marker in SHOWN:
        marks.intervals(
            axes, [(name, e if which == short else None) for name, e, which in rows], colour, marker, signed
        )
    axes.axvline(0, color=fig.NEUTRAL, linewidth=1)
    marks.room(axes, [-0.1, 0.1])
    axes.set_xlabel("difference of agreement with people (right: more)")
    told = "; ".join(f"{name}: {signed(e['value'])} {interval(e)}".strip() for name, e, _ in rows)
    first, second = pair
    return fig.finish(
        figure, axes, key=f"ablation-{place}", simulated=simulated, title=f"{second} minus {first}",
        heading=" − ".join(marks.short_names([second, first])), alt=f"{told}.",
    )  # fmt: skip
