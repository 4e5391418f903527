"""Who is acting now: the name that entries of a study's audit trail carry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PROGRAM = "program"  # the actor of what happens by itself, or is done by a script
_ACTOR: ContextVar[str] = ContextVar("referee_calib_actor", default=PROGRAM)


def acting() -> str:
    """Return who acts in this thread or task."""
    return _ACTOR.get()


@contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Name who acts within the block: "command line", "rater NAME", "coordinator NAME"."""
    token = _ACTOR.set(actor)
    try:
        yield
    finally:
        _ACTOR.reset(token)
