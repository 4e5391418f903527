"""All figures of a report, each drawn from a piece of ``report.json``; nothing is computed that it does not hold."""

from __future__ import annotations

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.calibration_figure import calibration
from referee_calib.report.figures.response_figures import response_figures, short_response
from referee_calib.report.figures.reward_figure import rewards
from referee_calib.report.schema.report_schema import ReportJson


def all_figures(report: ReportJson) -> dict[str, fig.Drawing]:
    """Draw every figure of a report by key; what is undefined has no figure."""
    simulated = bool(report["ratings"]["simulated"])
    with fig.style():
        drawn = [
            *(calibration(item, simulated) for item in report["dimensions"]),
            *map(short_response, report["response_curves"]),
            *response_figures(report["robustness"]["summary"]),
            rewards(report["rewards"]),
        ]
    return {one.key: one for one in drawn if one}
