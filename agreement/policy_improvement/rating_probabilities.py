"""How probable it was that a rollout was rated, by what decided about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.validation import plain_numbers

MOST_STRATA, FEWEST_RATED = 10, 5


def inverse_rating_probabilities(rated: ArrayLike, by: ArrayLike) -> Floats:
    """Return 1 / the share of rated rollouts, in strata of a number that may have decided who is rated.

    Parameters
    ----------
    rated : array (rollouts,) of bool
    by : array (rollouts,)
        Such as the referee's reward, where claims were drawn by the referee's level. NaN, where it gave none, is a
        stratum of its own.

    Returns
    -------
    array (rollouts,)
        Positive.

    Notes
    -----
    Up to ten strata of nearly equal size; equal numbers stay together, and a stratum with fewer than five rated
    rollouts joins its neighbour. Within a stratum, whether a rollout is rated must not depend on its worth.

    Examples
    --------
    >>> rated = np.array([True] * 10 + [True] * 5 + [False] * 5)
    >>> sorted(set(inverse_rating_probabilities(rated, [0.0] * 10 + [1.0] * 10).tolist()))
    [1.0, 2.0]
    """
    given, number = np.asarray(rated, dtype=bool), plain_numbers(by, "what decided")
    if given.shape != number.shape or given.ndim != 1:
        raise AgreementError(f"rated of shape {given.shape}, by of shape {number.shape}", "one of each per rollout")
    stratum = _strata(number, given)
    n_all = np.bincount(stratum)
    n_rated = np.bincount(stratum, weights=given)
    return np.asarray((n_all / np.maximum(n_rated, 1))[stratum])


def _strata(number: Floats, rated: np.ndarray) -> np.ndarray:
    """Cut the sorted numbers into strata, NaN last."""
    values, place = np.unique(number, return_inverse=True)
    counts, given = np.bincount(place), np.bincount(place, weights=rated)
    wanted = max(len(number) / MOST_STRATA, 1)
    stratum, current, size, n_rated = np.empty(len(values), dtype=np.intp), 0, 0.0, 0.0
    for i, (count, its) in enumerate(zip(counts, given, strict=True)):
        apart = size >= wanted or (i == len(values) - 1 and np.isnan(values[i]))
        if size and n_rated >= FEWEST_RATED and apart:
            current, size, n_rated = current + 1, 0.0, 0.0
        stratum[i] = current
        size, n_rated = size + count, n_rated + its
    if current and n_rated < FEWEST_RATED:
        stratum[stratum == current] = current - 1
    return stratum[place]
