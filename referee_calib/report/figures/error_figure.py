"""Errors of a referee and of a second person, by how far the other people differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.schema.judge_error_schema import ErrorByAgreementJson, ErrorCurvePointJson
from referee_calib.report.wording.number_format import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOKS = (("o", "-"), ("s", "--"), ("^", ":"), ("D", "-."), ("v", "-"), ("P", "--"), ("X", ":"))  # mark and stroke


def error_curve(item: ErrorByAgreementJson, simulated: bool) -> fig.Drawing | None:
    """Draw one dimension's errors against human disagreement; nothing where fewer than two steps have one."""
    judges = [row for row in item["judges"] if sum(_shown(point, "judge") for point in row["curve"]) > 1]
    if not judges:
        return None
    figure, (axes,) = fig.panel(2.6)
    for row, look in zip(judges, _LOOKS, strict=False):
        label = "referee" if len(judges) == 1 else row["judge"]
        _line(axes, row["curve"], "judge", fig.REFEREE, look, label)
    _line(axes, judges[0]["curve"], "person", fig.PEOPLE, _LOOKS[0], "a second person")
    spreads = [point["spread"] for row in judges for point in row["curve"] if _shown(point, "judge")]
    axes.set_xticks(range(max(spreads) + 1))
    axes.set_xlim(-0.3, max(spreads) + 0.3)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("how far the other people differ (levels)")
    axes.set_ylabel("mean squared error")
    axes.legend(fontsize=8, frameon=False)
    alt = "; ".join(
        f"{row['judge']}, others {point['spread']} apart: {number(point['judge'])}, a second person "
        f"{number(point['person'])}"
        for row in judges
        for point in row["curve"]
        if _shown(point, "judge")
    )
    return fig.finish(
        figure, axes, key=f"error-{item['dimension']}", simulated=simulated,
        title=f"{item['title'] or judges[0]['judge']}: error where people agree and differ", alt=f"{alt}.",
    )  # fmt: skip


def _shown(point: ErrorCurvePointJson, side: str) -> bool:
    return point[f"{side}_low"] is not None  # type: ignore[literal-required]


def _line(
    axes: Axes, curve: Sequence[ErrorCurvePointJson], side: str, colour: str, look: tuple[str, str], label: str
) -> None:
    points = [point for point in curve if _shown(point, side)]
    x = [point["spread"] + (0.06 if side == "person" else -0.06) for point in points]
    y, low, high = ([point[f"{side}{end}"] for point in points] for end in ("", "_low", "_high"))  # type: ignore[literal-required]
    reach = [[a - b for a, b in zip(y, low, strict=True)], [b - a for a, b in zip(y, high, strict=True)]]
    axes.errorbar(
        x, y, yerr=reach, color=colour, marker=look[0], linestyle=look[1], markersize=4.5, linewidth=1.2, capsize=2,
        label=label,
    )  # fmt: skip
