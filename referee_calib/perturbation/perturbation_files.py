"""What a run leaves behind in ``STUDY/perturb``: the summary, every single value, and claims for people."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from referee_calib.io import run_summary
from referee_calib.io.atomic_files import write_bytes
from referee_calib.io.run_summary import write_summary
from referee_calib.perturbation.harness.reward_table import Row, Table

__all__ = ["COLUMNS", "SCHEMA", "read_summary", "write_rows", "write_summary"]

SCHEMA = "referee-calib/perturb/1"
COLUMNS = tuple(f.name for f in fields(Row))


def read_summary(folder: Path) -> dict[str, Any] | None:
    """Read a study's summary, None where there is none; see :func:`referee_calib.io.run_summary.read_summary`."""
    return run_summary.read_summary(folder, SCHEMA, "perturb")


def write_rows(folder: Path, tables: Iterable[Table], *, parquet: bool = False) -> Path:
    """Write every value as tidy CSV, one row per reward and perturbed claim, or as Parquet.

    Raises
    ------
    MissingExtra
        For Parquet without pyarrow.
    """
    if parquet:
        return _parquet(folder / "rows.parquet", tables)
    rows = ([getattr(row, name) for name in COLUMNS] for table in tables for row in table.rows())
    return run_summary.write_rows(folder, COLUMNS, rows)


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
