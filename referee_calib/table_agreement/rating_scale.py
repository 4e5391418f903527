"""The scale of a ratings file: as it is typed, or the values that occur."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.table_agreement.table_options import Level

MOST_CATEGORIES = 127  # that agreement.Ratings holds
OCCUR = "no --scale given: the values that occur are taken for the scale"


def parse_scale(text: str, *, names: bool = False) -> list[Any]:
    """Read a scale: ``"0:4"`` is 0, 1, 2, 3, 4; ``"bad,fair,good"`` lists the categories in order.

    Where categories are `names`, ``1.1`` and ``1.10`` are two.
    """
    from agreement import as_categories

    low, colon, high = text.partition(":")
    if colon:
        return _range(text, as_categories([low, high]).values)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) < 2 or "" in parts:
        raise InputError(
            f"--scale {text or repr(text)}", "a scale has two categories or more", "Example: --scale bad,fair,good"
        )
    return as_categories(parts, names=names, words_for_missing=frozenset()).values


def _range(text: str, ends: Sequence[Any]) -> list[Any]:
    first, last = ends
    if not (isinstance(first, int) and isinstance(last, int)) or last <= first:
        raise InputError(f"--scale {text}", "it is two whole numbers, lowest first", "Example: --scale 0:4")
    if last - first >= MOST_CATEGORIES:
        raise InputError(
            f"--scale {text}",
            f"categories are {MOST_CATEGORIES} at most",
            "Measurements need no scale: leave it out, and type --level interval.",
        )
    return list(range(first, last + 1))


def are_measurements(values: Sequence[Any], level: Level) -> bool:
    """Tell whether values are more different numbers than a scale has; at another level than interval refuse."""
    seen = {value for value in values if value is not None}
    if len(seen) <= MOST_CATEGORIES or not all(is_number(value) for value in seen):
        return False
    if level != "interval":
        raise InputError(
            f"{len(seen)} different values",
            f"{'an' if level == 'ordinal' else 'a'} {level} comparison takes {MOST_CATEGORIES} categories at most",
            "For measurements type --level interval, or round them to the scale that the raters used.",
        )
    return True


def guess_scale(values: Sequence[Any], level: Level) -> tuple[list[Any], str]:
    """Take the values that occur for the scale, and say so; refuse to guess an order of words.

    Of an ordinal comparison, whole numbers one apart are filled up where a single one is missing between two: 0, 1, 3
    is 0, 1, 2, 3. Nothing else is added: 0, 25, 50 are three categories.
    """
    seen = {value for value in values if value is not None}
    if not seen:
        raise InputError("no row holds a value", "there is nothing to compare")
    words = [value for value in seen if not is_number(value)]
    if words and level != "nominal":
        named = ", ".join(repr(value) for value in sorted(map(category_name, words))[:4])
        raise InputError(
            f"the values are words, such as {named}",
            f"an {level} comparison needs their order",
            "Give it: --scale worst,…,best, or compare with --level nominal.",
        )
    found = [*sorted(value for value in seen if is_number(value)), *sorted(words, key=category_name)]
    if level == "ordinal" and _has_single_gaps(found):
        low, high = found[0], found[-1]
        filled = ", ".join(str(value) for value in range(low, high + 1) if value not in seen)
        said = f"no --scale given: {low}:{high} is taken from the values that occur"
        return list(range(low, high + 1)), f"{said}; nobody gave {filled}" if filled else said
    if len(found) > MOST_CATEGORIES:
        return found, OCCUR
    named = ", ".join(map(category_name, found))
    return found, f"no --scale given: the categories that occur are taken for the scale: {named}"


def _has_single_gaps(found: Sequence[Any]) -> bool:
    """Tell whether values are whole numbers one apart, with at most single ones missing between two."""
    if not all(isinstance(value, int) for value in found):
        return False
    steps = {later - earlier for earlier, later in pairwise(found)}
    return 1 in steps and steps <= {1, 2}


def is_number(value: Any) -> bool:
    """Tell whether a category is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def are_sets(categories: Sequence[Any]) -> bool:
    """Tell whether every category is a set of labels."""
    return bool(categories) and all(isinstance(category, frozenset) for category in categories)


def category_name(category: Any) -> str:
    """Return a category as text; a set as its labels in order."""
    return f"{{{', '.join(sorted(map(str, category)))}}}" if isinstance(category, frozenset) else str(category)
