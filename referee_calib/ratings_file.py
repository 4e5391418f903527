"""Long tables of ratings from a file: one row per rating, in CSV or Parquet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
Columns = dict[str, list[Any]]


def read(path: Path, wanted: dict[str, str], optional: dict[str, str]) -> Columns:
    """Read the columns of a ratings file.

    Parameters
    ----------
    path : Path
        ``.parquet`` is read by pyarrow; everything else is CSV with a header line.
    wanted : dict of str to str
        Meaning ("unit", "rater", "value") to the column's name in the file.
    optional : dict of str to str
        The same for columns that may be absent.

    Returns
    -------
    dict of str to list
        By meaning; values are numbers where all of them are, and None where missing.

    Raises
    ------
    InputError
        For a file that cannot be read, a column that is not there, or a row that is too short.
    """
    kind = path.suffix.lower()
    if kind in (".json", ".jsonl", ".ndjson"):
        raise InputError(
            f"{path} holds JSON",
            "a ratings table is CSV or Parquet, one row per rating",
            "For the ratings of a study type: referee-calib report STUDY",
        )
    table = _parquet(path) if kind in (".parquet", ".pq") else _csv(path)
    lost = [name for name in wanted.values() if name not in table]
    if lost:
        raise InputError(
            f"{path}: no column {lost[0]!r} among {', '.join(table) or 'no columns at all'}",
            "a ratings file has one row per rating, with columns unit, rater and value",
            "Name yours with --unit, --rater, --value.",
        )
    found = {key: table[name] for key, name in {**wanted, **optional}.items() if name in table}
    for key in ("unit", "rater", *(k for k in optional if k in found)):
        found[key] = _labels(path, wanted.get(key) or optional[key], found[key])
    found["value"] = _values(found["value"])
    return found


def _csv(path: Path) -> Columns:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(rows, [])]
            if len(set(header)) != len(header):
                raise InputError(f"{path}: two columns of one name in {', '.join(header)}")
            columns: Columns = {name: [] for name in header}
            for row in rows:
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(f"{path} line {rows.line_num}: {len(row)} fields, the header has {len(header)}")
                for name, field in zip(header, row, strict=True):
                    columns[name].append(field.strip())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: {_said(error)}", "it cannot be read as CSV") from error
    return columns


def _parquet(path: Path) -> Columns:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise InputError(
            f"{path}", "reading Parquet needs pyarrow, which is not installed", "Type: pip install pyarrow"
        ) from error
    try:
        columns: Columns = parquet.read_table(path).to_pydict()
    except (OSError, ArrowException) as error:
        raise InputError(f"{path}: {_said(error)}", "it cannot be read as Parquet") from error
    return columns


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__


def _labels(path: Path, name: str, column: list[Any]) -> list[str]:
    for row, label in enumerate(column, start=1):
        if label is None or str(label) == "":
            raise InputError(f"{path}: row {row} has no {name!r}", "every rating needs one")
    return [str(label) for label in column]


def _values(column: list[Any]) -> list[Any]:
    given = [None if _is_missing(value) else value for value in column]
    try:
        return [None if value is None else _number(value) for value in given]
    except ValueError:
        return [None if value is None else str(value) for value in given]


def _is_missing(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and value.lower() in MISSING)


def _number(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number
