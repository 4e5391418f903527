"""A table with all its columns, whatever they are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from referee_calib.rating_tables.any_table import PARQUET, WORKBOOK, frame_of_objects, how_read
from referee_calib.rating_tables.binary_table import excel_table, parquet_table
from referee_calib.rating_tables.exports import tool_of
from referee_calib.rating_tables.file_content import ZIP, read_content, text_of
from referee_calib.rating_tables.json_rows import json_objects
from referee_calib.rating_tables.long_rows import has_decimal_commas
from referee_calib.rating_tables.nested_rows import unnested
from referee_calib.rating_tables.source import TableSource
from referee_calib.rating_tables.step_labels import step_table
from referee_calib.rating_tables.text_table import text_table

if TYPE_CHECKING:
    import pandas as pd

    from agreement import Note


@dataclass(frozen=True, slots=True, eq=False)
class TableFrame:
    """The cells of a table as they stand in the file, what is to be said of it, and how its numbers are written.

    `scale` has all levels in order, where the form of the file states them.
    """

    frame: pd.DataFrame
    notes: tuple[Note, ...] = field(default=())
    decimal_comma: bool = False
    scale: tuple[float, ...] = ()


def read_frame(source: TableSource) -> TableFrame | None:
    """Read a table with every column: CSV and its kin, Excel, Parquet, JSON, JSON lines, each also as ``.gz``.

    Returns
    -------
    TableFrame or None
        None for the export of an annotation tool, whose ratings
        :func:`~referee_calib.rating_tables.reading.read_rows` reads.

    Raises
    ------
    InputError
        When the file cannot be read.
    MissingExtra
        When Excel or Parquet needs a package that is not installed.
    """
    path = source.path
    if path.is_dir():
        return None
    data = read_content(path)
    if data.startswith(PARQUET) or path.suffix.lower() in (".parquet", ".pq"):
        return TableFrame(parquet_table(path, data))
    if data.startswith(ZIP):
        return TableFrame(excel_table(path, data, source.sheet)) if WORKBOOK in data else None
    text, encoding = text_of(path, data)
    if text.lstrip()[:1] in ("{", "["):
        rows = json_objects(path, text)
        if (steps := step_table(path, rows)) is not None:
            return TableFrame(frame_of_objects(steps.rows), tuple(steps.notes()), scale=steps.scale)
        return None if tool_of(rows) else TableFrame(frame_of_objects(unnested(rows, source)))
    frame, mark = text_table(path, text)
    commas = mark != "," and any(has_decimal_commas(frame[name].tolist()) for name in frame.columns)
    return TableFrame(frame, tuple(how_read(encoding, mark)), commas)
