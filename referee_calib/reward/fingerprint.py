"""The name of a reward: what was validated is what training loads, or the names differ.

The fingerprint is a digest of everything that can change what is paid: the referee's own fingerprint (rubric, prompt,
model, revision, decoding, frame policy, parser), the combination, the penalty and its weight, and how the claims of a
reply are paid together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from referee_calib.io import json_digest


def fingerprint(settings: Mapping[str, Any]) -> str:
    """Digest settings of JSON types: SHA-256 over canonical JSON, the first 16 hexadecimal digits."""
    return json_digest(settings)[:16]


def part(value: object) -> dict[str, Any] | None:
    """Describe a part of a reward: its class and, for a dataclass, its parameters."""
    if value is None:
        return None
    kind = type(value)
    name = kind.__name__ if kind.__module__.startswith("referee_calib.") else f"{kind.__module__}.{kind.__qualname__}"
    given = asdict(value) if is_dataclass(value) and not isinstance(value, type) else {}
    return {"kind": name, **{key: _plain(item) for key, item in given.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
