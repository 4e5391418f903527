"""From a tool's answer to a level of the study's rubric: a number, or the words that stand for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

SKIP_REASONS = ("cannot judge", "not visible", "video broken", "other")
_NUMBERED = re.compile(r"\s*(-?\d{1,9})\s*(?:$|[·:.)=\-–—\s])")


class LevelValue(NamedTuple):
    """A level, or why there is none."""

    level: int | None
    reason: str = ""


NO_VALUE = LevelValue(None)  # the answer is neither a level nor a reason


class LevelValues:
    """Reads the answers to one scale.

    Parameters
    ----------
    levels : sequence of str
        The sentences of the levels, worst first.
    lowest : int
        The number that stands for the worst level: 1 where a tool counts stars from 1.
    """

    def __init__(self, levels: Sequence[str], lowest: int = 0) -> None:
        self._words = {_plain(words): level for level, words in enumerate(levels)}
        self._count, self._lowest = len(levels), lowest

    def read(self, value: Any) -> LevelValue:
        """Return the level that an answer stands for, the reason that it gives instead, or `NO_VALUE`."""
        if isinstance(value, bool):
            return NO_VALUE
        if isinstance(value, int | float):
            return self._numbered(value)
        if not isinstance(value, str):
            return NO_VALUE
        if (plain := _plain(value)) in self._words:
            return LevelValue(self._words[plain])
        if plain in SKIP_REASONS:
            return LevelValue(None, plain)
        found = _NUMBERED.match(value)
        return self._numbered(int(found[1])) if found else NO_VALUE

    def _numbered(self, number: float) -> LevelValue:
        level = number - self._lowest
        return LevelValue(int(level)) if 0 <= level < self._count and level == int(level) else NO_VALUE

    @property
    def range(self) -> str:
        """The numbers that stand for levels, in words."""
        return f"{self._lowest} to {self._lowest + self._count - 1}"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
