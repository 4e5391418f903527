"""What a response curve says: how fast it falls, how wide its plateau is, how much is lost on the way.

A curve is given by its values at rising magnitudes from 0, along the last axis, and is linear between them: one
curve, or a thousand resampled ones in one call. Values are normalised first (:func:`normalised`): 1 for the
true evidence, 0 for wrong evidence. NaN means undefined and infinity "not within the magnitudes".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referee_calib.errors import InputError

Floats = NDArray[np.float64]


def normalised(values: ArrayLike, reference: float, wrong: float, retest_sd: float = 0.0) -> Floats | None:
    """Rescale values so that true evidence is 1 and wrong evidence 0: (R - R_wrong) / (R_ref - R_wrong).

    Parameters
    ----------
    values : array_like, shape (n,)
    reference, wrong : float
        Mean value of the true and of the wrong evidence.
    retest_sd : float
        Standard deviation of the reward on repeats.

    Returns
    -------
    ndarray of shape (n,), or None
        None when the two means differ by less than two retest standard deviations, or not at all: such a
        reward does not tell right from wrong, and rescaling it would blow up noise.
    """
    gap = reference - wrong
    if gap <= 0 or gap < 2 * retest_sd:
        return None
    return (np.asarray(values, dtype=float) - wrong) / gap


def ausc(deltas: ArrayLike, curve: ArrayLike, until: float) -> Floats:
    """Area under the sensitivity curve: (1 / D) ∫ from 0 to D of 1 - c(δ), by trapezoids.

    Parameters
    ----------
    deltas : array_like, shape (k,)
        Rising, from 0.
    curve : array_like, shape (..., k)
    until : float
        D, above 0 and within the magnitudes.

    Returns
    -------
    ndarray, shape (...)
        0 for a flat curve at 1.

    Raises
    ------
    InputError
        When the curve is none, or D lies outside.
    """
    x, c = _checked(deltas, curve)
    if not 0 < until <= x[-1]:
        raise InputError(f"until={until:g}", f"it must lie above 0 and within the magnitudes, up to {x[-1]:g}")
    inner = x < until
    values = np.concatenate([c[..., inner], _at(x, c, until)[..., None]], axis=-1)
    return _plain(np.trapezoid(1 - values, np.append(x[inner], until), axis=-1) / until)


def slope(deltas: ArrayLike, curve: ArrayLike, at: float = 0.0) -> Floats:
    """Slope of the curve just after a magnitude, per unit of magnitude.

    Parameters
    ----------
    deltas : array_like, shape (k,)
    curve : array_like, shape (..., k)
    at : float
        From 0 to below the last magnitude.

    Returns
    -------
    ndarray, shape (...)
        Negative where the reward falls.

    Raises
    ------
    InputError
        When the curve is none, or the magnitude lies outside.
    """
    x, c = _checked(deltas, curve)
    if not 0 <= at < x[-1]:
        raise InputError(f"at={at:g}", f"it must lie from 0 to below {x[-1]:g}")
    right = int(np.searchsorted(x, at, side="right"))
    return _plain((c[..., right] - c[..., right - 1]) / (x[right] - x[right - 1]))


def crossing(deltas: ArrayLike, curve: ArrayLike, level: float | Floats) -> Floats:
    """Magnitude at which each curve first falls below a level, by linear interpolation.

    Infinite where it does not within the magnitudes; NaN where the whole curve is undefined.
    """
    x, c = _checked(deltas, curve)
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
    return _plain(found.reshape(c.shape[:-1]))


def d50(deltas: ArrayLike, curve: ArrayLike) -> float | None:
    """Magnitude at which half of one curve's reward is gone; None when that does not happen within the magnitudes."""
    return _finite(crossing(deltas, curve, 0.5))


def plateau(deltas: ArrayLike, curve: ArrayLike, epsilon: float = 0.05) -> float | None:
    """Width of the plateau: the magnitude up to which the curve stays within `epsilon` of 1.

    Parameters
    ----------
    deltas, curve : array_like, shape (k,)
    epsilon : float
        At least twice the retest standard deviation.

    Returns
    -------
    float or None
        None when the curve never leaves the plateau within the magnitudes.
    """
    return _finite(crossing(deltas, curve, 1 - epsilon))


def sharpness(deltas: ArrayLike, curve: ArrayLike) -> Floats:
    """How steeply the reward is lost: 0.8 over the distance from where 0.9 is left to where 0.1 is left.

    Per unit of magnitude; infinite for a step, NaN where the curve does not come down to 0.1.
    """
    late, early = crossing(deltas, curve, 0.1), crossing(deltas, curve, 0.9)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 0.8 / (late - early)
    return _plain(np.where(np.isfinite(late), found, np.nan))


def _at(x: Floats, c: Floats, where: float) -> Floats:
    """Value of each curve at a magnitude within `x`."""
    right = max(int(np.searchsorted(x, where, side="left")), 1)
    share = (where - x[right - 1]) / (x[right] - x[right - 1])
    if share == 1:  # NaN on the left of a known magnitude must not spoil it
        return np.asarray(c[..., right])
    return np.asarray(c[..., right - 1] * (1 - share) + c[..., right] * share)


def _plain(found: Any) -> Floats:
    """Return a plain number for one curve, an array for several."""
    plain: Floats = np.asarray(found)[()]
    return plain


def _finite(found: Floats) -> float | None:
    return float(found) if np.isfinite(found) else None


def _checked(deltas: ArrayLike, curve: ArrayLike) -> tuple[Floats, Floats]:
    x, c = np.asarray(deltas, dtype=float), np.asarray(curve, dtype=float)
    if x.ndim != 1 or c.shape[-1:] != x.shape or x.size < 2:
        seen = f"curve of shapes {x.shape} and {c.shape}"
        raise InputError(seen, "it needs two or more magnitudes, and a value for each")
    if x[0] != 0 or (np.diff(x) <= 0).any() or not np.isfinite(x).all():
        raise InputError("curve", "its magnitudes must be finite and rise from 0")
    if c.ndim == 1 and not np.isfinite(c).all():
        raise InputError("curve", "all its values must be finite")
    return x, c
