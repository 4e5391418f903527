"""Intervals of a comparison's statistics and tests of its differences, for these raters or for raters like these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.comparison.rater_pair_tables import PairStatistic, PairTables
from agreement.cross_tables import mean_of_known
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.jackknife import Jackknife, jackknife_t, plain_jackknife_t
from agreement.significance.difference_from_zero import NULL, difference_from_zero
from agreement.significance.rater_swaps import pooled_table, slopes, swap_changes
from agreement.significance.raters_as_sample import (
    difference_for_like_raters,
    two_way_interval,
    variance_of_mean_over_pairs,
    variance_of_mean_over_raters,
)
from agreement.significance.swap_distribution import SwapDistribution, swap_distributions

Key = tuple[str, int]
Bounds = tuple[float, float]


@dataclass(frozen=True, eq=False)
class CountedPairs:
    """Tables of pairs with their statistics, and the codes and groups that they were counted from.

    Parameters
    ----------
    codes, row : array (n, people + 1) and (n,)
        Ratings, the referee last, and the group of each.
    single : bool
        Whether each row of codes is a pattern of units, which the tables repeat.
    people, with_referee : list of (int, int)
        Whose tables they are: pairs of people, then each person with the referee; ``people`` is None where pairs were
        pooled into one table.
    """

    tables: PairTables
    statistics: dict[Key, PairStatistic]
    codes: Codes
    row: Ints
    single: bool
    people: list[tuple[int, int]] | None
    with_referee: list[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class PairIntervals:
    """How the intervals of counted pairs are made; ``bounds`` and ``unit`` are ranges of coefficients and leniency."""

    counted: CountedPairs
    confidence: float
    n_resamples: int
    seed: int
    bounds: tuple[Bounds, ...]
    unit: float
    like_these: bool

    def population(self, key: Key) -> str:
        """Whom a statistic's interval speaks of; one person's row is always about that person."""
        return RATERS_LIKE_THESE if self.like_these and not key[0].startswith("rater") else THESE_RATERS

    def of(self, key: Key, found: Jackknife) -> tuple[Interval, HypothesisTest | None]:
        """Return the interval of a statistic, and the test of a difference."""
        kind, coefficient = key
        if self.population(key) == RATERS_LIKE_THESE:
            return self._for_like_raters(key, found)
        if coefficient < 0:
            return plain_jackknife_t(found, confidence=self.confidence, unit=self.unit), None
        if kind != "difference":
            return jackknife_t(found, confidence=self.confidence, bounds=self.bounds[coefficient]), None
        if self.swapped is None:
            interval = plain_jackknife_t(found, confidence=self.confidence)
            return interval, HypothesisTest(None, NULL, "none", reason="no swaps were asked for")
        apart = _of_differences(self.bounds[coefficient])
        return difference_from_zero(found, self.swapped[coefficient], confidence=self.confidence, bounds=apart)

    @cached_property
    def swapped(self) -> list[SwapDistribution] | None:
        """How far swaps of the referee with people move each difference, None where nothing is drawn."""
        if self.n_resamples < 1:
            return None
        counted, tables = self.counted, self.counted.tables
        weight = tables.repeats[counted.row] if counted.single else np.ones(len(counted.codes))
        size, share = float(weight.sum()), tables.shares()
        slope = slopes(tables.coefficients, pooled_table(counted.codes, weight, len(tables.values)))
        pooled = counted.people is None
        changes = swap_changes(counted.codes, counted.row, tables.repeats, slope, pooled=pooled, size=size)
        observed: Floats = np.empty(len(slope))
        for i, each in enumerate(slope):
            of = counted.statistics["difference", i]
            beside, among = (share[list(which)] for which in (of.tables, of.minus or ()))
            means = [mean_of_known(np.einsum("tab,ab->t", side, each)[None])[0] for side in (beside, among)]
            observed[i] = size * (means[0] - means[1])
        return swap_distributions(changes, observed, self.n_resamples, np.random.default_rng(self.seed))

    def _for_like_raters(self, key: Key, found: Jackknife) -> tuple[Interval, HypothesisTest | None]:
        kind, coefficient = key
        if coefficient < 0:
            by_raters = variance_of_mean_over_raters(self._leniencies)
            return two_way_interval(found, by_raters, confidence=self.confidence), None
        beside, among = self._with_referee[coefficient], self._among_people[coefficient]
        bounds = self.bounds[coefficient]
        if kind == "difference":
            return difference_for_like_raters(found, among, confidence=self.confidence, bounds=_of_differences(bounds))
        by_raters = variance_of_mean_over_raters(beside) if kind == "referee" else variance_of_mean_over_pairs(among)
        return two_way_interval(found, by_raters, confidence=self.confidence, bounds=bounds), None

    @cached_property
    def _totals(self) -> Floats:
        tables, q = self.counted.tables, len(self.counted.tables.values)
        return np.asarray((tables.repeats @ tables.sums).reshape(-1, q, q))

    @cached_property
    def _of_tables(self) -> Any:
        return self.counted.tables.coefficients(self._totals[None])[:, 0]

    @cached_property
    def _among_people(self) -> Floats:
        """Coefficients of pairs of people, shape (s, people, people), NaN where pairs were pooled."""
        n = self.counted.codes.shape[1] - 1
        out: Floats = np.full((len(self.bounds), n, n), np.nan)
        for t, (j, k) in enumerate(self.counted.people or ()):
            out[:, j, k] = out[:, k, j] = self._of_tables[:, t]
        return out

    @cached_property
    def _with_referee(self) -> Floats:
        """Coefficients of each person with the referee, shape (s, people)."""
        n = len(self.counted.with_referee)
        return np.asarray(self._of_tables[:, len(self._totals) - n :])

    @cached_property
    def _leniencies(self) -> Floats:
        values, tables = self.counted.tables.values, self._totals[-len(self.counted.with_referee) :]
        apart = np.subtract.outer(values, values).T
        return np.asarray(np.einsum("tab,ab->t", tables, apart) / tables.sum(axis=(1, 2)))


def _of_differences(bounds: Bounds) -> Bounds:
    return bounds[0] - bounds[1], bounds[1] - bounds[0]
