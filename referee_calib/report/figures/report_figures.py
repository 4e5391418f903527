"""All figures of a report, each drawn from a piece of ``report.json``; nothing is computed that it does not hold."""

from __future__ import annotations

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.calibration_figure import calibration
from referee_calib.report.figures.error_figure import error_curve
from referee_calib.report.figures.improvement_figures import improvement_figures
from referee_calib.report.figures.raw_score_figure import raw_score_curve
from referee_calib.report.figures.response_figures import response_figures, short_response
from referee_calib.report.schema.report_schema import ReportJson, RewardsJson
from referee_calib.report.wording.report_nouns import nouns_of


def all_figures(report: ReportJson) -> dict[str, fig.Drawing]:
    """Draw every figure of a report by key; what is undefined has no figure."""
    simulated = bool(report["ratings"]["simulated"])
    with fig.style():
        drawn = [
            *(calibration(item, simulated, nouns_of(report)) for item in report["dimensions"]),
            *(error_curve(item, simulated) for item in report["error_by_agreement"]),
            *(raw_score_curve(item, simulated) for item in report["continuous_judges"]),
            *map(short_response, report["response_curves"]),
            *response_figures(report["robustness"]["summary"]),
            *improvement_figures(report.get("policy_improvement"), simulated),
            _rewards(report["rewards"]),
        ]
    return {one.key: one for one in drawn if one}


def _rewards(item: RewardsJson) -> fig.Drawing | None:
    """Draw one dot per rollout that has both rewards; nothing without one."""
    points = [(row["iou"], row["referee"]) for row in item["rollouts"] if None not in (row["iou"], row["referee"])]
    if not points:
        return None
    figure, (axes,) = fig.panel(2.6)
    axes.plot((0, 1), (0, 1), color=fig.NEUTRAL, linewidth=1, linestyle=(0, (4, 3)))
    axes.scatter([x for x, _ in points], [y for _, y in points], s=26, color=fig.REFEREE, alpha=0.45, linewidths=0)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06))
    axes.set_xlabel("reward by overlap, IoU (0 to 1)")
    axes.set_ylabel("reward by the referee (0 to 1)")
    higher = sum(referee > overlap for overlap, referee in points)
    return fig.finish(
        figure, axes, key="rewards", simulated=False, title="What each rollout would have been paid",
        alt=f"{len(points)} rollouts; the referee pays more than overlap for {higher} of them.",
    )  # fmt: skip
