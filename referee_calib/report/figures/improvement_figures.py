"""Policy improvement: people's gain from best of n, beside a person as the reward, and from the exponential tilt."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.analysis import FEWEST_VIDEOS
from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.schema.dimension_schema import EstimateJson
from referee_calib.report.schema.improvement_schema import ImprovementJson, RewardImprovementJson
from referee_calib.report.wording.number_format import interval, signed

Point = tuple[float, EstimateJson]
LOOKS = {  # colour, mark and stroke: told apart without colour
    "people": (fig.PEOPLE, "s", "-"),
    "referee": (fig.REFEREE, "o", "-"),
    "iou": (fig.OVERLAP, "^", "--"),
    "tiou": (fig.OVERLAP, "v", ":"),
    "open_o3": ("#111827", "D", "-."),
    "constant": (fig.NEUTRAL, "x", ":"),
}


def improvement_figures(item: ImprovementJson | None, simulated: bool) -> list[fig.Drawing | None]:
    """Draw best of n on all rollouts, the same on those that single people rated, and the tilt."""
    if not item or not item["rewards"]:
        return []
    x_n, x_kl = "rollouts drawn, n", "KL divergence from the policy (nats)"
    ceiling = item["ceiling"]
    beside = [ceiling["people"], *ceiling["rewards"]] if ceiling else []
    return [
        _curves("improvement-best", "Gain by best of n", x_n, item["rewards"], simulated, tilt=False),
        _curves("improvement-people", "Beside a person as the reward", x_n, beside, simulated, tilt=False),
        _curves("improvement-tilt", "Gain by exponential tilt", x_kl, item["rewards"], simulated, tilt=True),
    ]


def shown_points(row: RewardImprovementJson, *, tilt: bool) -> list[Point]:
    """Return what is drawn of a reward: points with an interval over enough videos, and the start at no gain."""
    points = [(one["kl"], one["gain"]) for one in row["tilt"]] if tilt else []
    points += [] if tilt else [(float(one["n"]), one["gain"]) for one in row["best_of_n"]]
    return [(x, its) for x, its in points if its["value"] is not None and (its["n_clusters"] or 0) >= FEWEST_VIDEOS]


def _curves(
    key: str, title: str, x_label: str, rows: Sequence[RewardImprovementJson], simulated: bool, *, tilt: bool
) -> fig.Drawing | None:
    drawn = [(row, points) for row in rows if (points := shown_points(row, tilt=tilt))]
    if not any(len(points) > 1 for _, points in drawn):
        return None
    figure, (axes,) = fig.panel(2.8)
    axes.axhline(0, color=fig.FAINT, linewidth=1, zorder=0)
    step = 0.008 if tilt else 0.07
    for place, (row, points) in enumerate(drawn):
        colour, mark, stroke = LOOKS[row["reward"]]
        away = step * (place - (len(drawn) - 1) / 2)  # so that intervals at one n do not cover each other
        y = [its["value"] or 0.0 for _, its in points]
        ends = [(value if its["low"] is None else its["low"], value if its["high"] is None else its["high"])
                for value, (_, its) in zip(y, points, strict=True)]  # fmt: skip
        reach = [[v - low for v, (low, _) in zip(y, ends, strict=True)],
                 [high - v for v, (_, high) in zip(y, ends, strict=True)]]  # fmt: skip
        axes.errorbar(
            [x + away for x, _ in points], y, yerr=reach, color=colour, marker=mark, linestyle=stroke, markersize=4,
            linewidth=1.2, elinewidth=0.8, capsize=1.5, label=row["title"],
        )  # fmt: skip
    if not tilt:
        axes.set_xticks(range(1, int(max(points[-1][0] for _, points in drawn)) + 1))
    axes.set_xlabel(x_label)
    axes.set_ylabel("people’s gain (share of the scale)")
    axes.legend(fontsize=7, frameon=False, loc="upper left")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.35 * (high - low))  # room for the legend
    return fig.finish(figure, axes, key=key, title=title, simulated=simulated, alt=_alt(drawn, tilt))


def _alt(drawn: Sequence[tuple[RewardImprovementJson, list[Point]]], tilt: bool) -> str:
    told = []
    for row, points in drawn:
        x, its = points[-1]
        at = f"{x:g} nats" if tilt else f"n = {x:g}"
        told.append(f"{row['title']} at {at}: {signed(its['value'])} {interval(its)}".strip())
    return f"{'; '.join(told)}."
