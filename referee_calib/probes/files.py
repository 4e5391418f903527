"""What a run leaves behind in ``STUDY/probe``: the summary, and every single value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.files import atomic, write_bytes

SCHEMA = "referee-calib/probe/1"
SUMMARY, ROWS = "summary.json", "rows.csv"
COLUMNS = ("reward", "on", "probe", "claim", "video", "paid", "honest", "true")


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
    again = "Make it anew: referee-calib probe STUDY"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}", f"it cannot be read ({error})", again) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise InputError(f"{path}", f"it is no summary of the schema {SCHEMA}", again)
    return found


def write_rows(folder: Path, rows: Iterable[Iterable[Any]]) -> Path:
    """Write every value as tidy CSV, one row per reward, probe and claim."""
    with atomic(folder / ROWS) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        text.detach()
    return folder / ROWS
