"""Cross-tables of pairs of raters, one of whom may be the referee, and the statistics that are functions of them.

Everything that compares people with a referee is a function of these tables: they are counted once per independent
group of units (a video), and a resample is a weighted sum of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.krippendorff import alpha_of_tables
from agreement.cross_tables import counted, mean_of_known, pooled_pairs, weighted
from agreement.intervals.bootstrap_weights import draw

BLOCK = 1 << 22


@dataclass(frozen=True)
class PairStatistic:
    """A mean of a coefficient over tables, ``tables`` and ``beside`` naming the same terms in the same order.

    Only terms that are defined on both sides enter, unless there is none such; ``minus`` takes the mean of ``beside``
    off. The coefficient is a position in the list; −1 is leniency, the mean difference of second and first rating.
    """

    coefficient: int
    tables: tuple[int, ...]
    beside: tuple[int, ...] = ()
    minus: bool = False

    def known(self, values: Floats) -> Bools:
        """Tell which terms enter, from the coefficient of all tables ``(b, tables)``."""
        first = np.isfinite(values[:, list(self.tables)])
        if not self.beside:
            return np.asarray(first)
        both = first & np.isfinite(values[:, list(self.beside)])
        return np.asarray(both if self.minus else np.where(both.any(axis=1, keepdims=True), both, first))

    def evaluate(self, values: Floats) -> Floats:
        """Return the mean, from the coefficient of all tables ``(b, tables)``."""
        found = values[:, list(self.tables)]
        if self.minus:
            found = found - values[:, list(self.beside)]
        return mean_of_known(np.where(self.known(values), found, np.nan))


@dataclass(frozen=True, eq=False)
class PairTables:
    """Tables per independent group, and how to read statistics off their totals.

    ``repeats`` counts the groups that share a row, ``values`` are the numbers behind the categories, ``weights`` those
    of kappa, ``ac`` is Gwet's AC, ``distance`` the squared distances of alpha above the diagonal, None for ordinal
    ones.
    """

    sums: Floats
    repeats: Floats
    values: Floats
    weights: Floats
    distance: Floats | None
    ac: Callable[[Floats], Floats]
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
        ac = self.ac(tables)
        more = [of_tables(tables) for of_tables in self.further]
        return np.asarray(np.stack([percent, kappa_of_tables(tables, self.weights), alpha, ac, *more]))

    def of_tables(self, total: Floats) -> Floats:
        """Coefficients ``(kinds, b, tables)`` of totals ``(b, p)``."""
        q = len(self.values)
        return self.coefficients(total.reshape(len(total), -1, q, q))

    def evaluate(self, total: Floats, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics of totals ``(b, p)``: shape ``(b, len(statistics))``."""
        made = self.of_tables(total)
        out = np.empty((len(total), len(statistics)))
        for s, statistic in enumerate(statistics):
            if statistic.coefficient < 0:
                out[:, s] = self._leniency(total, statistic)
            else:
                out[:, s] = statistic.evaluate(made[statistic.coefficient])
        return out

    def _leniency(self, total: Floats, statistic: PairStatistic) -> Floats:
        q = len(self.values)
        apart = np.subtract.outer(self.values, self.values).T  # second minus first
        pooled = total.reshape(len(total), -1, q, q)[:, list(statistic.tables)].sum(axis=1)
        n = counted(pooled)
        return np.asarray(np.divide(weighted(pooled, apart), n, out=np.full(len(n), np.nan), where=n > 0))

    def known(self, statistics: Sequence[PairStatistic]) -> list[Bools]:
        """Tell which terms of each statistic enter it, shape ``(terms,)``; all of leniency do."""
        made = self.of_tables(self.total()[None, :])
        return [
            np.ones(len(one.tables), dtype=bool) if one.coefficient < 0 else one.known(made[one.coefficient])[0]
            for one in statistics
        ]

    def total(self) -> Floats:
        """Tables of all groups in one row."""
        return np.asarray(self.repeats @ self.sums)

    def point(self, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics of all groups, shape ``(s,)``."""
        return np.asarray(self.evaluate(self.total()[None, :], statistics)[0])

    def jackknife_replicates(self, statistics: Sequence[PairStatistic]) -> Floats:
        """Statistics without one group, shape ``(G, s)``."""
        total = self.total()
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
        total = self.total().reshape(-1, len(self.values), len(self.values))
        n = counted(total)[:, None, None]
        return np.asarray(np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0))

    def present(self) -> Bools:
        """Which tables a group contributes to, shape ``(G, tables)``."""
        cells = self.sums.reshape(len(self.sums), -1, len(self.values) ** 2)
        return np.asarray(cells.any(axis=2))


def count_pooled(codes: Codes, row: Ints, n_rows: int, q: int, *, each: bool) -> Floats:
    """Tables that pool the pairs of a unit, of codes whose last column is the referee, present in every row.

    People with people and people with the referee, each unit weighing 1; the same two, each rating of a unit weighing
    1/2 (as alpha weighs them: a table of ordered pairs then counts ratings twice); with ``each``, for every person the
    table of that person with the others, then the one of the referee in that person's place. Units with one person are
    in the tables of the referee alone.
    """
    n_people = codes.shape[1] - 1
    out = np.zeros((n_rows, (4 + 2 * n_people * each) * q * q))
    step = max(1, BLOCK // out.shape[1])
    for start in range(0, len(codes), step):
        block = slice(start, start + step)
        np.add.at(out, row[block], _pooled(codes[block], q, each))
    return out


def _pooled(codes: Codes, q: int, each: bool) -> Floats:
    n_people = codes.shape[1] - 1
    hits = (codes[:, :, None] == np.arange(q)).astype(float)
    people, referee = hits[:, :n_people], hits[:, n_people, None, :]
    tally = people.sum(axis=1)
    m = tally.sum(axis=1)[:, None, None]
    several = np.divide(1.0, m - 1, out=np.zeros(m.shape), where=m > 1)
    one = np.divide(1.0, m, out=np.zeros(m.shape), where=m > 0)
    ordered, beside = pooled_pairs(tally) * several, tally[:, :, None] * referee
    tables = [ordered * one, beside * one, ordered / 2, beside / 2]
    for j in range(n_people if each else 0):
        own, others = people[:, j, :, None], (tally - people[:, j])[:, None, :] * several
        present = own.sum(axis=1, keepdims=True)
        tables += [own * others, np.swapaxes(others, 1, 2) * present * referee]
    return np.stack(tables, axis=1).reshape(len(codes), -1)
