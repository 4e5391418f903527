"""Replies of backends as they must be: what a foreign program raises, or gives in their place, is an error reply."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from referee_calib.errors import RefereeCalibError
from referee_calib.records import STATUSES
from referee_calib.referee.backend_protocol import Backend
from referee_calib.referee.question import Question, Reply

_LONGEST = 200


def answer(backend: Backend, question: Question) -> Reply:
    """Ask a backend one question; our own errors, which are for the user, pass through."""
    try:
        return checked(backend.answer(question))
    except RefereeCalibError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a foreign program raises
        return broken(error)


def broken(error: Exception) -> Reply:
    """Return the reply that stands for an exception of a backend."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return Reply(status="error", reason=f"the backend failed ({said[:_LONGEST]})")


def checked(reply: Any) -> Reply:
    """Return a reply that is one, or an error reply that says what came in its place."""
    if not isinstance(reply, Reply):
        return Reply(status="error", reason=f"the backend gave {_shown(reply)} in place of a reply")
    for name, fine in (
        ("text", isinstance(reply.text, str)),
        ("status", reply.status in STATUSES),
        ("reason", isinstance(reply.reason, str)),
        ("rung", isinstance(reply.rung, str)),
        ("expected", reply.expected is None or _is_number(reply.expected)),
        ("distribution", reply.distribution is None or _are_numbers(reply.distribution)),
        ("seconds", reply.seconds is None or (_is_number(reply.seconds) and math.isfinite(reply.seconds))),
        ("tokens", reply.tokens is None or (isinstance(reply.tokens, int) and reply.tokens >= 0)),
    ):
        if not fine:
            shown = _shown(getattr(reply, name))
            return Reply(status="error", reason=f"the backend gave a reply whose {name} is {shown}")
    return reply


def _shown(value: Any) -> str:
    if value is None:
        return "None"
    return f"a {type(value).__name__} ({' '.join(repr(value).split())[:60]})"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, Sequence) and not isinstance(values, str) and all(map(_is_number, values))
