"""The report's tables as tidy data files: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from referee_calib.errors import MissingExtra
from referee_calib.io import make_folder, write_bytes
from referee_calib.report.blocks import Record, Scalar
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.sections import sections

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(report: ReportJson, folder: Path | str, *, parquet: bool = False) -> list[Path]:
    """Write every table of a report, each file whole or not at all.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.
    folder : Path or str
        Made when missing; files of other names in it are left alone.
    parquet : bool
        Parquet instead of CSV.

    Raises
    ------
    MissingExtra
        When Parquet is asked for and pyarrow is not installed; then nothing is written.
    StudyError
        When the folder cannot be written.
    """
    folder = Path(folder)
    ending, pack = (".parquet", _parquet) if parquet else (".csv", _csv)
    packed = {folder / f"{name}{ending}": pack(records) for name, records in data_files(report).items()}
    make_folder(folder)
    for path, content in packed.items():
        write_bytes(path, content)
    return list(packed)


def data_files(report: ReportJson) -> dict[str, list[Record]]:
    """Return the lines of every data file by name: tables of one name follow each other, with equal columns."""
    found: dict[str, list[Record]] = {}
    for section in sections(report):
        for table in section.tables():
            found.setdefault(table.name, []).extend(table.records())
    return {name: _same_columns(records) for name, records in found.items() if records}


def _same_columns(records: list[Record]) -> list[Record]:
    columns = dict.fromkeys(key for record in records for key in record)
    return [{column: record.get(column) for column in columns} for record in records]


def _csv(records: list[Record]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in record.items()} for record in records)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Scalar) -> Scalar:
    """Keep text from running as a formula in a spreadsheet; None is an empty cell."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _parquet(records: list[Record]) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    columns = {key: [_clean(record[key]) for record in records] for key in records[0]}
    buffer = io.BytesIO()
    pq.write_table(pa.table({key: pa.array(values) for key, values in columns.items()}), buffer)
    return buffer.getvalue()


def _clean(value: Scalar) -> Scalar:
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
