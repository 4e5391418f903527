"""Tidy tables as files: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from referee_calib.errors import MissingExtra
from referee_calib.io.atomic_files import make_folder, write_bytes
from referee_calib.report.tables.tidy_tables import Table, tables

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(report: dict[str, Any], folder: Path | str, *, parquet: bool = False) -> list[Path]:
    """Write every table of a report, each file whole or not at all.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.
    folder : Path or str
        Made when missing; files of other names in it are left alone.
    parquet : bool
        Parquet instead of CSV.

    Returns
    -------
    list of Path

    Raises
    ------
    MissingExtra
        When Parquet is asked for and pyarrow is not installed; then nothing is written.
    StudyError
        When the folder cannot be written.
    """
    folder = Path(folder)
    ending, pack = (".parquet", _parquet) if parquet else (".csv", _csv)
    packed = {folder / f"{table.name}{ending}": pack(table) for table in tables(report)}
    make_folder(folder)
    for path, content in packed.items():
        write_bytes(path, content)
    return list(packed)


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    """Keep text from running as a formula in a spreadsheet; None is an empty cell."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _parquet(table: Table) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    columns = list(zip(*table.rows, strict=True))
    arrays = [pa.array([_clean(value) for value in column]) for column in columns]
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(table.columns)), buffer)
    return buffer.getvalue()


def _clean(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
