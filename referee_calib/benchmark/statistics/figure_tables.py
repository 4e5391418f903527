"""Tables of figures: a row per system and a column per figure, and a row per paired difference.

They are the report's :class:`referee_calib.report.Table`, so that what is shown and the exact values stand together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agreement import Estimate
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.paired_differences import PairedDifference
from referee_calib.report import Column, Row, Table, TableCell, number, p_value, signed

MISSING = "–"  # stands in place of a figure that is not defined
BEST = "best"  # in a cell's values: the largest of its column, set in bold


def figures_table(
    name: str,
    caption: str,
    figures: Sequence[Figure],
    rows: Mapping[str, Mapping[str, Estimate]],
    *,
    digits: int = 1,
    marked: bool = True,
    head: str = "System",
) -> Table:
    """Return a table with a row per system and a column per figure, the best of each column marked.

    Parameters
    ----------
    name : str
        Of its data file.
    caption : str
        One sentence above it.
    figures : sequence of Figure
        Its columns.
    rows : mapping of str to mapping of str to Estimate
        By name of the system, then by key of the figure; a figure that is missing leaves its cell empty.
    digits : int
        Decimals shown.
    marked : bool
        Whether the largest of each column is marked as the best.
    head : str
        Above the names of the rows.
    """
    best = {figure.key: _best(figure, rows) if marked else None for figure in figures}
    shown = [
        Row(system, {"system": system}, [_cell(one, its.get(one.key), best[one.key], digits) for one in figures])
        for system, its in rows.items()
    ]
    columns = [Column(one.key, f"{one.group}: {one.title}" if one.group else one.title) for one in figures]
    return Table(name, caption, head, columns, shown, across="figure")


def transposed(table: Table, head: str = "") -> Table:
    """Return the table with its rows as columns: figures below one another are what fits on a terminal."""
    columns = [Column(row.title, row.title) for row in table.rows]
    rows = [
        Row(column.title, {table.across: column.key}, [row.cells[i] for row in table.rows])
        for i, column in enumerate(table.columns)
    ]
    return Table(table.name, table.caption, head, columns, rows, across=table.head.lower())


def differences_table(
    name: str, caption: str, figures: Sequence[Figure], differences: Sequence[PairedDifference], *, digits: int = 1
) -> Table:
    """Return a table with a row per pair of systems and figure: the difference, its p-value, and that by Holm."""
    by_key = {figure.key: figure for figure in figures}
    titles = {"difference": "Difference", "p_value": "p", "p_holm": "p (Holm)", "items": "Items"}
    columns = [Column(key, title) for key, title in titles.items()]
    rows = [
        Row(
            f"{one.second} − {one.first}, {_title(by_key[one.figure])}",
            {"first": one.first, "second": one.second, "figure": one.figure},
            [
                estimate_cell(one.estimate, percent=by_key[one.figure].percent, digits=digits, sign=True),
                TableCell(p_value(one.p_value), values={"value": one.p_value}),
                TableCell(p_value(one.p_holm), values={"value": one.p_holm}),
                TableCell(f"{one.n_items:,}", values={"value": one.n_items}),
            ],
        )
        for one in differences
    ]
    return Table(name, caption, "Difference of", columns, rows)


def estimate_cell(
    estimate: Estimate, *, percent: bool = True, digits: int = 1, sign: bool = False, best: bool = False
) -> TableCell:
    """Return an estimate as a cell: times 100 where ``percent``, its exact values as they are."""
    exact = {"value": estimate.value, "low": estimate.low, "high": estimate.high, "reason": estimate.reason}
    if estimate.value is None:
        return TableCell(MISSING, reason=estimate.reason or "", values=exact)
    factor = 100 if percent else 1
    text = (signed if sign else number)(factor * estimate.value, digits)
    if estimate.low is None or estimate.high is None:
        why = f"no interval: {estimate.reason.removeprefix('no interval: ')}" if estimate.reason else ""
        return TableCell(text, reason=why, values={**exact, BEST: best})
    limits = f"[{number(factor * estimate.low, digits)}, {number(factor * estimate.high, digits)}]"
    return TableCell(text, limits, values={**exact, BEST: best})


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return ``{"value", "low", "high"}`` on the figure's own scale, and the reason where one of them is None."""
    found: dict[str, Any] = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {**found, "reason": estimate.reason} if estimate.reason else found


def difference_json(one: PairedDifference) -> dict[str, Any]:
    """Return a difference as plain values."""
    return {
        "figure": one.figure,
        "first": one.first,
        "second": one.second,
        **estimate_json(one.estimate),
        "p_value": one.p_value,
        "p_holm": one.p_holm,
        "test": one.test,
        "notes": list(one.estimate.notes),
        "items": one.n_items,
        "left_out": one.n_left_out,
    }


def _title(figure: Figure) -> str:
    return f"{figure.group} {figure.title}".strip()


def _cell(figure: Figure, estimate: Estimate | None, best: float | None, digits: int) -> TableCell:
    if estimate is None:
        return TableCell()
    return estimate_cell(
        estimate, percent=figure.percent, digits=digits, best=best is not None and estimate.value == best
    )


def _best(figure: Figure, rows: Mapping[str, Mapping[str, Estimate]]) -> float | None:
    """Return the largest value of a column, None where a single system has one."""
    values = [its[figure.key].value for its in rows.values() if figure.key in its]
    known = [value for value in values if value is not None]
    return max(known) if len(known) > 1 else None
