"""Cross-tables of pairs of raters, one of whom may be the referee, and the statistics that are functions of them.

Everything that compares people with a referee is a function of these tables: they are counted once per independent
group of units (a video), and a resample is a weighted sum of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.coefficients.gwet import ac_of_tables
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.krippendorff import alpha_of_tables
from agreement.cross_tables import counted, mean_of_known, weighted
from agreement.intervals.bootstrap_weights import draw

BLOCK = 1 << 22


@dataclass(frozen=True)
class PairStatistic:
    """A mean over tables, or the difference of two such means: ``minus`` is taken off, an empty mean is undefined.

    The coefficient is a position in the list; −1 is leniency, the mean difference of second and first rating.
    """

    coefficient: int
    tables: tuple[int, ...]
    minus: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class PairTables:
    """Tables per independent group, and how to read statistics off their totals.

    ``repeats`` counts the groups that share a row, ``values`` are the numbers behind the categories, ``weights`` those
    of kappa and AC, ``distance`` the squared distances of alpha above the diagonal, None for ordinal ones.
    """

    sums: Floats
    repeats: Floats
    values: Floats
    weights: Floats
    distance: Floats | None
    further: tuple[Callable[[Floats], Floats], ...] = ()

    @property
    def n_groups(self) -> int:
        """Number of independent groups."""
        return int(self.repeats.sum())

    def coefficients(self, tables: Floats) -> Floats:
        """Raw agreement, kappa, alpha, AC and the further ones of tables ``(…, q, q)``, NaN where undefined."""
        q = tables.shape[-1]
        n = counted(tables)
        percent = np.divide(weighted(tables, np.eye(q)), n, out=np.full(n.shape, np.nan), where=n > 0)
        alpha = alpha_of_tables(tables, self.distance)
        ac = ac_of_tables(tables, self.weights)
        more = [of_tables(tables) for of_tables in self.further]
        return np.asarray(np.stack([percent, kappa_of_tables(tables, self.weights), alpha, ac, *more]))

    def evaluate(self, total: Floats, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics of totals ``(b, p)``: shape ``(b, len(statistics))``."""
        q = len(self.values)
        tables = total.reshape(len(total), -1, q, q)
        made = self.coefficients(tables)
        apart = np.subtract.outer(self.values, self.values).T  # second minus first
        out = np.empty((len(total), len(statistics)))
        for s, statistic in enumerate(statistics):
            if statistic.coefficient < 0:
                pooled = tables[:, list(statistic.tables)].sum(axis=1)
                n = counted(pooled)
                out[:, s] = np.divide(weighted(pooled, apart), n, out=np.full(len(n), np.nan), where=n > 0)
                continue
            out[:, s] = mean_of_known(made[statistic.coefficient][:, list(statistic.tables)])
            if statistic.minus is not None:
                out[:, s] -= mean_of_known(made[statistic.coefficient][:, list(statistic.minus)])
        return out

    def point(self, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics of all groups, shape ``(s,)``."""
        return np.asarray(self.evaluate((self.repeats @ self.sums)[None, :], statistics)[0])

    def jackknife_replicates(self, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics without one group, shape ``(G, s)``."""
        total = self.repeats @ self.sums
        step = max(1, BLOCK // max(1, self.sums.shape[1]))
        parts = [
            self.evaluate(total - self.sums[start : start + step], statistics)
            for start in range(0, len(self.sums), step)
        ]
        return np.concatenate(parts) if parts else np.empty((0, len(statistics)))

    def resampled(self, statistics: Sequence[PairStatistic], n_resamples: int, rng: np.random.Generator) -> Floats:
        """Statistics of bootstrap resamples of groups, shape ``(n_resamples, s)``."""
        light = self.sums.astype(np.float32)  # counts stay exact, and the product is twice as fast
        step = max(1, BLOCK // max(len(self.repeats), self.sums.shape[1], 1))
        parts = []
        for start in range(0, n_resamples, step):
            drawn = draw(rng, self.repeats, min(step, n_resamples - start), dtype=np.float32)
            parts.append(self.evaluate((drawn @ light).astype(float), statistics))
        return np.concatenate(parts)

    def shares(self) -> Floats:
        """Tables of all groups as shares, shape (tables, q, q), NaN where a table is empty."""
        total = (self.repeats @ self.sums).reshape(-1, len(self.values), len(self.values))
        n = counted(total)[:, None, None]
        return np.asarray(np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0))

    def present(self) -> Bools:
        """Which tables a group contributes to, shape ``(G, tables)``."""
        cells = self.sums.reshape(len(self.sums), -1, len(self.values) ** 2)
        return np.asarray(cells.any(axis=2))


def shared_units(codes: Codes) -> Ints:
    """Units that each pair of columns shares, shape (columns, columns)."""
    present = (codes >= 0).astype(np.intp)
    return np.asarray(present.T @ present)


def count_pooled(codes: Codes, row: Ints, n_rows: int, q: int) -> Floats:
    """Tables that pool pairs: people with people, people with the referee, then each person with the other people.

    The last column of ``codes`` is the referee. A unit rated by m people enters the first table with the weight m, each
    ordered pair with 1/(m − 1) and halved because both orders are there; the second with each of its m pairs; the
    table of a person once, each pair with 1/(m − 1).
    """
    n_people = codes.shape[1] - 1
    out = np.zeros((n_rows, (2 + n_people) * q * q))
    step = max(1, BLOCK // out.shape[1])
    for start in range(0, len(codes), step):
        block = slice(start, start + step)
        np.add.at(out, row[block], _pooled(codes[block], q))
    return out


def _pooled(codes: Codes, q: int) -> Floats:
    n_people = codes.shape[1] - 1
    hits = (codes[:, :, None] == np.arange(q)).astype(float)
    people, referee = hits[:, :n_people], hits[:, n_people]
    tally = people.sum(axis=1)
    m = tally.sum(axis=1)
    share = np.divide(1.0, m - 1, out=np.zeros(len(m)), where=m > 1)[:, None, None]
    others = [people[:, j, :, None] * (tally - people[:, j])[:, None, :] * share for j in range(n_people)]
    tables = [np.sum(others, axis=0) / 2, tally[:, :, None] * referee[:, None, :], *others]
    return np.stack(tables, axis=1).reshape(len(codes), -1)
