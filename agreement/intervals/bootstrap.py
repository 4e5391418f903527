"""Statistics of totals, and resamples of them.

A statistic here is a function of totals ``t = Σ s_g`` over independent groups g (units, count patterns, or clusters
such as videos). A resample is a row of group weights w, its totals are ``w @ S``: the cost does not depend on the
number of ratings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.intervals.bootstrap_weights import draw

BLOCK = 1 << 21  # numbers held at a time while resampling


@dataclass(frozen=True, eq=False)
class Totals:
    """Per-group contributions and the statistic as a function of their totals.

    Parameters
    ----------
    sums : ndarray or scipy sparse array, shape (G, p)
        Contribution of one group.
    repeats : ndarray of shape (G,)
        How many groups share this row (1 for clusters, the number of units for a pattern).
    value : callable
        Maps totals of shape (…, p) to values of shape (…), NaN where undefined.

    Examples
    --------
    The mean of five numbers, as a ratio of two totals:

    >>> x = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    >>> mean = Totals(np.stack([x, np.ones(5)], axis=1), np.ones(5), lambda t: t[..., 0] / t[..., 1])
    >>> mean.point(), mean.left_out().tolist()
    (4.0, [4.75, 4.5, 4.25, 4.0, 2.5])
    """

    sums: Any
    repeats: Floats
    value: Callable[[Floats], Floats]

    @property
    def n_groups(self) -> int:
        """Number of independent groups."""
        return int(self.repeats.sum())

    def total(self) -> Floats:
        """Return the totals, shape (p,)."""
        return np.asarray(self.repeats @ self.sums, dtype=float)

    def point(self) -> float:
        """Return the statistic, NaN where undefined."""
        return self._point

    @cached_property
    def _point(self) -> float:
        return float(self.value(self.total()[None, :])[0])

    def left_out(self) -> Floats:
        """Return the statistic without one group of each row, shape (G,)."""
        total = self.total()
        values = np.empty(len(self.repeats))
        for block in _blocks(len(values), self.sums.shape[1]):
            values[block] = self.value(total - _dense(self.sums[block]))
        return values

    def resampled(self, weights: Floats) -> Floats:
        """Return the statistic of resamples.

        Parameters
        ----------
        weights : ndarray of shape (B, G)
            How often each row was drawn.

        Returns
        -------
        ndarray of shape (B,)
        """
        values = np.empty(len(weights))
        for block in _blocks(len(values), self.sums.shape[1]):
            values[block] = self.value(np.asarray(weights[block] @ self.sums))
        return values


def _dense(rows: Any) -> Floats:
    return np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows)


def _blocks(n: int, width: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(width, 1))
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def by_cluster(rows: Any, membership: Ints, n_clusters: int, weight: Floats | None = None) -> Any:
    """Add up rows within clusters.

    Parameters
    ----------
    rows : ndarray of shape (n, p)
        Contributions of units.
    membership : ndarray of int, shape (n,)
        Cluster 0 … G − 1 of each row.
    n_clusters : int
        G.
    weight : ndarray of shape (n,), optional

    Returns
    -------
    ndarray of shape (G, p)

    Examples
    --------
    >>> by_cluster(np.array([[1.0], [2.0], [5.0]]), np.array([0, 1, 0]), 2)
    array([[6.],
           [2.]])
    """
    columns = (rows[:, j] if weight is None else rows[:, j] * weight for j in range(rows.shape[1]))
    return np.stack([np.bincount(membership, weights=c, minlength=n_clusters) for c in columns], axis=1)


def bootstrap(totals: Totals, *, n_resamples: int = 2000, seed: int = 0) -> Floats:
    """Return the statistic of bootstrap resamples of groups.

    Parameters
    ----------
    totals : Totals
    n_resamples : int, default 2000
    seed : int, default 0

    Returns
    -------
    ndarray of shape (n_resamples,)
        NaN where a resample leaves the statistic undefined.
    """
    rng = np.random.default_rng(seed)
    widest = max(len(totals.repeats), totals.n_groups if totals.n_groups <= 4 * len(totals.repeats) else 0)
    blocks = _blocks(n_resamples, widest)
    return np.concatenate([totals.resampled(draw(rng, totals.repeats, b.stop - b.start)) for b in blocks])
