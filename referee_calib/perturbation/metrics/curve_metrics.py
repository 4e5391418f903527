"""What a response curve says: how fast it falls, how wide its plateau is, how much is lost on the way.

A curve is given by its values at rising magnitudes from 0 on, and is linear between them. Values are
normalised first (:func:`normalised`): 1 for the true evidence, 0 for wrong evidence. All functions read the last axis
as magnitudes, so that a thousand resampled curves are measured in one call (:mod:`.curves`); those here take one curve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referee_calib.errors import InputError
from referee_calib.perturbation.metrics import curve_arrays

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


def ausc(deltas: ArrayLike, curve: ArrayLike, until: float) -> float:
    """Area under the sensitivity curve: (1 / D) ∫ from 0 to D of 1 - c(δ), by trapezoids.

    Parameters
    ----------
    deltas : array_like, shape (n,)
        Rising, from 0.
    curve : array_like, shape (n,)
    until : float
        D, within the magnitudes.

    Returns
    -------
    float
        0 for a flat curve at 1.
    """
    x, c = _curve(deltas, curve)
    if not 0 < until <= x[-1]:
        raise InputError(f"until={until:g}", f"it must lie above 0 and within the magnitudes, up to {x[-1]:g}")
    return float(curve_arrays.ausc(x, c, until))


def slope(deltas: ArrayLike, curve: ArrayLike, at: float = 0.0) -> float:
    """Slope of the curve just after a magnitude, per unit of magnitude.

    Parameters
    ----------
    deltas, curve : array_like, shape (n,)
    at : float
        Below the last magnitude.

    Returns
    -------
    float
        Negative when the reward falls.
    """
    x, c = _curve(deltas, curve)
    if not 0 <= at < x[-1]:
        raise InputError(f"at={at:g}", f"it must lie from 0 to below {x[-1]:g}")
    return float(curve_arrays.slope(x, c, at))


def d50(deltas: ArrayLike, curve: ArrayLike) -> float | None:
    """Magnitude at which half of the reward is gone; None when that does not happen within the magnitudes."""
    return _falls_below(deltas, curve, 0.5)


def plateau(deltas: ArrayLike, curve: ArrayLike, epsilon: float = 0.05) -> float | None:
    """Width of the plateau: the magnitude up to which the curve stays within `epsilon` of 1.

    Parameters
    ----------
    deltas, curve : array_like, shape (n,)
    epsilon : float
        At least twice the retest standard deviation.

    Returns
    -------
    float or None
        None when the curve never leaves the plateau within the magnitudes.
    """
    return _falls_below(deltas, curve, 1 - epsilon)


def sharpness(deltas: ArrayLike, curve: ArrayLike) -> float | None:
    """How steeply half of the reward is lost: 0.8 over the distance from where 0.9 is left to where 0.1 is left.

    Parameters
    ----------
    deltas, curve : array_like, shape (n,)

    Returns
    -------
    float or None
        Per unit of magnitude; None when the curve does not come down to 0.1 within the magnitudes.
    """
    found = float(curve_arrays.sharpness(*_curve(deltas, curve)))
    return found if np.isfinite(found) else None


def _falls_below(deltas: ArrayLike, curve: ArrayLike, level: float) -> float | None:
    found = float(curve_arrays.crossing(*_curve(deltas, curve), level))
    return found if np.isfinite(found) else None


def _curve(deltas: ArrayLike, curve: ArrayLike) -> tuple[Floats, Floats]:
    x, c = np.asarray(deltas, dtype=float), np.asarray(curve, dtype=float)
    if x.ndim != 1 or x.shape != c.shape or x.size < 2:
        raise InputError(
            f"curve of shapes {x.shape} and {c.shape}", "it needs two or more magnitudes, a value for each"
        )
    if x[0] != 0 or (np.diff(x) <= 0).any() or not np.isfinite(x).all() or not np.isfinite(c).all():
        raise InputError("curve", "its magnitudes must rise from 0 and all values must be finite")
    return x, c
