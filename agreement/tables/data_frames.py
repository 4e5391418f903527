"""Ratings from and to pandas: long frames with one row per rating, wide ones with a column per rater."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.errors import AgreementError
from agreement.result_notes import Note, NoteCode
from agreement.tables.cells import CategoryCells, as_categories

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, Any]


class HeldRatings(Protocol):
    """What a frame needs of ratings."""

    @property
    def codes(self) -> Codes: ...
    @property
    def scale(self) -> tuple[Any, ...]: ...
    @property
    def units(self) -> Sequence[Hashable]: ...
    @property
    def raters(self) -> Sequence[Hashable]: ...
    @property
    def cluster(self) -> Ints | None: ...
    @property
    def weight(self) -> Floats | None: ...


def long_frame(ratings: HeldRatings) -> pd.DataFrame:
    """Return one row per rating, in the order of units, then of raters."""
    import pandas as pd

    row, column = np.nonzero(ratings.codes >= 0)
    table: Columns = {
        "unit": [ratings.units[i] for i in row.tolist()],
        "rater": [ratings.raters[j] for j in column.tolist()],
        "value": [ratings.scale[code] for code in ratings.codes[row, column].tolist()],
    }
    for name in ("cluster", "weight"):
        of_unit = getattr(ratings, name)
        if of_unit is not None:
            table[name] = of_unit[row]
    return pd.DataFrame(table)


def wide_frame(ratings: HeldRatings) -> pd.DataFrame:
    """Return one row per unit and one column per rater, None where there is no rating."""
    import pandas as pd

    cells = [*ratings.scale, None]  # the code -1 is the last
    columns = {rater: [cells[code] for code in ratings.codes[:, j]] for j, rater in enumerate(ratings.raters)}
    return pd.DataFrame(columns, index=pd.Index(list(ratings.units), name="unit"))


def long_columns(frame: pd.DataFrame, unit: str, rater: str, value: str, further: Sequence[str | None]) -> Columns:
    """Return the columns of a long frame under their usual names."""
    more = [name for name in further if name is not None]
    _refuse_unknown(frame, [unit, rater, value, *more], "raters=[…] names the columns of a wide frame")
    columns = {"unit": frame[unit], "rater": frame[rater], "value": frame[value]} | {name: frame[name] for name in more}
    return {name: column.to_numpy() for name, column in columns.items()}


def melted(
    frame: pd.DataFrame, unit: str | None, raters: Sequence[str] | Literal["all"], further: Sequence[str | None]
) -> Columns:
    """Return a wide frame as the columns of a long one."""
    more = [name for name in further if name is not None]
    kept = [*([] if unit is None else [unit]), *more]
    chosen = rater_columns(frame, unit, raters, further)
    _refuse_unknown(frame, [*kept, *chosen], "raters= names columns")
    if len(set(chosen)) != len(chosen) or not chosen:
        raise AgreementError(f"raters={chosen}", "each column is one rater, and there is one at least")
    units = list(frame.index) if unit is None else frame[unit].tolist()
    columns: Columns = {
        "unit": [name for name in units for _ in chosen],
        "rater": [str(name) for _ in units for name in chosen],
        "value": [cell for row in zip(*(frame[name].tolist() for name in chosen), strict=True) for cell in row],
    }
    for name in more:
        columns[name] = [cell for cell in frame[name].tolist() for _ in chosen]
    return columns


def ordered_categories(frame: pd.DataFrame, names: Sequence[str]) -> list[Any] | None:
    """Return the categories in order where all named columns are one ordered pandas categorical, else None.

    Such a column declares its scale: the order of words, and levels that nobody used.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.Categorical(["bad", "good"], categories=["bad", "fair", "good"], ordered=True)
    >>> ordered_categories(pd.DataFrame({"value": cells}), ["value"])
    ['bad', 'fair', 'good']
    """
    import pandas as pd

    kinds = [frame[name].dtype for name in names]
    if not kinds or not all(isinstance(kind, pd.CategoricalDtype) and kind.ordered for kind in kinds):
        return None
    first = list(kinds[0].categories)
    return first if all(list(kind.categories) == first for kind in kinds) else None


def rater_columns(
    frame: pd.DataFrame, unit: str | None, raters: Sequence[str] | Literal["all"], further: Sequence[str | None]
) -> list[str]:
    """Return the columns of a wide frame that are raters."""
    kept = {unit, *further}
    return [name for name in frame.columns if name not in kept] if raters == "all" else list(raters)


def read_cells(cells: Any, scale: Sequence[Any], names: bool, missing: Sequence[Any]) -> CategoryCells:
    """Read the values of a frame by the one rule; numbers of numpy pass as they are where no code is missing."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "iufb" and not len(missing):
        return CategoryCells(cells.tolist(), {}, ())
    found = as_categories(list(cells), names=names, missing=missing, scale=scale)
    return replace(found, notes=(*found.notes, *missing_note(found.missing)))


def missing_note(missing: dict[str, int]) -> tuple[Note, ...]:
    """Say which words and codes were taken for missing.

    Examples
    --------
    >>> missing_note({"NA": 2, "-": 1})
    ("taken for missing: 'NA' (2), '-' (1); name a category of that name in the scale",)
    """
    if not missing:
        return ()
    words = ", ".join(f"{word!r} ({n})" for word, n in missing.items())
    return (Note(f"taken for missing: {words}; name a category of that name in the scale", NoteCode.EXCLUDED_ROWS),)


def _refuse_unknown(frame: pd.DataFrame, names: Sequence[str], do: str) -> None:
    for name in names:
        if name not in frame.columns:
            raise AgreementError(f"no column {name!r}", f"the frame has {', '.join(map(str, frame.columns))}", do)
