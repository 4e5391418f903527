"""Statistics as functions of sums over independent groups (units, count patterns, or clusters such as videos).

A resample is a row of group weights w, and its sums are ``w @ S``: the cost does not depend on the number of ratings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.intervals.jackknife import Jackknife

BLOCK = 1 << 21  # numbers held at a time while resampling


@dataclass(frozen=True, eq=False)
class StatisticOfSums:
    """What each group contributes (G, p), and the statistic as a function of sums (…, p), NaN where undefined.

    ``repeats`` counts the groups that share a row: 1 for clusters, the number of units for a pattern. ``size`` is the
    number of units in a cluster, where clusters differ.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    >>> mean = StatisticOfSums(np.stack([x, np.ones(5)], axis=1), np.ones(5), lambda t: t[..., 0] / t[..., 1])
    >>> mean.point, mean.jackknife().replicates.tolist()
    (4.0, [4.75, 4.5, 4.25, 4.0, 2.5])
    """

    rows: Any
    repeats: Floats
    formula: Callable[[Floats], Floats]
    size: Floats | None = None

    @classmethod
    def by_group(cls, rows: Any, member: Ints, formula: Callable[[Floats], Floats]) -> StatisticOfSums:
        """Add up the rows of units within groups 0 … G − 1."""
        n_groups = int(member.max(initial=-1)) + 1
        size = np.bincount(member, minlength=n_groups).astype(float)
        return cls(sum_by_group(rows, member, n_groups), np.ones(n_groups), formula, size)

    @property
    def n_groups(self) -> int:
        """Number of independent groups."""
        return int(self.repeats.sum())

    @cached_property
    def sums(self) -> Floats:
        """Sums over all groups, shape (p,)."""
        return np.asarray(self.repeats @ self.rows, dtype=float)

    @cached_property
    def point(self) -> float:
        """The statistic, NaN where undefined."""
        return float(self.formula(self.sums[None, :])[0])

    def jackknife(self) -> Jackknife:
        """Return the statistic, and its values without one group of each row (NaN where there is a single group)."""
        values = np.full(len(self.repeats), np.nan)
        if self.n_groups > 1:
            for block in blocks(len(values), self.rows.shape[1]):
                rows = self.rows[block]
                dense = rows.toarray() if hasattr(rows, "toarray") else rows
                values[block] = self.formula(self.sums - np.asarray(dense))
        return Jackknife(self.point, values, self.repeats, self.size)

    def resampled(self, weights: Floats) -> Floats:
        """Return the statistic of resamples, shape (B,), from how often each row was drawn, shape (B, G)."""
        values = np.empty(len(weights))
        for block in blocks(len(values), self.rows.shape[1]):
            values[block] = self.formula(np.asarray(weights[block] @ self.rows))
        return values


def blocks(n: int, width: int) -> Iterator[slice]:
    """Cut n rows of a width into blocks that are held at a time."""
    step = max(1, BLOCK // max(width, 1))
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def sum_by_group(rows: Any, member: Ints, n_groups: int) -> Any:
    """Add up rows (n, p) within groups, shape (G, p)."""
    return np.stack([np.bincount(member, weights=column, minlength=n_groups) for column in rows.T], axis=1)
