"""Where the levels of the referee are recalibrated ones, every table of agreement says so."""

from __future__ import annotations

from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import listed


def recalibrated_remark(report: ReportJson) -> str:
    """Return " The referee’s levels are recalibrated out of fold.", naming dimensions where some; "" where none are."""
    name = str(report["referee"]["description"].get("name") or "")
    its = [one for one in report["continuous_judges"] if name == f"{one['judge']} ({one['levels']})"]
    if not its:
        return ""
    every = len(its) == len(report["dimensions"])
    where = "" if every else f" on {listed([one['title'].lower() for one in its])}"
    return f" Levels of the referee{where} are {its[0]['levels']}."
