"""A folder that a run leaves in a study: a summary with its schema, and every single value as rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.io.atomic_files import atomic, write_bytes
from referee_calib.io.json_file import read_json

SUMMARY, ROWS = "summary.json", "rows.csv"


def write_summary(folder: Path, summary: Mapping[str, Any]) -> Path:
    """Write the summary in one step; NaN is refused."""
    text = json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    write_bytes(folder / SUMMARY, text.encode("utf-8", "backslashreplace"))
    return folder / SUMMARY


def read_summary(folder: Path, schema: str, verb: str) -> dict[str, Any] | None:
    """Read a summary, None where there is none.

    Raises InputError when the file is no summary of this version.

    Parameters
    ----------
    schema : str
        What its key ``schema`` must say.
    verb : str
        Of the command that makes it anew.
    """
    path = folder / SUMMARY
    if not path.exists():
        return None
    again = f"Make it anew: referee-calib {verb} STUDY"
    found = read_json(path, str(path), again)
    if not isinstance(found, dict) or found.get("schema") != schema:
        raise InputError(f"{path}", f"it is no summary of the schema {schema}", again)
    return found


def write_rows(folder: Path, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Path:
    """Write rows as tidy CSV, in one step."""
    with atomic(folder / ROWS) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        text.detach()
    return folder / ROWS
