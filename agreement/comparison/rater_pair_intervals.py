"""Intervals of a comparison's statistics and tests of its differences, for these raters or for raters like these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.comparison.like_with_like import ComparedQuantity, Key, Layout
from agreement.comparison.rater_pair_tables import PairTables
from agreement.cross_tables import mean_of_known
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.jackknife import Jackknife, jackknife_t, plain_jackknife_t
from agreement.significance.difference_from_zero import NULL, difference_from_zero
from agreement.significance.rater_swaps import PairWeights, pooled_table, slopes, swap_changes
from agreement.significance.raters_as_sample import (
    difference_for_like_raters,
    two_way_interval,
    variance_of_mean_over_pairs,
    variance_of_mean_over_raters,
)
from agreement.significance.swap_distribution import SwapDistribution, swap_distributions

Bounds = tuple[float, float]


@dataclass(frozen=True, eq=False)
class CountedCodes:
    """Codes (n, people + 1), the referee last, counted into the tables of a layout.

    ``row`` is the group of each; ``single`` tells that each row of codes is a pattern of units, which the tables
    repeat.
    """

    layout: Layout
    tables: PairTables
    codes: Codes
    row: Ints
    single: bool


@dataclass(frozen=True, eq=False)
class PairIntervals:
    """How the intervals of counted codes are made.

    ``bounds`` are the ranges of coefficients, ``by_rating`` tells in which of them pooled units weigh by their ratings,
    ``like_these`` that raters are a sample.
    """

    counted: CountedCodes
    confidence: float
    n_resamples: int
    seed: int
    bounds: tuple[Bounds, ...]
    by_rating: Sequence[bool]
    like_these: bool

    def population(self, key: Key) -> str:
        """Whom a statistic's interval speaks of; a person's own row is always about that person."""
        own = key[0].startswith(("rater", "instead"))
        return RATERS_LIKE_THESE if self.like_these and not own else THESE_RATERS

    def of(self, key: Key, found: Jackknife) -> tuple[Interval, HypothesisTest | None]:
        """Return the interval of a statistic, and the test of a difference."""
        kind, coefficient = key
        if self.population(key) == RATERS_LIKE_THESE:
            return self._for_like_raters(key, found)
        if coefficient < 0:
            unit = float(np.ptp(self.counted.tables.values))
            apart = -unit, unit
            return plain_jackknife_t(found, confidence=self.confidence, unit=unit, bounds=apart), None
        if kind != "difference":
            return jackknife_t(found, confidence=self.confidence, bounds=self.bounds[coefficient]), None
        if self.n_resamples < 1:
            apart = _of_differences(self.bounds[coefficient])
            interval = plain_jackknife_t(found, confidence=self.confidence, bounds=apart)
            return interval, HypothesisTest(None, NULL, "none", reason="no swaps were asked for")
        apart = _of_differences(self.bounds[coefficient])
        return difference_from_zero(found, self.swapped[coefficient], confidence=self.confidence, bounds=apart)

    @cached_property
    def swapped(self) -> list[SwapDistribution]:
        """How far swaps of the referee with people move each difference."""
        counted, tables = self.counted, self.counted.tables
        weight = tables.repeats[counted.row] if counted.single else np.ones(len(counted.codes))
        slope = slopes(tables.coefficients, pooled_table(counted.codes, weight, len(tables.values)))
        size = float(weight.sum())
        pooled = counted.layout.n_pooled > 0
        pairs = (
            PairWeights.of_pooled(counted.codes, weight, self.by_rating)
            if pooled
            else PairWeights.of_means(counted.codes, weight)
        )
        changes = swap_changes(counted.codes, counted.row, tables.repeats, slope, pairs, size)
        observed = np.array([size * self._linear_difference(i, each) for i, each in enumerate(slope)])
        return swap_distributions(changes, observed, self.n_resamples, np.random.default_rng(self.seed))

    def _linear_difference(self, coefficient: int, slope: Floats) -> float:
        share = self.counted.tables.shares()
        statistic = self.counted.layout.questions["difference", coefficient].statistic
        sides = (share[list(which)] for which in (statistic.tables, statistic.beside))
        referee, people = (mean_of_known(np.einsum("tab,ab->t", side, slope)[None])[0] for side in sides)
        return float(referee - people)

    def _for_like_raters(self, key: Key, found: Jackknife) -> tuple[Interval, HypothesisTest | None]:
        kind, coefficient = key
        question = self.counted.layout.questions[key]
        if coefficient < 0:
            by_raters = variance_of_mean_over_raters(self._leniencies(question))
            return two_way_interval(found, by_raters, confidence=self.confidence), None
        bounds = self.bounds[coefficient]
        if kind == "difference":
            among = self._among_people(question, question.statistic.beside, coefficient)
            apart = _of_differences(bounds)
            return difference_for_like_raters(found, among, confidence=self.confidence, bounds=apart)
        values = self._among_people(question, question.statistic.tables, coefficient)
        of_referee = kind.endswith("referee")
        by_raters = (
            variance_of_mean_over_raters(_by_person(values)) if of_referee else variance_of_mean_over_pairs(values)
        )
        return two_way_interval(found, by_raters, confidence=self.confidence, bounds=bounds), None

    def _among_people(self, question: ComparedQuantity, tables: Sequence[int], coefficient: int) -> Floats:
        """Coefficients by ordered pair of people, shape (people, people), NaN where pairs were pooled."""
        n = self.counted.codes.shape[1] - 1
        out: Floats = np.full((n, n), np.nan)
        made = self._of_tables[coefficient]
        for (j, k), t in zip(question.pairs or (), tables, strict=False):
            out[j, k] = made[t]
            if question.pairs and (k, j) not in question.pairs:
                out[k, j] = made[t]
        return out

    def _leniencies(self, question: ComparedQuantity) -> Floats:
        values, tables = self.counted.tables.values, self._totals[list(question.statistic.tables)]
        apart = np.subtract.outer(values, values).T
        return np.asarray(np.einsum("tab,ab->t", tables, apart) / tables.sum(axis=(1, 2)))

    @cached_property
    def _totals(self) -> Floats:
        q = len(self.counted.tables.values)
        return np.asarray(self.counted.tables.total().reshape(-1, q, q))

    @cached_property
    def _of_tables(self) -> Floats:
        return np.asarray(self.counted.tables.coefficients(self._totals[None])[:, 0])


def _by_person(values: Floats) -> Floats:
    """Return the mean of each row that has one."""
    return mean_of_known(values)


def _of_differences(bounds: Bounds) -> Bounds:
    return bounds[0] - bounds[1], bounds[1] - bounds[0]
