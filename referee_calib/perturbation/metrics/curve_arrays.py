"""Many response curves at once: arrays whose last axis are the magnitudes, linear between them.

NaN means undefined and infinity "not within the magnitudes"; :mod:`.metrics` has the same for one checked curve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def at(x: Floats, c: Floats, where: float) -> Floats:
    """Value of each curve at a magnitude within `x`."""
    right = min(max(int(np.searchsorted(x, where, side="left")), 1), len(x) - 1)
    share = (where - x[right - 1]) / (x[right] - x[right - 1])
    if share == 1:  # NaN on the left of a known magnitude must not spoil it
        return np.asarray(c[..., right])
    return np.asarray(c[..., right - 1] * (1 - share) + c[..., right] * share)


def ausc(x: Floats, c: Floats, until: float) -> Floats:
    """Area under the sensitivity curve, (1 / D) ∫ from 0 to D of 1 - c(δ), by trapezoids.

    Parameters
    ----------
    x : ndarray, shape (k,)
        Rising, from 0.
    c : ndarray, shape (..., k)
    until : float
        D, above 0 and within `x`.

    Returns
    -------
    ndarray, shape (...)
    """
    inner = x < until
    values = np.concatenate([c[..., inner], at(x, c, until)[..., None]], axis=-1)
    area: Floats = np.trapezoid(1 - values, np.append(x[inner], until), axis=-1) / until
    return area


def slope(x: Floats, c: Floats, where: float = 0.0) -> Floats:
    """Slope of each curve just after a magnitude below the last."""
    right = int(np.searchsorted(x, where, side="right"))
    return np.asarray((c[..., right] - c[..., right - 1]) / (x[right] - x[right - 1]))


def crossing(x: Floats, c: Floats, level: float | Floats) -> Floats:
    """Magnitude at which each curve first falls below a level, by linear interpolation.

    Parameters
    ----------
    x : ndarray, shape (k,)
    c : ndarray, shape (..., k)
    level : float or ndarray, shape (...)

    Returns
    -------
    ndarray, shape (...)
        Infinite where it does not within `x`; NaN where the whole curve is undefined.
    """
    lines = c.reshape(-1, c.shape[-1])
    levels = np.broadcast_to(np.asarray(level, dtype=float), c.shape[:-1]).reshape(-1)
    below = lines < levels[:, None]
    first, rows = below.argmax(axis=-1), np.arange(len(lines))
    before = np.maximum(first - 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (lines[rows, before] - levels) / (lines[rows, before] - lines[rows, first])
        found = np.where(first == 0, x[0], x[before] + share * (x[first] - x[before]))
    found = np.where(below.any(axis=-1), found, np.inf)
    found = np.where(np.isnan(lines).all(axis=-1) | np.isnan(levels), np.nan, found)
    return np.asarray(found.reshape(c.shape[:-1]))


def sharpness(x: Floats, c: Floats) -> Floats:
    """0.8 over the distance from where 0.9 is left to where 0.1 is left; infinite for a step, NaN where it stays."""
    late, early = crossing(x, c, 0.1), crossing(x, c, 0.9)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 0.8 / (late - early)
    return np.asarray(np.where(np.isfinite(late), found, np.nan))


def squared_distance(x: Floats, a: Floats, b: Floats) -> Floats:
    """Mean squared distance of two curves over the magnitudes, (1 / D) ∫ (a - b)², exact for linear pieces.

    Over one piece with differences d₀ and d₁ at its ends the integral is h (d₀² + d₀ d₁ + d₁²) / 3.
    """
    d = a - b
    pieces = np.diff(x) * (d[..., :-1] ** 2 + d[..., :-1] * d[..., 1:] + d[..., 1:] ** 2) / 3
    return np.asarray(pieces.sum(axis=-1) / (x[-1] - x[0]))
