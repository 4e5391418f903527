"""Any table file as a data frame, whatever its columns mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.rating_tables.binary_table import excel_table, parquet_table
from referee_calib.rating_tables.file_content import ZIP, read_content, text_of
from referee_calib.rating_tables.json_rows import Object, json_objects
from referee_calib.rating_tables.text_table import SEPARATORS, text_table

if TYPE_CHECKING:
    import pandas as pd

    from agreement import Note

PARQUET = b"PAR1"
WORKBOOK = b"xl/workbook"


def read_table(path: Path, sheet: str | None = None) -> tuple[pd.DataFrame, list[Note]]:
    """Read CSV or a relative of it, Excel, Parquet, JSON or JSON lines, each also as ``.gz``.

    Parameters
    ----------
    path : Path
    sheet : str or None
        Of an Excel workbook.

    Returns
    -------
    DataFrame
        Cells as the file has them: text from text, None where JSON has no such key; rows by number from 0.
    list of Note
        How the file was read.

    Raises
    ------
    InputError
        For a file that cannot be read or is none of these.
    MissingExtra
        When Excel or Parquet needs a package that is not installed.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder", "a table is a file")
    data = read_content(path)
    if data.startswith(PARQUET) or path.suffix.lower() in (".parquet", ".pq"):
        return parquet_table(path, data), []
    if data.startswith(ZIP):
        if WORKBOOK not in data:
            raise InputError(f"{path} is an archive", "a table is one file", "Unpack it.")
        return excel_table(path, data, sheet), []
    text, encoding = text_of(path, data)
    if text.lstrip()[:1] in ("{", "["):
        return frame_of_objects(json_objects(path, text)), []
    frame, mark = text_table(path, text)
    return frame, how_read(encoding, mark)


def frame_of_objects(rows: list[Object]) -> pd.DataFrame:
    """Return objects as rows, with a column per key in the order of first appearance."""
    import pandas as pd

    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[Any, Any] = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names}
    return pd.DataFrame(columns)


def how_read(encoding: str, mark: str) -> list[Note]:
    """Say what separates columns where it is not commas, and the encoding where it is none of Unicode's."""
    said = [] if mark == "," else [f"columns are separated by {SEPARATORS[mark]}"]
    if encoding:
        said.append(f"the file is no UTF-8 and was read as {encoding} (Windows)")
    return [table_note(text) for text in said]


def table_note(text: str) -> Note:
    """Return a note about the form of a file."""
    from agreement import Note, NoteCode

    return Note(text, NoteCode.TABLE_FORM)
