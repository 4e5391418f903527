"""A folder that a verb leaves in a study: a summary with its schema, and every single value as rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError, MissingExtra
from referee_calib.io.atomic_files import atomic, write_bytes
from referee_calib.io.json_file import read_json

SUMMARY, ROWS = "summary.json", "rows.csv"


class OutdatedSummary(InputError):
    """A summary of an earlier version: its numbers mean the same, its keys do not."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What one verb leaves in a study."""

    verb: str  # of the command; its folder in the study has this name
    schema: str  # what the summary's key ``schema`` says; its number rises when a key changes

    def folder(self, study: Path) -> Path:
        """Return the folder in which everything lies."""
        return study / self.verb

    def write_summary(self, study: Path, summary: Mapping[str, Any]) -> Path:
        """Write the summary in one step, under its schema; NaN is refused."""
        text = json.dumps({"schema": self.schema, **summary}, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        path = self.folder(study) / SUMMARY
        write_bytes(path, text.encode("utf-8", "backslashreplace"))
        return path

    def read_summary(self, study: Path) -> dict[str, Any] | None:
        """Read the summary, None where there is none.

        Raises
        ------
        OutdatedSummary
            When an earlier version wrote it.
        InputError
            When the file is no summary at all.
        """
        path = self.folder(study) / SUMMARY
        if not path.exists():
            return None
        again = f"Make it anew: referee-calib {self.verb} {study}"
        found = read_json(path, str(path), again)
        schema = str(found.get("schema")) if isinstance(found, dict) else ""
        if schema == self.schema:
            return found  # type: ignore[no-any-return]
        kind, _, number = self.schema.rpartition("/")
        if schema in {f"{kind}/{earlier}" for earlier in range(1, int(number))}:
            raise OutdatedSummary(f"{path}", "an earlier version of referee-calib wrote it", again)
        raise InputError(f"{path}", f"it is no summary of the schema {self.schema}", again)

    def write_rows(
        self, study: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, parquet: bool = False
    ) -> Path:
        """Write rows as tidy CSV, or as Parquet, in one step.

        Raises MissingExtra for Parquet without pyarrow.
        """
        path = self.folder(study) / ROWS
        return _parquet(path.with_suffix(".parquet"), columns, rows) if parquet else _csv(path, columns, rows)


PERTURB_RUN = RunFiles("perturb", "referee-calib/perturb/3")
PROBE_RUN = RunFiles("probe", "referee-calib/probe/2")


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with atomic(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        text.detach()
    return path


def _parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    values = [pa.array(list(column)) for column in zip(*rows, strict=True)]
    buffer = io.BytesIO()
    pq.write_table(pa.table(values or [[]] * len(columns), names=list(columns)), buffer)
    write_bytes(path, buffer.getvalue())
    return path
