"""Whether a judge's numbers are levels of people's scale, or scores in a unit of their own."""

from __future__ import annotations

from collections.abc import Collection


def gives_raw_scores(given: Collection[float], scale: Collection[float]) -> bool:
    """Tell whether numbers are scores in a unit of their own.

    They are where some are off the scale, and these are decimals beside whole levels, or more than the scale has
    levels. A whole number that nobody else gave is a level, or an error.

    >>> gives_raw_scores([0.366, 0.41], [1, 2, 3]), gives_raw_scores([1, 4], [1, 2, 3])
    (True, False)
    """
    off = set(given).difference(scale)
    decimals = any(not float(value).is_integer() for value in off)
    return (decimals and all(float(level).is_integer() for level in scale)) or len(off) > len(scale)
