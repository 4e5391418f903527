"""Agreement and leniency after recalibration, as a table of the section on recalibration."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.report.blocks import Block, Column, Row, Table, TableCell, Text, estimate_cell
from referee_calib.report.document.recalibrated_agreement import COMPOSED
from referee_calib.report.schema.score_schema import RecalibratedAgreementJson, ScoreVariantJson
from referee_calib.report.wording.number_format import count

_NOTE = (
    "Out of fold: every claim is recalibrated by a fit that has not seen its video, and rounded to the level it lies "
    "next to. Rounded means of levels avoid the ends of the scale, so kappa can fall where the squared error shrinks."
)
_COMPOSED_NOTE = (
    "The claim score is composed of relevance and localization or timing as the reward does by default, without the "
    "temporal penalty, of one person’s levels on people’s side; its leniency is a share of the most a claim can earn."
)


def recalibrated_blocks(found: Sequence[RecalibratedAgreementJson]) -> list[Block]:
    """Return the table of both variants on every dimension and of the composed score, and what it means."""
    if not found:
        return []
    columns = [
        Column("referee", "People with the referee", "referee", "agreement"),
        Column("difference", "Difference from the ceiling", axis="difference"),
        Column("leniency", "Leniency"),
    ]
    rows = [row for one in found for row in _rows(one)]
    caption = (
        "Quadratic kappa and leniency, as it is and recalibrated, held to the study’s thresholds. Intervals by video."
    )
    blocks: list[Block] = []
    if rows:
        blocks.append(Table("recalibrated_agreement", caption, "Score", columns, rows, across="what"))
    blocks += [Text(f"{one['title']}: {one['reason']}.", "note") for one in found if one["reason"]]
    composed = any(one["subject"] == COMPOSED for one in found)
    return [*blocks, Text(f"{_NOTE} {_COMPOSED_NOTE}" if composed else _NOTE, "note")] if rows else blocks


def _rows(one: RecalibratedAgreementJson) -> list[Row]:
    group = f"{one['title']}: {count(one['n_claims'], 'claim')}, {count(one['n_videos'], 'video')}"
    return [_row(one, variant, group) for variant in one["variants"]]


def _row(one: RecalibratedAgreementJson, variant: ScoreVariantJson, group: str) -> Row:
    title = variant["title"] if variant["name"] == "as it is" else f"{variant['title']} ({one['kind']})"
    cells = [
        estimate_cell(variant["referee"]),
        _held(estimate_cell(variant["difference"], sign=True), variant["loss_state"]),
        _held(estimate_cell(variant["leniency"], sign=True), variant["leniency_state"]),
    ]
    return Row(title, {"subject": one["subject"], "score": variant["name"]}, cells, group)


def _held(cell: TableCell, state: str) -> TableCell:
    return TableCell(cell.text, cell.interval, cell.reason, state, values={**cell.values, "state": state})
