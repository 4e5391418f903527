"""What is said of the thresholds that a study was made with, on page, in Markdown and at ``certify``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHORT = 12  # digits of a digest that are shown


def threshold_record_text(record: Mapping[str, Any] | None) -> str:
    """Say when the thresholds were recorded, and which were changed since, the old values beside; "" without a record.

    Examples
    --------
    >>> row = {"threshold": "leniency", "before": 0.25, "now": 0.5}
    >>> threshold_record_text({"time": "2026-01-05", "sha256": "ab" * 32, "reason": "", "changed": [row]})
    'Thresholds recorded by init on 2026-01-05 (sha256 abababababab). Changed since: leniency 0.25, now 0.5.'
    """
    if record is None:
        return ""
    if record["reason"]:
        return f"It is not known whether the thresholds were changed: {record['reason']}."
    told = [
        f"{one['threshold']} {'not there' if one['before'] is None else format(one['before'], 'g')}, now {one['now']:g}"
        for one in record["changed"]
    ]
    since = f"Changed since: {'; '.join(told)}." if told else "None was changed since."
    return f"Thresholds recorded by init on {record['time']} (sha256 {record['sha256'][:SHORT]}). {since}"
