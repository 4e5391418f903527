"""The file that tells a trainer whether to go on: written whole by ``audit report`` and ``audit watch``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError

STATUS_FILE = "audit_status.json"


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """What the file says.

    Attributes
    ----------
    alarm : bool
    sentence : str
    checked : str
        When it was written, ISO 8601 in UTC.
    """

    alarm: bool
    sentence: str
    checked: str

    def age_hours(self) -> float:
        """Return how long ago that was."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.checked)).total_seconds() / 3600


def write_status(path: Path, document: Mapping[str, Any]) -> None:
    """Write the state of an audit; StudyError when the file cannot be written."""
    from referee_calib.io import write_bytes

    names = ("audit", "state", "sentence", "alarm_window", "since_window", "e_value", "alarm_at")
    status = {name: document[name] for name in names}
    status |= {"plan": document["plan"]["digest"], "checked": datetime.now(UTC).isoformat(timespec="seconds")}
    write_bytes(path, json.dumps(status, indent=1, allow_nan=False).encode() + b"\n")


def read_status(path: Path) -> AuditStatus | None:
    """Return what the file says, None where there is none yet.

    Raises
    ------
    InputError
        When it is something else.
    """
    try:
        data = json.loads(path.read_bytes())
        return AuditStatus(data["state"] == "alarm", str(data["sentence"]), str(data["checked"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"it is not the status of an audit ({error})"
        raise InputError(f"{path}", why, "Name the file that referee-calib audit watch writes.") from error
