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
UNKNOWN = "unknown"  # the state while whoever watches cannot look


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """What the file says.

    Attributes
    ----------
    alarm : bool
    known : bool
        Whether the study could be looked at.
    sentence : str
    checked : datetime
        When it was written.
    """

    alarm: bool
    known: bool
    sentence: str
    checked: datetime

    def age_hours(self) -> float:
        """Return how long ago that was."""
        return (datetime.now(UTC) - self.checked).total_seconds() / 3600


def write_status(path: Path, document: Mapping[str, Any]) -> None:
    """Write the state of an audit; StudyError when the file cannot be written."""
    from referee_calib.io import write_bytes

    names = ("audit", "state", "sentence", "alarm_window", "since_window", "e_value", "alarm_at")
    status = {name: document[name] for name in names}
    status |= {"study": document["plan"]["study"], "plan": document["plan"]["digest"], "checked": _now()}
    write_bytes(path, json.dumps(status, indent=1, allow_nan=False).encode() + b"\n")


def write_unknown(path: Path, why: str) -> None:
    """Write that the study cannot be looked at, unless the file tells of an alarm: that stands."""
    from referee_calib.io import write_bytes

    try:
        before = read_status(path)
    except InputError:
        before = None
    if before is None or not before.alarm:
        status = {"state": UNKNOWN, "sentence": f"The audit cannot look: {why}", "checked": _now()}
        write_bytes(path, json.dumps(status, indent=1, allow_nan=False).encode() + b"\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_status(path: Path) -> AuditStatus | None:
    """Return what the file says, None where there is none yet.

    Raises
    ------
    InputError
        When it is something else.
    """
    try:
        data = json.loads(path.read_bytes())
        checked, state = datetime.fromisoformat(data["checked"]), data["state"]
        checked = checked.replace(tzinfo=UTC) if checked.tzinfo is None else checked
        return AuditStatus(state == "alarm", state != UNKNOWN, str(data["sentence"]), checked)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"it is not the status of an audit ({error})"
        raise InputError(f"{path}", why, "Name the file that referee-calib audit watch writes.") from error
