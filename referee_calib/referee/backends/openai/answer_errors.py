"""Errors that come inside an answer of HTTP 200: routers and gateways write them where the reply belongs."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from referee_calib.referee.backends.openai.retry import clean

FAILED = frozenset({"error", "failed", "abort", "aborted", "cancelled", "canceled", "timeout"}) | {
    "insufficient_system_resource"
}
"""Reasons for the end of a reply (`finish_reason`, in small letters) that say that it broke off."""

CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
"""Those that say that it came to its longest length."""

WITHHELD = frozenset({"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "refusal"})
"""Those that say that a filter or the model withheld it."""

_LONGEST_PROVIDER_MESSAGE = 160


class AnswerError(NamedTuple):
    """An error in place of an answer, or of one of its choices."""

    code: int  # in the sense of an HTTP status; 0 when it names none
    says: str


def error_in(body: bytes) -> AnswerError | None:
    """Return the error that a JSON answer holds, of the whole or of its first choice."""
    if b'"error"' not in body:
        return None
    try:
        answer: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    choices = answer.get("choices") if isinstance(answer, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    for holder in (answer, first):
        if isinstance(holder, dict) and holder.get("error"):
            return _read(holder["error"])
    return None


def _read(error: Any) -> AnswerError:
    if not isinstance(error, dict):
        return AnswerError(0, f"the answer is an error: {clean(str(error))}")
    said = str(error.get("message") or error.get("type") or "without a message")
    details = error.get("metadata")
    raw = details.get("raw") if isinstance(details, dict) else None
    code = _code(error.get("code")) or _code(error.get("status"))
    beside = f" ({clean(str(raw), _LONGEST_PROVIDER_MESSAGE)})" if raw else ""
    return AnswerError(code, f"the answer is an error{f' {code}' if code else ''}: {clean(said)}{beside}")


def _code(value: Any) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and 400 <= int(text) <= 599 else 0
