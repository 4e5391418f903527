"""All figures of a report, each drawn from a piece of ``report.json``; nothing is computed that it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.calibration_figure import calibration
from referee_calib.report.figures.response_figures import response_figures, short_response
from referee_calib.report.figures.reward_figure import rewards
from referee_calib.report.schema.report_schema import ReportJson

_Drawn = fig.Drawing | list[fig.Drawing] | None


def all_figures(report: ReportJson) -> dict[str, fig.Drawing]:
    """Draw every figure of a report by key; what is undefined has no figure."""
    simulated = bool(report["ratings"]["simulated"])
    pieces: list[Callable[[], _Drawn]] = [partial(calibration, item, simulated) for item in report["dimensions"]]
    pieces += [partial(short_response, item) for item in report["response_curves"]]
    pieces += [partial(response_figures, report["robustness"]["summary"]), partial(rewards, report["rewards"])]
    with fig.style():
        drawn = [piece() for piece in pieces]
    flat = [one for some in drawn for one in (some if isinstance(some, list) else [some])]
    return {drawing.key: drawing for drawing in flat if drawing}
