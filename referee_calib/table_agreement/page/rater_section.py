"""The section about raters: what each gave, how each agrees with the rest, and who rates high or low."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from referee_calib.report import Block, Column, Row, Section, Table, TableCell, count_cell
from referee_calib.table_agreement.coefficient_list import compared_coefficients
from referee_calib.table_agreement.page.agreement_sections import noted
from referee_calib.table_agreement.page.cells import cell
from referee_calib.table_agreement.page.table_notes import interval_note

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable, PersonRow


def rater_section(table: AgreementTable) -> Section:
    """Build the section."""
    of_pairs = compared_coefficients(table.level, sets=table.of_sets)[:2]
    shown = [name for name in of_pairs if any(_with_rest(row).get(name) is not None for row in table.people)]
    severity = any(row.severity is not None for row in table.people)
    columns = [Column("ratings", "Ratings")]
    columns += [Column(name, _title(name, table), "people", name) for name in shown]
    columns += [Column("severity", "Severity", "people", "severity")] if severity else []
    columns += [Column("leniency", f"{table.referee} minus rater", "referee", "leniency")] if table.leniency else []
    rows = [_row(row, table, shown, severity) for row in table.people]
    rows += _referee_rows(table, shown, severity)
    who = "the other people" if table.referee else "the other raters"
    caption = f"Each rater with {who}." if shown else "Each rater."
    blocks: list[Block] = [Table("raters", caption, "Rater", columns, rows), *noted(_notes(table, shown, severity))]
    return Section("raters", "Raters", "Does somebody rate unlike the others?", blocks)


def _title(name: str, table: AgreementTable) -> str:
    if name == "percent_agreement":
        return "Pairwise agreement, whole sets" if table.of_sets else "Pairwise agreement"
    row = table.row(name)
    return row.title if row else name


def _with_rest(row: PersonRow) -> dict[str, Estimate]:
    """Return a person's agreement with the others: as the referee is compared, where there is one."""
    return dict(row.rest if row.leave_one_out is None else row.leave_one_out)


def _row(row: PersonRow, table: AgreementTable, shown: list[str], severity: bool) -> Row:
    rest = _with_rest(row)
    cells = [count_cell(row.n_ratings), *(cell(rest.get(name)) for name in shown)]
    cells += [cell(row.severity, sign=True)] if severity else []
    cells += [cell(row.leniency, sign=True)] if table.leniency else []
    return Row(row.name, {"rater": row.name}, cells)


def _referee_rows(table: AgreementTable, shown: list[str], severity: bool) -> list[Row]:
    """Return the row of all people, with the referee's mean leniency, and the referee's own."""
    if table.referee is None:
        return []
    blank = [TableCell() for _ in shown] + [TableCell()] * severity
    rows = []
    if table.leniency is not None:
        cells = [count_cell(table.counts.ratings), *blank, cell(table.leniency, sign=True)]
        rows.append(Row("All people", {"rater": None}, cells))
    own = [cell(row.referee if (row := table.row(name)) else None) for name in shown]
    after = [TableCell()] * (severity + (table.leniency is not None))
    levels = table.counts.referee_levels or 0
    return [*rows, Row(table.referee, {"rater": table.referee}, [count_cell(levels), *own, *after], role="referee")]


def _shown_estimates(table: AgreementTable, shown: list[str]) -> Iterator[tuple[str, Estimate]]:
    """Yield what the table shows of each person, by what it is."""
    for row in table.people:
        rest = _with_rest(row)
        yield from (("agreement", rest[name]) for name in shown if name in rest)
        yield from (
            (what, one) for what, one in (("severity", row.severity), ("leniency", row.leniency)) if one is not None
        )


def _notes(table: AgreementTable, shown: list[str], severity: bool) -> list[str]:
    notes = []
    if shown and table.referee is None:
        notes.append("Agreement with the rest pools all pairs of a rater with another into one table.")
    if shown and table.referee is not None:
        how = "means over pairs" if table.averaging == "pairs" else "of pairs pooled into one table"
        notes.append(
            f"Agreement with the others: {how}, on the units that the referee rated; compare the referee's own row."
        )
    if severity:
        notes.append(
            "Severity: how far above (+) or below (−) the average rater somebody rates the same units, in units of the "
            f"{table.unit}."
        )
    if table.leniency is not None:
        notes.append("Referee minus rater (leniency): above 0 the referee gives more than this person.")
    notes.append(interval_note(table, list(_shown_estimates(table, shown))))
    if len(table.people) > 1:
        notes.append("Intervals are for one rater each: of many raters some lie apart by chance.")
    return notes
