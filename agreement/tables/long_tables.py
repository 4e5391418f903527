"""Long tables, one row per rating, arranged as units × raters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agreement.arrays import Bools, Ints
from agreement.encoding import factorize, is_missing
from agreement.errors import AgreementError
from agreement.validation import as_numbers, refuse_duplicates, refuse_transposed


@dataclass(frozen=True, eq=False)
class LongTable:
    """The columns of a long table: what was rated, whether a row holds a rating, and its unit and rater.

    Units and raters are in the order in which they first appear.
    """

    table: dict[str, NDArray[Any]]
    row: Ints
    column: Ints
    units: list[Any]
    raters: list[Any]
    values: NDArray[Any]
    present: Bools

    @classmethod
    def read(
        cls, frame: Any, *, unit: str, rater: str, value: str, further: Sequence[str | None], wide: bool
    ) -> LongTable:
        """Read the columns of a table, ``further`` ones too; refuse duplicates and what looks transposed."""
        table = _columns(frame, [unit, rater, value, *(name for name in further if name is not None)])
        row, units = factorize(table[unit], unit)
        column, raters = factorize(table[rater], rater)
        present = ~is_missing(table[value])
        refuse_duplicates(row[present], column[present], units, raters)
        refuse_transposed(len(units), len(raters), wide=wide)
        return cls(table, row, column, units, raters, table[value], present)

    @property
    def n_dropped(self) -> int:
        """Rows without a rating."""
        return int(np.count_nonzero(~self.present))

    def grid(self) -> NDArray[Any]:
        """Return the values as an array (units, raters): floats where they are numbers, NaN where there is none."""
        labels = np.full((len(self.units), len(self.raters)), np.nan, dtype=object)
        labels[self.row[self.present], self.column[self.present]] = self.values[self.present]
        return as_numbers(labels)

    def per_unit(self, name: str | None) -> NDArray[Any] | None:
        """Return a column that is constant within a unit, one entry per unit; None without a name."""
        return None if name is None else _one_per_unit(self.table[name], self.row, self.units, name)


def _columns(frame: Any, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return the named columns of a long table as arrays of one length."""
    if isinstance(frame, Sequence) and not isinstance(frame, str):
        rows = list(frame)
        frame = {name: [row.get(name) for row in rows] for name in names if any(name in row for row in rows)}
    known = _column_names(frame)
    for name in names:
        if name not in known:
            raise AgreementError(f"no column {name!r}", f"the table has {', '.join(map(str, known)) or 'none'}")
    table = {name: _column(frame[name]) for name in names}
    lengths = {len(column) for column in table.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise AgreementError("a long table that is empty or ragged", "every column needs one entry per rating")
    return table


def _column_names(frame: Any) -> list[Any]:
    """Return the names of a table: a mapping or data frame, an Arrow table, or a structured array."""
    if isinstance(frame, Mapping) or hasattr(frame, "keys"):
        return list(frame.keys())
    return list(getattr(frame, "column_names", None) or getattr(getattr(frame, "dtype", None), "names", None) or [])


def _column(column: Any) -> NDArray[Any]:
    if hasattr(column, "to_pylist"):  # of Arrow, whose entries are objects of its own
        column = column.to_pylist()
    values = column if isinstance(column, np.ndarray) else list(column)
    array = np.asarray(values)
    if array.dtype.kind in "iufb" or isinstance(column, np.ndarray):
        return array
    held = np.empty(len(values), dtype=object)  # keeps None and numbers beside words as they are
    held[:] = values
    return held


def _one_per_unit(values: NDArray[Any], row: Ints, units: Sequence[Hashable], name: str) -> NDArray[Any]:
    """Return the value that every row of a unit shares; the column's name is for the error message."""
    codes, distinct = factorize(values, name)
    of_unit = np.empty(len(units), dtype=np.intp)
    of_unit[row] = codes
    changes = np.flatnonzero(of_unit[row] != codes)
    if len(changes):
        raise AgreementError(
            f"unit {units[row[changes[0]]]!r} has more than one {name!r}", "it must be the same in all rows of a unit"
        )
    return np.asarray(distinct)[of_unit]
