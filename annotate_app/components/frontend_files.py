"""The files that run in the browser: HTML, CSS and JavaScript in ``frontend/``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

FRONTEND = Path(__file__).parent.with_name("frontend")


@cache
def text(name: str) -> str:
    """Return a file of the front end."""
    return (FRONTEND / name).read_text(encoding="utf-8")


def joined(names: Iterable[str]) -> str:
    """Return files of the front end as one."""
    return "\n".join(text(name) for name in names)
