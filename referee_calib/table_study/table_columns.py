"""Columns of a table: names as text, numbers as numbers, and what belongs to a unit whichever row says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from referee_calib.rating_tables import TableFrame, TableSource

MOST_NAMED = 10


@dataclass(frozen=True, slots=True, eq=False)
class NamedTable:
    """A table with the name of its file, for messages."""

    path: Path
    frame: pd.DataFrame
    decimal_comma: bool = False

    @property
    def columns(self) -> list[str]:
        """Return the names of its columns."""
        return [str(name) for name in self.frame.columns]

    def require(self, name: str, option: str) -> str:
        """Return a column's name; InputError, with the columns there are, when there is no such column."""
        if name not in self.columns:
            shown = ", ".join(filter(None, self.columns)) or "no columns at all"
            raise InputError(f"{self.path}: no column {name!r} among {shown}", "", f"Name yours with {option} COLUMN.")
        return name

    def names(self, column: str) -> list[str]:
        """Return a column as names without blanks around them; InputError for a row without one."""
        found = [text_of_cell(cell) for cell in self.frame[column].tolist()]
        if "" in found:
            raise InputError(f"{self.path}: row {found.index('') + 1} has no {column!r}", "every row needs one")
        return found

    def numbers(self, column: str, missing: Sequence[str]) -> list[float | None]:
        """Return a column as numbers, None where a cell is missing; InputError for words."""
        return numbers_of_cells(self, self.frame[column].tolist(), missing, column)


def read_sheet(source: TableSource, option: str) -> TableFrame | None:
    """Read a table as :func:`referee_calib.rating_tables.read_frame` does; `option` names a sheet of a workbook."""
    from referee_calib.rating_tables import read_frame

    try:
        return read_frame(source)
    except InputError as error:
        raise InputError(error.seen, error.why, error.do.replace("--sheet", option)) from error


def text_of_cell(cell: Any) -> str:
    """Return a cell as text, "" where there is none; a whole number without a point."""
    if cell is None or cell != cell:
        return ""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


def numbers_of_cells(
    table: NamedTable, cells: Sequence[Any], missing: Sequence[str], column: str
) -> list[float | None]:
    """Return cells as numbers, None where one is missing.

    Raises
    ------
    InputError
        For words where numbers have to be, with the first of them and its row.
    """
    from agreement import AgreementError, as_categories

    try:
        values = as_categories(cells, missing=missing, decimal_comma=table.decimal_comma).values
    except AgreementError as error:
        raise InputError(f"{table.path}: {error.seen}", error.why, error.do) from error
    words = [i for i, value in enumerate(values) if value is not None and not is_number(value)]
    if words:
        raise InputError(
            f"{table.path}: {len(words)} of {len(values)} cells of {column!r} "
            f"{'is no number' if len(words) == 1 else 'are no numbers'}, first {text_of_cell(cells[words[0]])!r:.60} "
            f"in row {words[0] + 1}",
            "levels and scores are numbers",
            "Correct it, leave the cell empty, or name it as a code for a missing one: --missing CODE.",
        )
    return values


def is_number(value: Any) -> bool:
    """Tell whether a cell that was read is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


@dataclass(slots=True)
class UnitLabels:
    """What one column says of every unit, from whichever table has it."""

    column: str
    labels: dict[str, str] = field(default_factory=dict)

    def add(self, table: NamedTable, units: Iterable[str]) -> None:
        """Take the column of a table; InputError where a unit has two labels."""
        for row, (unit, cell) in enumerate(zip(units, table.frame[self.column].tolist(), strict=True), start=1):
            label = text_of_cell(cell)
            known = self.labels.setdefault(unit, label)
            if known != label and label and known:
                raise InputError(
                    f"{table.path}: row {row} puts unit {unit!r:.60} under {self.column} {label!r:.60}",
                    f"an earlier row puts it under {known!r:.60}",
                    "A unit has one value there.",
                )
            self.labels[unit] = known or label


def labels_of_units(column: str, tables: Sequence[tuple[NamedTable, Sequence[str]]], option: str) -> dict[str, str]:
    """Return a column of either table by unit.

    Raises
    ------
    InputError
        When neither table has it, or a unit has two values.
    """
    found = UnitLabels(column)
    holding = [(table, units) for table, units in tables if column in table.columns]
    if not holding:
        columns = dict.fromkeys(name for table, _ in tables for name in table.columns if name)
        raise InputError(
            f"{option} {column}", f"neither table has such a column; there are {', '.join(columns)}",
        )  # fmt: skip
    for table, units in holding:
        found.add(table, units)
    return found.labels


def shortened(names: Sequence[str]) -> str:
    """Return the first names, and how many follow."""
    more = f", and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
