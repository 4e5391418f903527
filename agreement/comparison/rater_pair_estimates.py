"""Estimates of what cross-tables of pairs say: values, intervals by group, and the tests of differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.coefficients.gwet import ac_bounds, ac_of_tables
from agreement.coefficients.krippendorff import LevelName, distance_of_level
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.entering_counts import EnteringCounts
from agreement.comparison.like_with_like import (
    Key,
    Layout,
    all_units_layouts,
    averaged_layout,
    comparable,
    leniency_layout,
    pooled_layout,
)
from agreement.comparison.rater_pair_coefficients import (
    BY_RATING,
    Bounds,
    OfTables,
    further_coefficients,
    people_weights,
)
from agreement.comparison.rater_pair_intervals import CountedCodes, PairIntervals
from agreement.comparison.rater_pair_tables import PairTables
from agreement.encoding import category_values
from agreement.estimate import Estimate, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.bootstrap import percentile
from agreement.intervals.jackknife import Jackknife
from agreement.intervals.rating_patterns import distinct
from agreement.options import ResampledName
from agreement.ratings import Ratings
from agreement.significance.difference_from_zero import NULL

MOST_CELLS, BLOCKS = 30_000_000, 1000  # larger tables of single units are made from random blocks of units


@dataclass(frozen=True)
class ComparisonPlan:
    """What to compute and how, for all units or for a slice; options as of :func:`agreement.compare`.

    ``raters`` are the people to leave out one by one, in the order of their columns, or nobody.
    """

    scale: tuple[Any, ...]
    raters: tuple[str, ...]
    level: LevelName
    interval: ResampledName | None
    confidence: float
    n_resamples: int
    seed: int
    every: bool = False
    like_these: bool = False  # raters are a sample
    people_scale: tuple[Any, ...] | None = None  # the categories of people, all by default

    @cached_property
    def further(self) -> dict[str, tuple[OfTables, Bounds]]:
        """Coefficients beside the four."""
        return further_coefficients(self.scale, self.level, self.own) if self.every else {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        nominal = self.level == "nominal"
        kappa, ac = ("cohen_kappa", "gwet_ac1") if nominal else ("cohen_kappa_quadratic", "gwet_ac2_quadratic")
        return "percent_agreement", kappa, f"krippendorff_alpha_{self.level}", ac, *self.further

    @property
    def by_rating(self) -> tuple[bool, ...]:
        """Whether pooled units weigh by their ratings, per coefficient; the others weigh units alike."""
        return tuple(name in BY_RATING for name in self.names)

    @cached_property
    def own(self) -> Bools:
        """Which categories are those of people."""
        if self.people_scale is None:
            return np.ones(len(self.scale), dtype=bool)
        return np.array([category in self.people_scale for category in self.scale])

    @cached_property
    def ac(self) -> tuple[OfTables, Bounds]:
        """Gwet's AC of tables, and its range."""
        weights = people_weights(self.scale, self.own, nominal=self.level == "nominal")
        return partial(ac_of_tables, weights=weights, own=self.own), ac_bounds(weights[np.ix_(self.own, self.own)])

    @property
    def weights(self) -> Floats:
        """Agreement weights of kappa, shape (q, q)."""
        return agreement_weights(None if self.level == "nominal" else "quadratic", self.scale)

    @property
    def bounds(self) -> tuple[Bounds, ...]:
        """Range of each coefficient."""
        more = (bounds for _, bounds in self.further.values())
        return (0.0, 1.0), (-1.0, 1.0), (-1.0, 1.0), self.ac[1], *more


def estimates(
    codes: Codes, group: Ints | None, plan: ComparisonPlan, averaging: str
) -> tuple[dict[Key, Estimate], list[HypothesisTest]]:
    """Estimate every statistic of a comparison of codes (units, people + 1), the referee last, −1 where none was given.

    Keys are (kind, coefficient). Of units that the referee scored and two people rated: "ceiling", "referee",
    "difference", and for each person that the plan names "rater 0", … (with the others) and "instead 0", … (the referee
    in that person's place). Of all units that hold it: "all people", "all referee"; and with coefficient −1 "leniency"
    and each person's, "rater 0", …. With them come the tests of the differences.
    """
    pooled, each = averaging == "pooled", bool(plan.raters)
    people, scored = codes[:, :-1] >= 0, codes[:, -1] >= 0
    like = comparable(codes)

    def laid_out(chosen: Codes) -> Layout:
        if pooled:
            return pooled_layout(chosen, plan.by_rating, each=each)
        return averaged_layout(chosen, len(plan.names), each=each)

    measured = _Measured(codes[like], _of(group, like), plan, laid_out)
    made = measured.estimates()
    tests = [measured.tests.get(i) or _untested(made["difference", i].reason) for i in range(len(plan.names))]
    with_referee = scored & people.any(axis=1)
    leniency = _Measured(
        codes[with_referee], _of(group, with_referee), plan, lambda chosen: leniency_layout(chosen, each=each)
    )
    made |= leniency.estimates()
    same = measured.has_every_term and (pooled or bool(people[like].all()))
    sides = (("people", "ceiling", np.count_nonzero(people, axis=1) >= 2), ("referee", "referee", with_referee))
    for at, (side, compared, units) in enumerate(sides):
        if same and np.array_equal(units, like):
            made |= {(f"all {side}", i): made[compared, i] for i in range(len(plan.names))}
        else:
            made |= _Measured(codes[units], _of(group, units), plan, _one_side(plan, pooled, at)).estimates()
    return made, tests


def _untested(reason: str | None) -> HypothesisTest:
    return HypothesisTest(None, NULL, "none", reason=reason or "no interval was asked for, and no test")


def _one_side(plan: ComparisonPlan, pooled: bool, at: int) -> Callable[[Codes], Layout]:
    return lambda chosen: all_units_layouts(chosen, plan.by_rating, pooled=pooled)[at]


def _of(group: Ints | None, units: Bools) -> Ints | None:
    return None if group is None else group[units]


class _Measured:
    """Units with the tables that they are counted into, and the estimates that these give."""

    def __init__(
        self, codes: Codes, group: Ints | None, plan: ComparisonPlan, laid_out: Callable[[Codes], Layout]
    ) -> None:
        self.codes, self.group, self.plan = codes, group, plan
        self.counted = _counted(codes, group, plan, laid_out)
        self.layout, self.tables = self.counted.layout, self.counted.tables
        self.tests: dict[int, HypothesisTest] = {}
        self.keys = list(self.layout.questions)
        self.statistics = [question.statistic for question in self.layout.questions.values()]
        self.rng = np.random.default_rng(plan.seed)
        self.known = self.tables.known(self.statistics) if len(codes) else []
        self.point: Floats = np.full(len(self.keys), np.nan)
        self.left: Floats = np.empty((0, len(self.keys)))
        if len(codes):
            self.point = self.tables.point(self.statistics)
        if len(codes) and plan.interval is not None:
            self.left = self.tables.jackknife_replicates(self.statistics)

    @property
    def has_every_term(self) -> bool:
        """Whether every pair enters every statistic."""
        return all(known.all() for known in self.known)

    def estimates(self) -> dict[Key, Estimate]:
        """Estimate every statistic of the layout."""
        plan, tables = self.plan, self.tables
        counts = EnteringCounts(self.codes, self.group, plan.confidence, plan.raters)
        if not len(self.codes):
            return {key: counts.nothing(key) for key in self.keys}
        resample = plan.interval == "bootstrap" and tables.n_groups > 1
        drawn = tables.resampled(self.statistics, plan.n_resamples, self.rng) if resample else None
        present, size = tables.present(), tables.sums.sum(axis=1)
        intervals = PairIntervals(
            self.counted, plan.confidence, plan.n_resamples, plan.seed, plan.bounds, plan.by_rating, plan.like_these
        )
        made: dict[Key, Estimate] = {}
        for s, (key, question) in enumerate(self.layout.questions.items()):
            statistic = question.statistic
            blank = counts.of(key, question, self.known[s])
            if not np.isfinite(self.point[s]) or counts.cannot_tell(key):
                made[key] = blank
                continue
            active = present[:, [*statistic.tables, *statistic.beside]].any(axis=1)
            if plan.interval is None:
                interval = Interval()
            else:
                found = Jackknife(self.point[s], self.left[active, s], tables.repeats[active], size[active])
                interval, test = intervals.of(key, found)
                if test:
                    self.tests[key[1]] = test
            if drawn is not None:
                interval = percentile(drawn[:, s], confidence=plan.confidence)
            made[key] = replace(blank, population=intervals.population(key)).with_interval(self.point[s], interval)
        return made


def _counted(
    codes: Codes, group: Ints | None, plan: ComparisonPlan, laid_out: Callable[[Codes], Layout]
) -> CountedCodes:
    """Count the tables of a layout per independent group: a cluster, a pattern of ratings, or a block of units."""
    q = len(plan.scale)
    if group is not None and np.count_nonzero(np.bincount(group)) == len(codes):
        group = None  # every unit is its own cluster
    row, repeats, layout = renumbered(group) if group is not None else np.zeros(0, dtype=np.intp), None, None
    if group is None:
        patterns, _ = distinct(Ratings(np.asfortranarray(codes), plan.scale, range(len(codes)), range(codes.shape[1])))
        layout = laid_out(patterns.codes)
        if patterns.repeats.size * layout.n_tables * q * q > MOST_CELLS:
            row = np.random.default_rng(0).permutation(np.arange(len(codes)) % min(len(codes), BLOCKS))
            layout = None
        else:
            codes, repeats, row = patterns.codes, patterns.repeats, np.arange(len(patterns.codes))
    single, layout = repeats is not None, layout or laid_out(codes)
    repeats = np.ones(int(row.max(initial=-1)) + 1) if repeats is None else repeats
    sums = layout.count(codes, row, len(repeats), q)
    distance = distance_of_level(plan.scale, plan.level)
    apart = None if distance is None else distance[np.triu_indices(q, k=1)]
    further = tuple(of_tables for of_tables, _ in plan.further.values())
    tables = PairTables(sums, repeats, category_values(plan.scale), plan.weights, apart, plan.ac[0], further)
    return CountedCodes(layout, tables, codes, row, single)
