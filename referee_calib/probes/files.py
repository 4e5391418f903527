"""What a run leaves behind in ``STUDY/probe``: the summary, and every single value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from referee_calib import summary_file
from referee_calib.summary_file import write_summary

__all__ = ["COLUMNS", "SCHEMA", "read_summary", "write_rows", "write_summary"]

SCHEMA = "referee-calib/probe/1"
COLUMNS = ("reward", "on", "probe", "claim", "video", "paid", "honest", "true")


def read_summary(folder: Path) -> dict[str, Any] | None:
    """Read a study's summary, None where there is none; see :func:`referee_calib.summary_file.read_summary`."""
    return summary_file.read_summary(folder, SCHEMA, "probe")


def write_rows(folder: Path, rows: Iterable[Iterable[Any]]) -> Path:
    """Write every value as tidy CSV, one row per reward, probe and claim."""
    return summary_file.write_rows(folder, COLUMNS, rows)
