"""One counting pass: a unit enters a coefficient only through its pattern of ratings.

A million units by five raters on five levels have at most 6⁵ patterns, and at most C(5 + 5, 5) = 252 count patterns
when it does not matter who gave which rating. All later work is on patterns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agreement.encode import CHUNK, Codes
from agreement.ratings import Ratings

Floats = NDArray[np.float64]
HISTOGRAM = 1 << 17  # up to so many possible patterns they are counted in a table, beyond that by sorting


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct rows of ratings, how often each occurs, and which unit has which.

    Parameters
    ----------
    codes : ndarray of int8, shape (P, raters)
        Distinct rows, −1 where there is no rating.
    n_categories : int
    repeats : ndarray of float, shape (P,)
        Units with this pattern.
    rater_weight : ndarray of float, shape (raters,)
        How often each rater was drawn, 1 outside the pigeonhole bootstrap.
    """

    codes: Codes
    n_categories: int
    repeats: Floats
    rater_weight: Floats

    @cached_property
    def counts(self) -> Floats:
        """Ratings per category, shape (P, q)."""
        return self._tally(self.rater_weight)

    @cached_property
    def self_pairs(self) -> Floats:
        """Pairs of a rater with the same rater per category, shape (P, q): subtracted from counts squared."""
        return self._tally(np.square(self.rater_weight))

    @cached_property
    def size(self) -> Floats:
        """Ratings per unit, shape (P,)."""
        total: Floats = self.counts.sum(axis=1)
        return total

    @cached_property
    def pairs(self) -> Floats:
        """Ordered pairs of different raters per unit, shape (P,)."""
        total: Floats = np.square(self.size) - self.self_pairs.sum(axis=1)
        return total

    def _tally(self, weight: Floats) -> Floats:
        tally = np.empty((len(self.codes), self.n_categories))
        for k in range(self.n_categories):
            tally[:, k] = (self.codes == k) @ weight
        return tally

    def with_raters(self, weight: Floats) -> Patterns:
        """Return the same patterns with raters drawn ``weight`` times.

        Parameters
        ----------
        weight : ndarray of shape (raters,)
        """
        return Patterns(self.codes, self.n_categories, self.repeats, weight)


def distinct(ratings: Ratings) -> tuple[Patterns, NDArray[np.intp] | None]:
    """Return the patterns of ``ratings`` and, where units must be told apart, the pattern of each unit.

    Parameters
    ----------
    ratings : Ratings

    Returns
    -------
    patterns : Patterns
    inverse : ndarray of int, shape (units,), or None
        None when units are exchangeable: no clusters and no weights.
    """
    codes, q = ratings.codes, len(ratings.scale)
    exchangeable = ratings.cluster is None and ratings.weight is None
    possible = float(q + 1) ** codes.shape[1]
    if possible <= HISTOGRAM:
        rows, repeats, inverse = _by_histogram(codes, q + 1, exchangeable)
    elif possible < 2.0**62:
        rows, repeats, inverse = _by_sorting(codes, q + 1)
    else:
        rows, repeats, inverse = codes, np.ones(len(codes)), np.arange(len(codes))
    return Patterns(rows, q, repeats, np.ones(codes.shape[1])), None if exchangeable else inverse


def _keys(codes: Codes, base: int, dtype: type[np.signedinteger]) -> NDArray[np.signedinteger]:
    """Read each row as a number in the given base, missing as digit 0."""
    key = codes[:, 0].astype(dtype)
    key += 1
    for j in range(1, codes.shape[1]):
        key *= dtype(base)
        key += codes[:, j]
        key += dtype(1)
    return key


def _digits(keys: NDArray[np.intp], base: int, n_raters: int) -> Codes:
    rows = np.empty((len(keys), n_raters), dtype=np.int8, order="F")
    for j in reversed(range(n_raters)):
        keys, digit = np.divmod(keys, base)
        rows[:, j] = digit - 1
    return rows


def _by_histogram(codes: Codes, base: int, exchangeable: bool) -> tuple[Codes, Floats, NDArray[np.intp]]:
    n_raters = codes.shape[1]
    small = np.int16 if base**n_raters <= np.iinfo(np.int16).max else np.int32
    table = np.zeros(base**n_raters, dtype=np.intp)
    pieces = []
    for start in range(0, len(codes), CHUNK):
        key = _keys(codes[start : start + CHUNK], base, small)
        table += np.bincount(key, minlength=len(table))
        if not exchangeable:
            pieces.append(key)
    present = np.flatnonzero(table)
    rank = np.zeros(len(table), dtype=np.intp)
    rank[present] = np.arange(len(present))
    inverse = rank[np.concatenate(pieces)] if pieces else np.empty(0, dtype=np.intp)
    return _digits(present, base, n_raters), table[present].astype(float), inverse


def _by_sorting(codes: Codes, base: int) -> tuple[Codes, Floats, NDArray[np.intp]]:
    _, first, inverse, repeats = np.unique(
        _keys(codes, base, np.int64), return_index=True, return_inverse=True, return_counts=True
    )
    return codes[first], repeats.astype(float), inverse


def collapse(rows: Floats, repeats: Floats) -> tuple[Floats, Floats]:
    """Merge equal rows and add up how often they occur.

    Parameters
    ----------
    rows : ndarray of shape (P, p)
    repeats : ndarray of shape (P,)

    Returns
    -------
    rows : ndarray of shape (P', p)
    repeats : ndarray of shape (P',)

    Examples
    --------
    >>> collapse(np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 2.0]]), np.array([3.0, 1.0, 1.0]))
    (array([[0., 0.],
           [1., 2.]]), array([1., 4.]))
    """
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    start = np.flatnonzero(np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1)))
    return ordered[start], np.add.reduceat(repeats[order], start)
