"""The scale of a ratings file: as it is typed, or guessed from the values that occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.io import ratings_table

if TYPE_CHECKING:
    from referee_calib.table_agreement.table_options import Level

MOST_CATEGORIES = 127  # that agreement.Ratings holds


def parse_scale(text: str) -> list[Any]:
    """Read a scale: ``"0:4"`` is 0, 1, 2, 3, 4; ``"bad,fair,good"`` lists the categories in order."""
    low, colon, high = text.partition(":")
    if colon:
        try:
            first, last = (ratings_table.number(part) for part in (low, high))
        except ValueError:
            first, last = 0, 0
        if last <= first or not (isinstance(first, int) and isinstance(last, int)):
            raise InputError(f"--scale {text}", "it is two whole numbers, lowest first", "Example: --scale 0:4")
        if last - first >= MOST_CATEGORIES:
            raise InputError(
                f"--scale {text}",
                f"categories are {MOST_CATEGORIES} at most",
                "Measurements need no scale: leave it out, and type --level interval.",
            )
        return list(range(first, last + 1))
    categories = [part.strip() for part in text.split(",")]
    if len(categories) < 2 or "" in categories:
        raise InputError(
            f"--scale {text or repr(text)}", "a scale has two categories or more", "Example: --scale bad,fair,good"
        )
    try:
        return [ratings_table.number(part) for part in categories]
    except ValueError:
        return list(categories)


def are_measurements(values: Sequence[Any], level: Level) -> bool:
    """Tell whether values are more different numbers than a scale has; at another level than interval refuse."""
    seen = {value for value in values if value is not None}
    if len(seen) <= MOST_CATEGORIES or any(isinstance(value, str) for value in seen):
        return False
    if level != "interval":
        raise InputError(
            f"{len(seen)} different values",
            f"{'an' if level == 'ordinal' else 'a'} {level} comparison takes {MOST_CATEGORIES} categories at most",
            "For measurements type --level interval, or round them to the scale that the raters used.",
        )
    return True


def guess_scale(values: Sequence[Any], level: Level) -> tuple[list[Any], str]:
    """Guess the scale from the values that occur, and say so; refuse to guess an order of words."""
    seen = {value for value in values if value is not None}
    if not seen:
        raise InputError("no row holds a value", "there is nothing to compare")
    if any(isinstance(value, str) for value in seen):
        words = sorted(map(str, seen))
        if level != "nominal":
            raise InputError(
                f"the values are words, such as {', '.join(map(repr, words[:4]))}",
                f"an {level} comparison needs their order",
                "Give it: --scale worst,…,best, or compare with --level nominal.",
            )
        return words, f"no --scale given: the categories that occur are taken for the scale: {', '.join(words)}"
    if all(isinstance(value, int) for value in seen):
        low, high = min(seen), max(seen)
        if high - low >= MOST_CATEGORIES:
            return sorted(seen), "no --scale given: the values that occur are taken for the scale"
        return list(range(low, high + 1)), f"no --scale given: {low}:{high} is taken from the values that occur"
    return sorted(seen), "no --scale given: the values that occur are taken for the scale"
