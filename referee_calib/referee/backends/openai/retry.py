"""Which failures of an endpoint pass by themselves, and how long to wait before asking again."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from referee_calib.referee.backends.openai.answer_json import parse_json

PASSING = frozenset({408, 409, 425, 429})
"""Client-side statuses that pass; with them everything from 500 on."""

CROWDED = frozenset({408, 429, 503, 529})
"""Statuses that say: too much at once."""

RATIONED = frozenset({429, 529})
"""Statuses by which a server hands out its capacity; nothing is wrong with the question or the server."""

_SPENT = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_MESSAGE = 300
_LONGEST_FIELD = 60


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how late a question is asked again."""

    most: int = 6  # repeats of one question after its first failure
    first: float = 0.5  # seconds: the bound of the first wait, doubled with every repeat up to the longest
    longest: float = 30.0
    obeyed: float = 60.0  # longest Retry-After that is obeyed; a server that wants more is asked again after this
    _dice: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def delay(self, repeat: int) -> float:
        """Return seconds before a repeat (counted from 0): anything up to the bound, so that clients spread."""
        return self._dice.uniform(0.0, min(self.longest, self.first * 2.0 ** min(repeat, 32)))

    def retry_after(self, headers: Mapping[str, str], now: datetime | None = None) -> float:
        """Return the seconds for which a server wants to be left alone; 0 when it does not say.

        Retry-After holds seconds or an HTTP date (RFC 9110, 10.2.3), retry-after-ms milliseconds.
        """
        said = _seconds(headers, now or datetime.now(UTC))
        return min(max(said, 0.0), self.obeyed) if math.isfinite(said) else 0.0


def _seconds(headers: Mapping[str, str], now: datetime) -> float:
    said, scale = (headers.get("retry-after-ms"), 1e-3) if "retry-after-ms" in headers else ("", 1.0)
    said = (said or headers.get("Retry-After") or "").strip()
    try:
        return float(said) * scale
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return 0.0
    return ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()


def passes(status: int, body: bytes) -> bool:
    """Say whether a request that failed with an HTTP status may succeed when it is sent again."""
    if status == 429:
        return not any(word.encode() in body[:4096] for word in _SPENT)
    return status in PASSING or status >= 500


def message(body: bytes) -> str:
    """Return what a server says about an error, cleaned and bounded.

    It stands in ``{"error": {"message": …}}``, ``{"message": …}``, ``{"detail": …}``, a list of one such, or any text;
    a field that the error is about (``param``) is named behind it.
    """
    try:
        found = _alone(parse_json(body))
    except ValueError:
        return clean(body[:4096].decode("utf-8", "replace"))
    field = ""
    for key in ("error", "errors", "message", "msg", "detail"):
        if isinstance(found, dict) and found.get(key):
            field = found["param"] if isinstance(found.get("param"), str) else field
            found = found[key] if key == "detail" else _alone(found[key])
    said = clean(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, separators=(",", ":")))
    return said if not field or field in said else f"{said} ({clean(field, _LONGEST_FIELD)})"


def _alone(found: Any) -> Any:
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def clean(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """Return untrusted text as one bounded line without markup, control characters, or a password in an address."""
    shown = re.sub(r"<[^<>]{0,500}>", " ", text[:20_000])
    shown = re.sub(r"//[^/@\s]{1,200}@", "//", shown)
    line = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
    return line if len(line) <= longest else f"{line[:longest]}…"
