"""Errors that come inside an answer of HTTP 200: routers and gateways write them where the reply belongs."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from referee_calib.referee.backends.openai.answer_json import parse_json
from referee_calib.referee.backends.openai.retry import clean, message

_ENDS: tuple[tuple[Literal["failed", "withheld", "cut"], re.Pattern[str]], ...] = (
    ("failed", re.compile("error|fail|abort|cancel|time_?out|malformed|insufficient|no_image")),
    ("withheld", re.compile("filter|safety|sensitive|recitation|block|prohibit|refus|spii|policy|guardrail|language")),
    ("cut", re.compile("length|max_|limit|exceed|truncat|context|budget|repetition")),
)
"""What stands in the reasons for the end of a reply (`finish_reason`): providers have some thirty names for these."""

_CODES = (
    (429, re.compile("rate_?limit|too_?many|exhausted|throttl|quota|concurren")),
    (503, re.compile("overload|unavailable|capacity|busy")),
    (504, re.compile("time_?out|deadline")),
    (502, re.compile("gateway|upstream|provider")),
    (500, re.compile("internal|server_?error|api_error")),
)
"""HTTP statuses that the words of an error's `code`, `type` or `status` stand for."""

_NO_CHOICES = ("message", "msg", "detail", "errors")
"""Where an answer without choices says why it has none."""

_LONGEST_PROVIDER_MESSAGE = 160


class AnswerError(NamedTuple):
    """An error in place of an answer, or of one of its choices."""

    code: int  # in the sense of an HTTP status; 0 when it names none
    says: str


def how_it_ended(finish_reason: str) -> Literal["failed", "withheld", "cut", ""]:
    """Say of a reason for the end of a reply whether it broke off, was withheld, or came to its longest length."""
    said = finish_reason.lower()
    return next((end for end, words in _ENDS if words.search(said)), "")


def error_in(body: bytes) -> AnswerError | None:
    """Return the error that a JSON answer holds: of the whole, of its first choice, or in place of choices."""
    if b'"error"' not in body and b'"choices"' in body:
        return None
    try:
        answer = parse_json(body)
    except ValueError:
        return None
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    choices = answer.get("choices") if isinstance(answer, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    inner = first.get("message") if isinstance(first, dict) else None
    for holder in (answer, first, inner):
        if isinstance(holder, dict) and holder.get("error"):
            return _read(holder["error"])
    if isinstance(answer, dict) and not choices and any(answer.get(name) for name in _NO_CHOICES):
        return AnswerError(_code(answer), _shown(_code(answer), message(body)))
    return None


def _read(error: Any) -> AnswerError:
    if not isinstance(error, dict):
        return AnswerError(0, _shown(0, clean(str(error))))
    said = str(error.get("message") or error.get("type") or "without a message")
    details = error.get("metadata")
    raw = details.get("raw") if isinstance(details, dict) else None
    code = _code(error)
    beside = f" ({clean(str(raw), _LONGEST_PROVIDER_MESSAGE)})" if raw else ""
    return AnswerError(code, f"{_shown(code, clean(said))}{beside}")


def _shown(code: int, said: str) -> str:
    return f"the answer is an error{f' {code}' if code else ''}: {said}"


def _code(error: dict[str, Any]) -> int:
    """Read the HTTP status of an error, from its number or from the words by which it is named."""
    named = [str(error[name]).strip().lower() for name in ("code", "status", "type") if error.get(name)]
    numbers = [int(text) for text in named if re.fullmatch("[45][0-9]{2}", text)]
    return next(iter(numbers), next((code for text in named for code, words in _CODES if words.search(text)), 0))
