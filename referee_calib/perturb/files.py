"""What a run leaves behind in ``STUDY/perturb``: the summary, every single value, and claims for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.files import atomic, write_bytes
from referee_calib.perturb.table import Row, Table

SCHEMA = "referee-calib/perturb/1"
SUMMARY, ROWS = "summary.json", "rows.csv"
COLUMNS = tuple(f.name for f in fields(Row))


def write_summary(folder: Path, summary: Mapping[str, Any]) -> Path:
    """Write the summary in one step; NaN is refused."""
    text = json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    write_bytes(folder / SUMMARY, text.encode("utf-8", "backslashreplace"))
    return folder / SUMMARY


def read_summary(folder: Path) -> dict[str, Any] | None:
    """Read a study's summary, None where there is none.

    Raises
    ------
    InputError
        When the file is no summary of this version.
    """
    path = folder / SUMMARY
    if not path.exists():
        return None
    again = "Make it anew: referee-calib perturb STUDY"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}", f"it cannot be read ({error})", again) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise InputError(f"{path}", f"it is no summary of the schema {SCHEMA}", again)
    return found


def write_rows(folder: Path, tables: Iterable[Table], *, parquet: bool = False) -> Path:
    """Write every value as tidy CSV, one row per reward and perturbed claim, or as Parquet.

    Raises
    ------
    MissingExtra
        For Parquet without pyarrow.
    """
    if parquet:
        return _parquet(folder / "rows.parquet", tables)
    with atomic(folder / ROWS) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for table in tables:
            writer.writerows([getattr(row, name) for name in COLUMNS] for row in table.rows())
        text.detach()
    return folder / ROWS


def _parquet(path: Path, tables: Iterable[Table]) -> Path:
    from referee_calib.errors import MissingExtra

    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    rows = [row for table in tables for row in table.rows()]
    columns = [pa.array([getattr(row, name) for row in rows]) for name in COLUMNS]
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(COLUMNS)), buffer)
    write_bytes(path, buffer.getvalue())
    return path
