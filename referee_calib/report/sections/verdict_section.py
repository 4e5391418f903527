"""Every check of the verdict with its value, interval and limit."""

from __future__ import annotations

from referee_calib.report.blocks import Block, Bullets, Column, Item, Row, Section, Table, TableCell, Text
from referee_calib.report.document.verdict_document import checks, value_and_interval
from referee_calib.report.schema.report_schema import CheckGroupJson, CheckJson, ReportJson
from referee_calib.report.wording.threshold_record_terms import threshold_record_text
from referee_calib.verdict_state import VerdictState

_EXACT = (
    "state", "value", "low", "high", "at_least", "at_most", "videos", "videos_needed", "awaits_videos", "not_run",
    "worst", "reason",
)  # fmt: skip


def verdict(report: ReportJson) -> Section | None:
    """Build the section; None for an analysis that held no thresholds."""
    found = report["verdict"]
    if not found:
        return None
    recorded = threshold_record_text(found["threshold_record"])
    blocks: list[Block] = [Text(found["basis"]), *([Text(recorded)] if recorded else [])]
    blocks += [_table(group) for group in found["groups"]]
    missed = [Item(check["sentence"]) for check in checks(found, VerdictState.FAIL)]
    if missed:
        blocks.append(Bullets(missed, "Missed"))
    return Section(
        "verdict", "Verdict: all checks", "Should this referee be trusted as a reward?",
        [*blocks, Text(found["note"], "note")],
    )  # fmt: skip


def _table(group: CheckGroupJson) -> Table:
    columns = [Column(one["dimension"], one["title"]) for one in group["columns"]]
    rows = []
    for row in group["rows"]:
        its = {check["dimension"]: check for check in row["checks"]}
        cells = [_cell(its[column.key]) if column.key in its else TableCell() for column in columns]
        rows.append(Row(f"{row['title']}, {row['limit']}", {"threshold": row["threshold"]}, cells))
    return Table("verdict", group["title"], "Threshold", columns, rows, across="dimension", compact=len(columns) < 3)


def _cell(check: CheckJson) -> TableCell:
    value, interval = value_and_interval(check)
    reason = "" if value else ("not run" if check["not_run"] else f"not defined: {check['reason']}")
    wanted = check["reason"] if check["low"] is None else ""
    if check["incomplete"]:
        wanted = check["incomplete"]
    if check["needed"].startswith("about"):  # what all others need is said once, on page one
        wanted = f"about {check['videos_needed']:,} videos"
    exact = {key: check[key] for key in _EXACT}  # type: ignore[literal-required]
    return TableCell(value, interval, reason or wanted, state=check["state"], values=exact)
