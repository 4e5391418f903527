"""Text tables, read by pandas with every cell as text: CSV, and its kin with semicolons, tabs, bars or blanks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", r"\s+": "blanks"}
BLANKS = r"\s+"
QUOTED = re.compile(r'"[^"]*"')
LONG_ROW = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


def text_table(path: Path, text: str) -> tuple[pd.DataFrame, str]:
    """Read a text table, and tell what separates its columns.

    Parameters
    ----------
    path : Path
        For messages.
    text : str
        A header line and one line per row.

    Returns
    -------
    DataFrame of str
        Cells as they stand there, without blanks around them in the header.
    str
        The separator.

    Raises
    ------
    InputError
        For a row that is shorter or longer than the header, with its line, and for text that is no table.
    """
    import pandas as pd

    mark = _separator(text)
    if mark == BLANKS and _has_row_names(text):
        text = f'"" {text.lstrip()}'
    form = {"header": None, "dtype": str, "keep_default_na": False, "sep": mark, "index_col": False}
    try:
        cells = pd.read_csv(io.StringIO(text), **form)
        if (cells.iloc[1:, -1] == "").any():  # a short row looks like one that ends in empty cells
            _refuse_short_rows(path, text, mark, cells.shape[1])
    except pd.errors.EmptyDataError:
        return pd.DataFrame(), mark
    except (pd.errors.ParserError, ValueError) as error:
        raise InputError(f"{path}{_place(str(error))}", "it cannot be read as a table") from error
    return with_header(path, cells), mark


def with_header(path: Path, cells: pd.DataFrame) -> pd.DataFrame:
    """Take the first row for the names of the columns; refuse two of one name."""
    names = ["" if name is None or name != name else str(name).strip() for name in cells.iloc[0]]
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise InputError(f"{path}: two columns of one name, {twice[0]!r}", f"the columns are {', '.join(names)}")
    frame = cells.iloc[1:].reset_index(drop=True)
    frame.columns = names
    return frame


def _separator(text: str) -> str:
    """Return the mark that the header has most of, outside of quotes."""
    header = QUOTED.sub("x", text.lstrip().split("\n", 1)[0])
    mark = max(SEPARATORS, key=header.count)
    return BLANKS if header.count(mark) == 0 and len(header.split()) > 1 else mark


def _has_row_names(text: str) -> bool:
    """Tell whether R wrote the names of rows into a column without a header, as its write.table does."""
    first, second = (len(QUOTED.sub("x", line).split()) for line in f"{text.lstrip()}\n".split("\n")[:2])
    return second == first + 1


def _refuse_short_rows(path: Path, text: str, mark: str, width: int) -> None:
    fields = _quoted_fields(text, mark) if '"' in text or mark == BLANKS else _plain_fields(text, mark)
    for line, n in fields:
        if n < width:
            raise InputError(f"{path} line {line}: {n} fields, the header has {width}", "", "Fill the row up.")


def _plain_fields(text: str, mark: str) -> Iterator[tuple[int, int]]:
    """Return the number of each line that is not blank, and of its fields, where nothing is quoted."""
    return ((k, line.count(mark) + 1) for k, line in enumerate(text.splitlines(), start=1) if line.strip())


def _quoted_fields(text: str, mark: str) -> Iterator[tuple[int, int]]:
    """Return the same where fields may be quoted and hold separators and ends of lines: with the slower parser."""
    import pandas as pd

    form = {"header": None, "dtype": str, "keep_default_na": False, "sep": mark, "index_col": False}
    cells = pd.read_csv(io.StringIO(text), engine="python", skip_blank_lines=False, **form)
    given = cells.notna().sum(axis=1).tolist()
    ends = cells.fillna("").map(lambda cell: cell.count("\n")).sum(axis=1).cumsum().tolist()
    return ((k + before, n) for k, (n, before) in enumerate(zip(given, [0, *ends[:-1]], strict=True), start=1) if n)


def _place(message: str) -> str:
    found = LONG_ROW.search(message)
    if found is None:
        return f": {message.removeprefix('Error tokenizing data. C error: ').strip()}"
    expected, line, seen = found.groups()
    return f" line {line}: {seen} fields, the header has {expected}"
