"""Rows as the bytes of a file: JSON lines, CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from referee_calib.errors import MissingExtra

Rows = Sequence[Mapping[str, Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_lines_bytes(columns: Sequence[str], rows: Rows) -> bytes:
    """Return one JSON object a line; half surrogates of model text are escaped."""
    lines = (json.dumps({name: row.get(name) for name in columns}, allow_nan=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def csv_bytes(columns: Sequence[str], rows: Rows) -> bytes:
    """Return a header and a line a row. None is an empty cell, and no text runs as a formula in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def parquet_bytes(columns: Sequence[str], rows: Rows) -> bytes:
    """Return a Parquet file; a column without any value holds text. MissingExtra without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    made = {}
    for name in columns:
        values = [_flat(row.get(name)) for row in rows]
        made[name] = pa.array(values, None if any(value is not None for value in values) else pa.string())
    buffer = io.BytesIO()
    pq.write_table(pa.table(made), buffer)
    return buffer.getvalue()


ROW_FORMATS: dict[str, Callable[[Sequence[str], Rows], bytes]] = {
    "jsonl": json_lines_bytes,
    "csv": csv_bytes,
    "parquet": parquet_bytes,
}


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(value, allow_nan=False, sort_keys=True) if isinstance(value, dict | list) else value


def _cell(value: Any) -> Any:
    flat = _flat(value)
    return f"'{flat}" if isinstance(flat, str) and flat.startswith(FORMULA) else flat
