"""Referee and people against adjudicated levels: a section that stands only in a report that was asked for it."""

from __future__ import annotations

from referee_calib.report.blocks import Block, Column, Row, Section, Table, Text, count_cell, estimate_cell
from referee_calib.report.schema.adjudication_schema import AdjudicatedDimensionJson
from referee_calib.report.schema.report_schema import ReportJson

NONE = "No level is adjudicated on a claim that people rated."
MEANING = (
    "A coordinator looked at claims on which people differ and stated a level with a reason. These figures hold the "
    "referee's expected level, and the mean of the people, against those levels. Such claims were chosen because "
    "people differ on them: the figures speak for these claims alone and belong in no summary of the study. No other "
    "figure of this report, nor the verdict, uses an adjudicated level."
)
_SIDES = {"referee": "Referee", "people": "Mean of the people"}


def adjudication(report: ReportJson) -> Section | None:
    """Build the section; None where nobody asked for it."""
    if "adjudicated" not in report:
        return None
    found = report["adjudicated"]
    blocks: list[Block] = [Text(MEANING), _table(found)] if found else [Text(NONE)]
    question = "Who is nearer to the adjudicated levels, the referee or the mean of the people?"
    return Section("adjudicated", "Adjudicated levels", question, blocks)


def _table(found: list[AdjudicatedDimensionJson]) -> Table:
    columns = [
        Column("claims", "Claims"),
        Column("distance", "Mean distance, levels", axis="distance"),
        Column("difference", "Mean difference, levels", axis="difference"),
        Column("kappa", "Quadratic kappa", axis="kappa"),
    ]
    rows = [_row(item, side) for item in found for side in ("referee", "people")]
    caption = "Levels minus adjudicated levels: + lenient, − severe. Intervals by video."
    return Table("adjudicated", caption, "Side", columns, rows)


def _row(item: AdjudicatedDimensionJson, side: str) -> Row:
    its = item["referee"] if side == "referee" else item["people"]
    none = {**item["kappa"], "value": None, "low": None, "high": None, "reason": "the mean of people is no level"}
    kappa = item["kappa"] if side == "referee" else none
    cells = [
        count_cell(its["n_claims"]),
        estimate_cell(its["distance"]),
        estimate_cell(its["difference"], sign=True),
        estimate_cell(kappa),  # type: ignore[arg-type]
    ]
    title = f"{item['title']}, {item['n_adjudicated']:,} adjudicated"
    return Row(_SIDES[side], {"dimension": item["dimension"], "side": side}, cells, title)
