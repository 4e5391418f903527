"""Rated units pooled by the referee's score, and seeded resamples of the pooled sums.

A unit enters a calibration curve through its score and the mean of its ratings only. Without clusters, units that
share both are one pattern, and a bootstrap draws the counts of the patterns; with clusters it draws clusters and
adds their sums per level. Neither walks over ratings again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.drawing import draw
from agreement.inputs import FloatArray, IntArray

CHUNK = 2_000_000  # resampled counts held at once: 16 MB


@dataclass(frozen=True)
class LevelSums:
    """Units with a score and a rating, by score level.

    Attributes
    ----------
    x : array (k,)
        Score levels in increasing order; the mean score of the cell where scores were pooled.
    level : array (n,) of int
        Level of each unit.
    mean : array (n,)
        Mean rating of each unit.
    square : float
        Sum over units of the mean square of their ratings.
    cluster : array (n,) of int or None
    pooled : bool
        Whether distinct scores share a cell.
    """

    x: FloatArray
    level: IntArray
    mean: FloatArray
    square: float
    cluster: IntArray | None
    pooled: bool

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.mean)

    @cached_property
    def patterns(self) -> tuple[IntArray, IntArray]:
        """One unit of each pattern of level and mean, ordered by level, and how many units share it."""
        span = float(np.ptp(self.mean)) + 1
        _, first, count = np.unique(
            self.level * span + (self.mean - self.mean.min()), return_index=True, return_counts=True
        )
        return first, count

    @property
    def weight(self) -> FloatArray:
        """Units at each level."""
        return np.bincount(self.level, minlength=len(self.x)).astype(float)

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum a number per unit by level."""
        return np.bincount(self.level, weights=values, minlength=len(self.x)).astype(float)

    @property
    def n_clusters(self) -> int:
        """Number of clusters; of units when there are none."""
        return self.n if self.cluster is None else int(self.cluster.max()) + 1


def level_sums(
    score: FloatArray, values: FloatArray, cluster: IntArray | None, max_cells: int
) -> tuple[LevelSums, IntArray]:
    """Pool rated units by score.

    Parameters
    ----------
    score : array (units,)
        Finite scores.
    values : array (units, raters)
        At least one rating per unit, NaN where there is none.
    cluster : array (units,) of int or None
    max_cells : int
        More distinct scores than this are pooled into that many cells of about equally many units.

    Returns
    -------
    LevelSums
    n_ratings : array (k,) of int
        Ratings at each level.
    """
    distinct, level = np.unique(score, return_inverse=True)
    pooled = len(distinct) > max_cells
    if pooled:
        edges = np.quantile(score, np.arange(1, max_cells) / max_cells)
        level = np.unique(np.searchsorted(edges, score, side="right"), return_inverse=True)[1]
    level = level.reshape(-1)
    rated = ~np.isnan(values)
    n_raters = rated.sum(axis=1)
    filled = np.where(rated, values, 0.0)
    mean = filled.sum(axis=1) / n_raters
    square = float(((filled**2).sum(axis=1) / n_raters).sum())
    x = np.bincount(level, weights=score) / np.bincount(level) if pooled else distinct
    if cluster is not None:
        cluster = np.unique(cluster, return_inverse=True)[1].reshape(-1)
    n_ratings = np.bincount(level, weights=n_raters).astype(np.intp)
    return LevelSums(x, level, mean, square, cluster, pooled), n_ratings


def bootstrap_sums(
    data: LevelSums, n_resamples: int, rng: np.random.Generator
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Weight and sum per level of resampled units, or of resampled clusters; arrays (b, k), chunk by chunk."""
    if data.cluster is None:
        first, count = data.patterns
        mean, starts = data.mean[first], np.searchsorted(data.level[first], np.arange(len(data.x)))
        for b in _chunks(n_resamples, len(count)):
            drawn = rng.multinomial(data.n, count / data.n, size=b).astype(float)
            yield np.add.reduceat(drawn, starts, axis=1), np.add.reduceat(drawn * mean, starts, axis=1)
        return
    weight = _by_cluster(data, np.ones(data.n))
    sums = _by_cluster(data, data.mean)
    for b in _chunks(n_resamples, data.n_clusters):
        drawn = draw(rng, np.ones(data.n_clusters), b)
        yield drawn @ weight, drawn @ sums


def signed_sums(
    data: LevelSums, residual: FloatArray, n_resamples: int, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Sum residuals per level with a random sign per unit, or per cluster (wild bootstrap); arrays (b, k)."""
    if data.cluster is None:
        first, count = data.patterns  # a residual is a function of level and mean
        value, starts = np.abs(residual[first]), np.searchsorted(data.level[first], np.arange(len(data.x)))
        for b in _chunks(n_resamples, len(count)):
            sign = 2.0 * rng.binomial(count, 0.5, size=(b, len(count))) - count
            yield np.add.reduceat(sign * value, starts, axis=1)
        return
    sums = _by_cluster(data, residual)
    for b in _chunks(n_resamples, data.n_clusters):
        yield (2.0 * rng.integers(0, 2, size=(b, data.n_clusters)) - 1.0) @ sums


def _by_cluster(data: LevelSums, values: FloatArray) -> FloatArray:
    assert data.cluster is not None  # noqa: S101 - callers branch on it
    k = len(data.x)
    cell = data.cluster * k + data.level
    return np.bincount(cell, weights=values, minlength=data.n_clusters * k).reshape(-1, k).astype(float)


def _chunks(n_resamples: int, width: int) -> Iterator[int]:
    step = max(1, CHUNK // max(1, width))
    for start in range(0, n_resamples, step):
        yield min(step, n_resamples - start)
