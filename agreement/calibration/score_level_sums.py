"""Rated units pooled by the referee's score, and seeded resamples of the pooled sums.

A unit enters a calibration curve through its score and the mean of its ratings only. Without clusters, units that
share both are one pattern, and a bootstrap draws the counts of the patterns; with clusters it draws clusters and
adds their sums per level. Neither walks over ratings again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agreement.arrays import Floats, Ints
from agreement.intervals.bootstrap_weights import draw, multinomial

MAX_CELLS = 256
CHUNK = 2_000_000  # resampled counts held at once: 16 MB
CACHED, PIECE = 1 << 18, 1 << 13  # drawn clusters, and drawn patterns, added up at once: what the cache holds
LATTICE = 1 << 20  # patterns are counted in a table of up to so many cells, beyond that by sorting
SIXTIETHS = 60.0  # means of up to six whole numbers are whole multiples of 1/60
FEW_LEVELS = 16  # levels up to which patterns are added up by a product with a matrix


@dataclass(frozen=True)
class LevelSums:
    """Units with a score and a rating, by score level.

    ``x`` are the levels (k,), means of cells where scores were pooled, ``level`` and ``mean`` level and mean rating of
    each unit, ``square`` the sum over units of the mean square of their ratings.
    """

    x: Floats
    level: Ints
    mean: Floats
    square: float
    cluster: Ints | None
    pooled: bool

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.mean)

    @cached_property
    def patterns(self) -> tuple[Ints, Ints]:
        """One unit of each pattern of level and mean, ordered by level, and how many units share it."""
        place = _on_lattice(self.mean)
        if place is None or (int(place.max()) + 1) * len(self.x) > LATTICE:
            place = np.unique(self.mean, return_inverse=True)[1].reshape(-1)
        cell = self.level * (int(place.max()) + 1) + place
        if int(cell.max()) >= LATTICE:
            _, first, count = np.unique(cell, return_index=True, return_counts=True)
            return first, count
        count = np.bincount(cell)
        first = np.empty(len(count), dtype=np.intp)
        first[cell] = np.arange(self.n)  # any unit of a pattern stands for it
        present = np.flatnonzero(count)
        return first[present], count[present]

    @property
    def weight(self) -> Floats:
        """Units at each level."""
        return np.bincount(self.level, minlength=len(self.x)).astype(float)

    def sums(self, values: Floats) -> Floats:
        """Sum a number per unit by level."""
        return np.bincount(self.level, weights=values, minlength=len(self.x)).astype(float)

    @property
    def n_clusters(self) -> int:
        """Number of clusters; of units when there are none."""
        return self.n if self.cluster is None else int(self.cluster.max()) + 1


def level_sums(score: Floats, values: Floats, cluster: Ints | None) -> tuple[LevelSums, Ints]:
    """Pool units with finite scores (units,) and ratings (units, raters) by score, and count the ratings of each level.

    More than 256 distinct scores are pooled into that many cells of about equally many units.
    """
    distinct, level = np.unique(score, return_inverse=True)
    pooled = len(distinct) > MAX_CELLS
    if pooled:
        edges = np.quantile(score, np.arange(1, MAX_CELLS) / MAX_CELLS)
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


def bootstrap_sums(data: LevelSums, n_resamples: int, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats]]:
    """Weight and sum per level of resampled units, or of resampled clusters; arrays (b, k), chunk by chunk."""
    if data.cluster is None:
        first, count = data.patterns
        add = _adding(data, first, np.ones(data.n), data.mean)
        for b in _chunks(n_resamples, len(count)):
            blocks = [add(multinomial(rng, count, rows)) for rows in _chunks(b, len(count), PIECE)]
            yield np.concatenate([weight for weight, _ in blocks]), np.concatenate([sums for _, sums in blocks])
        return
    k, n = len(data.x), data.n_clusters
    together = np.hstack([_by_cluster(data, np.ones(data.n)), _by_cluster(data, data.mean)])
    for b in _chunks(n_resamples, 2 * k):
        added = np.empty((b, 2 * k))
        step = max(1, CACHED // n)
        for start in range(0, b, step):
            rows = slice(start, min(start + step, b))
            added[rows] = draw(rng, np.ones(n), rows.stop - start) @ together
        yield added[:, :k], added[:, k:]


def signed_sums(data: LevelSums, residual: Floats, n_resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Sum residuals per level with a random sign per unit, or per cluster (wild bootstrap); arrays (b, k)."""
    if data.cluster is None:
        first, count = data.patterns  # a residual is a function of level and mean
        add = _adding(data, first, np.abs(residual))
        for b in _chunks(n_resamples, len(count)):
            yield add(2 * rng.binomial(count, 0.5, size=(b, len(count))) - count)[0]
        return
    sums = _by_cluster(data, residual)
    for b in _chunks(n_resamples, data.n_clusters):
        yield (2.0 * rng.integers(0, 2, size=(b, data.n_clusters)) - 1.0) @ sums


def _adding(data: LevelSums, first: Ints, *values: Floats) -> Callable[[NDArray[np.int64]], tuple[Floats, ...]]:
    """Return what adds values of patterns by level, each as often as it was drawn."""
    k, level = len(data.x), data.level[first]
    if k > FEW_LEVELS:
        starts = np.searchsorted(level, np.arange(k))
        return lambda drawn: tuple(np.add.reduceat(drawn * each[first], starts, axis=1) for each in values)
    matrix = np.zeros((len(first), len(values) * k))
    for i, each in enumerate(values):
        matrix[np.arange(len(first)), i * k + level] = each[first]

    def add(drawn: NDArray[np.int64]) -> tuple[Floats, ...]:
        added = drawn.astype(float) @ matrix
        return tuple(added[:, i * k : (i + 1) * k] for i in range(len(values)))

    return add


def _on_lattice(mean: Floats) -> Ints | None:
    """Return the means as whole multiples of 1/60 above the lowest, None where they are not."""
    scaled = (mean - mean.min()) * SIXTIETHS
    if scaled.max() >= LATTICE:
        return None
    place = np.rint(scaled)
    return place.astype(np.intp) if np.abs(scaled - place).max() < 1e-6 else None


def _by_cluster(data: LevelSums, values: Floats) -> Floats:
    assert data.cluster is not None  # noqa: S101 - callers branch on it
    k = len(data.x)
    cell = data.cluster * k + data.level
    return np.bincount(cell, weights=values, minlength=data.n_clusters * k).reshape(-1, k).astype(float)


def _chunks(n_resamples: int, width: int, held: int = CHUNK) -> Iterator[int]:
    step = max(1, held // max(1, width))
    for start in range(0, n_resamples, step):
        yield min(step, n_resamples - start)
