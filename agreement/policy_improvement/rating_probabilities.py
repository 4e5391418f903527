"""How probable it was that a rollout was rated, by what decided about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats, Ints
from agreement.errors import AgreementError
from agreement.validation import plain_numbers

MOST_STRATA, FEWEST_RATED = 10, 5


@dataclass(frozen=True, eq=False)
class RatingStrata:
    """Counts of each rollout's parts (its claims, or itself) by stratum, all and rated ones: (…, strata).

    Made by :func:`rating_strata`. Intervals that know them say how much the probabilities of being rated, which are
    shares of these counts, vary themselves; with given weights they are up to a tenth wider.
    """

    parts: Floats
    rated: Floats

    @property
    def shares(self) -> Floats:
        """What rated parts in a stratum are of a rollout, before they are weighed."""
        return np.asarray(self.rated / np.maximum(self.parts.sum(axis=-1, keepdims=True), 1))

    @property
    def weight(self) -> Floats:
        """Mean over a rollout's parts of the inverse probability of being rated; 1 where none was."""
        n_parts, n_rated = self.parts.sum(axis=0), self.rated.sum(axis=0)
        found = self.shares @ (n_parts / np.maximum(n_rated, 1))
        return np.where(found > 0, found, 1.0)


def rating_strata(rated: ArrayLike, by: ArrayLike, rollout: ArrayLike | None = None) -> RatingStrata:
    """Return what :func:`inverse_rating_probabilities` is made of, for the `weight` of :func:`policy_improvement`.

    Parameters
    ----------
    rated, by
        As there, one entry per rollout; or per claim, with `rollout`.
    rollout : array (claims,) of int, optional
        Whose claim it is, numbered from 0: a rollout of which some claims were rated counts with these.

    Examples
    --------
    >>> rating_strata([True] * 10 + [True] * 5 + [False] * 5, [0.0] * 10 + [1.0] * 10).weight[[0, 10]].tolist()
    [1.0, 2.0]
    """
    given, number = _checked(rated, by)
    row = np.arange(len(given)) if rollout is None else np.asarray(rollout, dtype=np.intp)
    stratum = _strata(number, given)
    parts = np.zeros((int(row.max(initial=-1)) + 1, int(stratum.max(initial=-1)) + 1))
    of_rated = parts.copy()
    np.add.at(parts, (row, stratum), 1.0)
    np.add.at(of_rated, (row, stratum), given.astype(float))
    return RatingStrata(parts, of_rated)


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
    given, number = _checked(rated, by)
    stratum = _strata(number, given)
    n_all = np.bincount(stratum)
    n_rated = np.bincount(stratum, weights=given)
    return np.asarray((n_all / np.maximum(n_rated, 1))[stratum])


def _checked(rated: ArrayLike, by: ArrayLike) -> tuple[Bools, Floats]:
    given, number = np.asarray(rated, dtype=bool), plain_numbers(by, "what decided")
    if given.shape != number.shape or given.ndim != 1:
        raise AgreementError(f"rated of shape {given.shape}, by of shape {number.shape}", "one of each per rollout")
    return given, number


def _strata(number: Floats, rated: Bools) -> Ints:
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
