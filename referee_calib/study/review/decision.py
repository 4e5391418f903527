"""What every decision of a coordinator carries: who took it, why, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from referee_calib.errors import InputError
from referee_calib.study.people.raters import MAX_NAME
from referee_calib.study.store.portable import is_storable

MAX_REASON = 1000


def actor_of(coordinator: str) -> str:
    """Return how the audit trail names a coordinator."""
    return f"coordinator {coordinator}"


def checked_name(coordinator: str) -> str:
    """Return a coordinator's name without surrounding space; InputError when it cannot stand in the audit trail."""
    name = coordinator.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InputError(f"coordinator name {name!r:.80}", f"a name has 1 to {MAX_NAME} printable characters")
    return name


def checked_reason(reason: str, decision: str) -> str:
    """Return a reason without surrounding space; InputError when it is missing or too long."""
    reason = reason.strip()
    if not reason:
        raise InputError(f"{decision} without a reason", "readers of the study have to know why", "Write a reason.")
    if len(reason) > MAX_REASON:
        raise InputError(f"{decision}: a reason of {len(reason)} characters", f"it has at most {MAX_REASON}")
    if not is_storable(reason):
        raise InputError(f"{decision}: the reason {reason!r:.80}", "it holds bytes that are no text")
    return reason


def now() -> str:
    """Return the time of a decision, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
