"""Names in the order in which a reader expects them."""

from __future__ import annotations

import re


def natural_order(name: str) -> list[tuple[int, str]]:
    """Sort rater-2 before rater-10: by runs of digits as numbers, and by the text between them.

    >>> sorted(["rater-10", "rater-2", "7", "anna"], key=natural_order)
    ['7', 'anna', 'rater-2', 'rater-10']
    """
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
