"""Scales and their levels in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def level_text(level: float) -> str:
    """Write a level as its table does: 3, or 2.5."""
    return f"{level:g}".replace("-", "−")


def scale_text(scale: Sequence[float]) -> str:
    """Write a scale: "0 to 4" where its levels are one apart, else all of them: "0, 50, 100"."""
    if {round(b - a, 9) for a, b in pairwise(scale)} == {1}:
        return f"{level_text(scale[0])} to {level_text(scale[-1])}"
    return ", ".join(map(level_text, scale))


def scales_text(scales: Sequence[Sequence[float]]) -> str:
    """Write the scales of several dimensions, each once: "0 to 4", "1 to 5 or 0 to 1"."""
    return " or ".join(dict.fromkeys(map(scale_text, scales)))
