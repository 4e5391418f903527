"""Sums over units that hold everything a mixed model needs of ratings of which some are missing.

Units with the same number of ratings share a covariance matrix, so their ratings enter the likelihood through sums by
that number alone. Sums of groups of units add up, which is what resampling needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class RatingSums:
    """Sums of one or many groups of units, shape (…, p); ``sizes`` are the numbers of ratings that units have.

    The p numbers are Σ y², then of every size its units and the sum of their squared sums, then the sum y_j of every
    rater, and for every size and rater the sum of the sums of the units that the rater rated, and for every size and
    pair of raters (j ≤ l) the number of units that both rated.
    """

    packed: Floats
    sizes: Ints
    n_raters: int

    @classmethod
    def of(cls, values: Floats, group: Ints | None = None) -> RatingSums:
        """Sum a table (units, raters), NaN where missing: as a whole, shape (p,), or by group 0 … G − 1, (G, p)."""
        rated = ~np.isnan(values)
        y = np.where(rated, values - np.nanmean(values), 0.0)  # squares of large numbers would cancel
        member = np.zeros(len(values), dtype=np.intp) if group is None else group
        n_groups, n_raters = int(member.max()) + 1, values.shape[1]
        size, total = rated.sum(axis=1), y.sum(axis=1)
        sizes = np.unique(size)
        by_size = [_OfSize.of(rated, total, member, size == n, n_groups) for n in sizes]
        columns = [
            _added(member, n_groups, np.square(y).sum(axis=1))[:, None],
            *(_added(one.member, n_groups)[:, None] for one in by_size),
            *(_added(one.member, n_groups, np.square(one.total))[:, None] for one in by_size),
            np.stack([_added(member, n_groups, column) for column in y.T], axis=1),
            *(one.by_rater(n_raters) for one in by_size),
            *(one.by_pair(n_raters) for one in by_size),
        ]
        packed = np.concatenate(columns, axis=1)
        return cls(packed[0] if group is None else packed, sizes, n_raters)

    def like(self, packed: Floats) -> RatingSums:
        """Return other sums of the same layout."""
        return RatingSums(packed, self.sizes, self.n_raters)

    @cached_property
    def squares(self) -> Floats:
        """Sum of squared ratings (…)."""
        return np.asarray(self.packed[..., 0])

    @cached_property
    def units(self) -> Floats:
        """Number of units by size (…, S)."""
        return self._part(1, len(self.sizes))

    @cached_property
    def squared_sums(self) -> Floats:
        """Sum of the squared sums of units by size (…, S)."""
        return self._part(1 + len(self.sizes), len(self.sizes))

    @cached_property
    def by_rater(self) -> Floats:
        """Sum of each rater's ratings (…, J)."""
        return self._part(1 + 2 * len(self.sizes), self.n_raters)

    @cached_property
    def of_units(self) -> Floats:
        """Sum of the sums of the units that a rater rated, by size (…, S, J)."""
        found = self._part(self._before_tables, len(self.sizes) * self.n_raters)
        return found.reshape(*found.shape[:-1], len(self.sizes), self.n_raters)

    @cached_property
    def together(self) -> Floats:
        """Units that both of two raters rated, by size (…, S, J, J)."""
        start = self._before_tables + len(self.sizes) * self.n_raters
        upper = np.triu_indices(self.n_raters)
        pairs = self._part(start, len(self.sizes) * len(upper[0]))
        pairs = pairs.reshape(*pairs.shape[:-1], len(self.sizes), len(upper[0]))
        full = np.empty((*pairs.shape[:-1], self.n_raters, self.n_raters))
        full[..., upper[0], upper[1]] = pairs
        full[..., upper[1], upper[0]] = pairs
        return full

    @cached_property
    def given(self) -> Floats:
        """Number of ratings of each rater (…, J)."""
        return np.asarray(np.diagonal(self.together.sum(axis=-3), axis1=-2, axis2=-1))

    @cached_property
    def n_ratings(self) -> Floats:
        """Number of ratings (…)."""
        return np.asarray(self.units @ self.sizes.astype(float))

    @cached_property
    def n_units(self) -> Floats:
        """Number of units (…)."""
        return np.asarray(self.units.sum(axis=-1))

    @cached_property
    def harmonic_k(self) -> Floats:
        """Harmonic mean of the numbers of ratings (…)."""
        return np.asarray(self.n_units / (self.units @ (1 / self.sizes)))

    @property
    def _before_tables(self) -> int:
        return 1 + 2 * len(self.sizes) + self.n_raters

    def _part(self, start: int, length: int) -> Floats:
        return np.asarray(self.packed[..., start : start + length])


@dataclass(frozen=True, eq=False)
class _OfSize:
    """The units with one number n of ratings: who rated them (units, n), their sums and groups."""

    raters: Ints
    total: Floats
    member: Ints
    n_groups: int

    @classmethod
    def of(cls, rated: Bools, total: Floats, member: Ints, chosen: Bools, n_groups: int) -> _OfSize:
        who = np.nonzero(rated[chosen])[1].reshape(int(chosen.sum()), -1)
        return cls(who, total[chosen], member[chosen], n_groups)

    def by_rater(self, n_raters: int) -> Floats:
        """Return the sums of the sums of a rater's units (G, J)."""
        cells = self.member[:, None] * n_raters + self.raters
        weights = np.repeat(self.total, self.raters.shape[1])
        return _added(cells.ravel(), self.n_groups * n_raters, weights).reshape(self.n_groups, n_raters)

    def by_pair(self, n_raters: int) -> Floats:
        """Count the units that both of two raters rated (G, pairs j ≤ l in the order of np.triu_indices)."""
        lower, upper = np.triu_indices(self.raters.shape[1])
        first, second = self.raters[:, lower], self.raters[:, upper]
        before = first * n_raters - first * (first - 1) // 2
        pair, n_pairs = before + second - first, n_raters * (n_raters + 1) // 2
        cells = (self.member[:, None] * n_pairs + pair).ravel()
        return _added(cells, self.n_groups * n_pairs).reshape(self.n_groups, n_pairs)


def _added(cells: Ints, n_cells: int, weights: Floats | None = None) -> Floats:
    return np.bincount(cells, weights=weights, minlength=n_cells).astype(float)
