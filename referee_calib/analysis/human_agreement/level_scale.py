"""A scale of levels: places of values on it, the level nearest to a number, and how often each was given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LevelScale = tuple[float, ...]  # the levels in order, as people gave them
FIVE_LEVELS: LevelScale = (0, 1, 2, 3, 4)  # of the default rubric


def level_places(values: NDArray[np.float64], scale: LevelScale) -> NDArray[np.intp]:
    """Return the place on the scale, from 0, of values that are levels of it."""
    return np.searchsorted(np.asarray(scale, dtype=float), values)


def nearest_level(values: NDArray[np.float64], scale: LevelScale) -> NDArray[np.float64]:
    """Return the level that each number lies next to, of two the one in an even place; NaN stays NaN."""
    levels = np.asarray(scale, dtype=float)
    place = np.rint(np.interp(np.nan_to_num(values, nan=levels[0]), levels, np.arange(len(levels))))
    return np.where(np.isnan(values), np.nan, levels[place.astype(int)])


def level_counts(values: NDArray[np.float64], scale: LevelScale) -> tuple[int, ...]:
    """Count how often each level was given; NaN is none."""
    given = level_places(values[~np.isnan(values)], scale)
    return tuple(np.bincount(given, minlength=len(scale)).tolist())


def level_step(scale: LevelScale) -> float:
    """Return the mean distance of neighbouring levels."""
    return (scale[-1] - scale[0]) / (len(scale) - 1)


def plain_level(value: float) -> float:
    """Return a level as it is written: 3 and not 3.0."""
    return int(value) if float(value).is_integer() else float(value)
