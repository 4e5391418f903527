"""Cells of the tables of ``agree``: three digits, and a reason in the place of whatever is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report import TableCell, estimate_cell, p_value

if TYPE_CHECKING:
    from agreement import Estimate, HypothesisTest

DIGITS = 3


def cell(found: Estimate | None, *, sign: bool = False) -> TableCell:
    """Return the cell of an estimate; empty where there is none to be expected."""
    if found is None:
        return TableCell()
    shown = estimate_cell(found.to_json(), sign=sign, digits=DIGITS)  # type: ignore[arg-type]
    reason = shown.reason.replace("no interval: no interval: ", "no interval: ")
    if not reason and not shown.interval and found.method != "none":
        reason = "no interval"
    return TableCell(shown.text, shown.interval, reason, mark=shown.mark, values=shown.values)


def p_cells(test: HypothesisTest | None, p_holm: float | None, why: str) -> list[TableCell]:
    """Return the cells of a p-value and of its corrected one; ``why`` there is none, where there is none."""
    if test is None or test.p_value is None:
        reason = why if test is None else test.reason or why
        return [TableCell("none", reason=reason), TableCell("none")]
    raw = TableCell(p_value(test.p_value), values={"value": test.p_value})
    return [raw, TableCell(p_value(p_holm), values={"value": p_holm})]
