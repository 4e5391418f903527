"""Whether a value reaches a threshold: some evaluators take equal for reached, others do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Reach = Literal["at least", "above"]


def reached(values: Sequence[float], threshold: float, reach: Reach) -> list[float]:
    """Return 1 where a value reaches a threshold, else 0.

    >>> reached([0.3, 0.5], 0.3, "at least"), reached([0.3, 0.5], 0.3, "above")
    ([1.0, 1.0], [0.0, 1.0])
    """
    return [float(value >= threshold if reach == "at least" else value > threshold) for value in values]
