"""Long tables of ratings from a file: one row per rating, in CSV or Parquet."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}  # of tables that are not CSV with commas
Columns = dict[str, list[Any]]


def read(
    path: Path, wanted: dict[str, str], optional: dict[str, str], scale: Sequence[Any] = ()
) -> tuple[Columns, dict[str, int]]:
    """Read the columns of a CSV or ``.parquet`` file of ratings.

    `wanted` and `optional` give the column's name in the file by its meaning ("unit", "rater", "value"). A word among
    the categories of the `scale`, such as ``none``, does not mean that a value is missing. Returns the columns by
    meaning (values are numbers where all of them are, None where missing), and how often each word was taken for a
    missing value. Raises InputError for a file that cannot be read, a column that is not there, or a row that is too
    short.
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
    meant = MISSING - {category.lower() for category in scale if isinstance(category, str)}
    given = [None if _is_missing(value, meant) else value for value in found["value"]]
    words = (v for v, kept in zip(found["value"], given, strict=True) if kept is None and isinstance(v, str) and v)
    found["value"] = _numbers_or_words(given)
    return found, dict(Counter(words))


def number(value: Any) -> float | int:
    """Return a value as the number that it is or spells, whole ones as int.

    Raises ValueError when it is none, or is not finite; ``1_0`` is none, although Python reads it as 10.

    Examples
    --------
    >>> number("3.0"), number("2.5"), number(True)
    (3, 2.5, 1)
    """
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found) or (isinstance(value, str) and "_" in value):
        raise ValueError(f"{value!r} is no number")
    return int(found) if found.is_integer() else found


def refuse_words(path: Path, values: Sequence[Any], why: str) -> None:
    """Name the first value that is no number, where some are."""
    words = [(row, value) for row, value in enumerate(values, start=1) if value is not None and not _is_number(value)]
    if words:
        n = sum(value is not None for value in values)
        raise InputError(
            f"{path}: {len(words)} of {n} values {'is no number' if len(words) == 1 else 'are no numbers'}, "
            f"first {words[0][1]!r} in row {words[0][0]}",
            why,
            "Correct it, or leave the cell empty where nobody rated; categories in words go into --scale, in order.",
        )


def holds_numbers(values: Sequence[Any]) -> bool:
    """Return whether any value is, or spells, a number."""
    return any(value is not None and _is_number(value) for value in values)


def _csv(path: Path) -> Columns:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(rows, [])]
            _refuse_separators(path, header)
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
        raise InputError(f"{path}: {_error_text(error)}", "it cannot be read as CSV") from error
    return columns


def _refuse_separators(path: Path, header: Sequence[str]) -> None:
    for mark, name in SEPARATORS.items():
        if len(header) < 3 and any(mark in field for field in header):
            raise InputError(
                f"{path}: its columns are separated by {name}",
                "a ratings file is CSV with commas, or Parquet",
                "Save it with commas, as in: unit,rater,value",
            )


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
        raise InputError(f"{path}: {_error_text(error)}", "it cannot be read as Parquet") from error
    return columns


def _error_text(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__


def _labels(path: Path, name: str, column: list[Any]) -> list[str]:
    for row, label in enumerate(column, start=1):
        if label is None or label != label or str(label) == "":
            raise InputError(f"{path}: row {row} has no {name!r}", "every rating needs one")
    return [str(label) for label in column]


def _numbers_or_words(given: Sequence[Any]) -> list[Any]:
    try:
        return [None if value is None else number(value) for value in given]
    except ValueError:
        return [None if value is None else str(value) for value in given]


def _is_missing(value: Any, words: frozenset[str]) -> bool:
    return value is None or value != value or (isinstance(value, str) and (not value or value.lower() in words))


def _is_number(value: Any) -> bool:
    try:
        number(value)
    except ValueError:
        return False
    return True
