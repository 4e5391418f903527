"""What a study's thresholds were when it was made, so that a later change can be seen.

``referee-calib init`` writes ``thresholds.json`` beside ``study.toml``: all values, their digest and the time. A report
and a certificate show both, and the values that were changed since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib.io import json_digest, read_json, write_bytes
from referee_calib.thresholds import Thresholds

NAME = "thresholds.json"


@dataclass(frozen=True, slots=True)
class ThresholdRecord:
    """The thresholds of ``init``, held against those that count now.

    Attributes
    ----------
    time : str
        When they were written, ISO 8601; "" where the study has no record.
    sha256 : str
        Digest of the values as canonical JSON.
    changed : dict
        By name, the value that counts now after the one of ``init`` (None where that version had no such threshold).
    reason : str
        Why nothing is known of the values of ``init``; "" where it is.
    """

    time: str = ""
    sha256: str = ""
    changed: Mapping[str, tuple[float | None, float]] = field(default_factory=dict)
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""
        changed = [{"threshold": name, "before": old, "now": new} for name, (old, new) in self.changed.items()]
        return {"time": self.time, "sha256": self.sha256, "changed": changed, "reason": self.reason}


def write_thresholds(folder: Path, thresholds: Thresholds, time: str) -> None:
    """Record the thresholds that a study was made with."""
    values = thresholds.to_json()
    row = {"time": time, "sha256": json_digest(values), "thresholds": values}
    write_bytes(folder / NAME, (json.dumps(row, indent=1, allow_nan=False) + "\n").encode())


def compare_thresholds(folder: Path, now: Thresholds) -> ThresholdRecord:
    """Hold the thresholds that count now against the record."""
    path = folder / NAME
    if not path.exists():
        return ThresholdRecord(reason=f"no {NAME}: the study was made before thresholds were recorded, or it is lost")
    row = read_json(path, str(path), "Restore it, or remove it; its thresholds then count as not recorded.")
    values = row.get("thresholds") if isinstance(row, Mapping) else None
    if not isinstance(values, Mapping) or json_digest(values) != row.get("sha256"):
        return ThresholdRecord(reason=f"{NAME} was edited: its sha256 does not fit")
    here = now.to_json()
    changed = {name: (values.get(name), value) for name, value in here.items() if values.get(name) != value}
    return ThresholdRecord(str(row.get("time", "")), str(row["sha256"]), changed)
