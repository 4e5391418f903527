"""Estimates of what cross-tables of pairs say: values, intervals by group, and the p-value of differences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.coefficients.gwet import ac_bounds
from agreement.coefficients.krippendorff import LevelName, distance_of_level
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.rater_pair_coefficients import Bounds, OfTables, further_coefficients
from agreement.comparison.rater_pair_tables import PairStatistic, PairTables, count_pooled, shared_units
from agreement.cross_tables import count_pairs
from agreement.encoding import category_values
from agreement.estimate import Estimate, Interval
from agreement.intervals.bootstrap import percentile
from agreement.intervals.jackknife import Jackknife, jackknife_t, plain_jackknife_t
from agreement.intervals.rating_patterns import distinct
from agreement.options import ResampledName
from agreement.ratings import Ratings

Key = tuple[str, int]
MOST_CELLS, BLOCKS = 30_000_000, 1000  # larger tables of single units are made from random blocks of units


@dataclass(frozen=True)
class ComparisonPlan:
    """What to compute and how, for all units or for a slice; options as of :func:`agreement.compare`.

    ``raters`` are people to leave out one by one; ``people`` says whether people are compared with people.
    """

    scale: tuple[Any, ...]
    raters: tuple[str, ...]
    level: LevelName
    interval: ResampledName | None
    confidence: float
    n_resamples: int
    seed: int
    people: bool = True
    every: bool = False

    @cached_property
    def further(self) -> dict[str, tuple[OfTables, Bounds]]:
        """Coefficients beside the four."""
        return further_coefficients(self.scale, self.level) if self.every else {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        nominal = self.level == "nominal"
        kappa, ac = ("cohen_kappa", "gwet_ac1") if nominal else ("cohen_kappa_quadratic", "gwet_ac2_quadratic")
        return "percent_agreement", kappa, f"krippendorff_alpha_{self.level}", ac, *self.further

    @property
    def weights(self) -> Floats:
        """Agreement weights of kappa and AC, shape (q, q)."""
        return agreement_weights(None if self.level == "nominal" else "quadratic", self.scale)

    @property
    def bounds(self) -> tuple[Bounds, ...]:
        """Range of each coefficient."""
        more = (bounds for _, bounds in self.further.values())
        return (0.0, 1.0), (-1.0, 1.0), (-1.0, 1.0), ac_bounds(self.weights), *more


def estimates(
    codes: Codes, group: Ints | None, plan: ComparisonPlan, averaging: str
) -> tuple[dict[Key, Estimate], list[float | None]]:
    """Estimate every statistic of a comparison of codes (units, people + 1), the referee last and present in every row.

    Keys are (kind, coefficient): "ceiling", "referee", "difference", "leniency", "rater 0", …; coefficient −1 is
    leniency. With them come the p-values of the differences.
    """
    tables, statistics = _tables(codes, group, plan, averaging)
    if not len(codes):
        return {key: _blank(key, codes, group, plan, False) for key in statistics}, [None] * len(plan.names)
    names, listed = list(statistics), list(statistics.values())
    point = tables.point(listed)
    left = tables.jackknife_replicates(listed) if plan.interval else np.empty((0, len(listed)))
    rng = np.random.default_rng(plan.seed)
    resample = plan.interval == "bootstrap" and tables.n_groups > 1
    drawn = tables.resampled(listed, plan.n_resamples, rng) if resample else None
    present, size = tables.present(), tables.sums.sum(axis=1)
    constant = len(np.unique(codes[:, -1])) == 1
    made: dict[Key, Estimate] = {}
    for s, key in enumerate(names):
        blank = _blank(key, codes, group, plan, constant)
        if not np.isfinite(point[s]) or (constant and key[0] in ("referee", "difference") and key[1] > 0):
            made[key] = blank
            continue
        active = present[:, [*listed[s].tables, *(listed[s].minus or ())]].any(axis=1)
        if plan.interval is None:
            interval = Interval()
        elif drawn is not None:
            interval = percentile(drawn[:, s], confidence=plan.confidence)
        else:
            found = Jackknife(point[s], left[active, s], tables.repeats[active], size[active])
            interval = _jackknife_t(key, found, plan)
        made[key] = blank.with_interval(point[s], interval)
    differences = [names.index(("difference", i)) for i in range(len(plan.names))]
    if plan.interval is None or plan.n_resamples < 1:
        return made, [None] * len(plan.names)
    p_values = _sign_flips(point[differences], left[:, differences], tables.repeats, plan.n_resamples, rng)
    return made, [p if made["difference", i].value is not None else None for i, p in enumerate(p_values)]


def _tables(
    codes: Codes, group: Ints | None, plan: ComparisonPlan, averaging: str
) -> tuple[PairTables, dict[Key, PairStatistic]]:
    q, n_people = len(plan.scale), codes.shape[1] - 1
    if group is not None and np.count_nonzero(np.bincount(group)) == len(codes):
        group = None  # every unit is its own cluster
    if group is None:
        patterns, _ = distinct(Ratings(np.asfortranarray(codes), plan.scale, range(len(codes)), range(n_people + 1)))
        if patterns.repeats.size * (n_people + 2) ** 2 / 2 * q * q > MOST_CELLS:
            group = np.random.default_rng(0).permutation(np.arange(len(codes)) % min(len(codes), BLOCKS))
    if group is None:
        codes, repeats = patterns.codes, patterns.repeats
        row = np.arange(len(codes))
    else:
        row = renumbered(group)
        repeats = np.ones(int(row.max(initial=-1)) + 1)
    shared = shared_units(codes)
    with_referee = [(j, n_people) for j in range(n_people) if shared[j, n_people]]
    pairs = None
    if averaging == "pairs":
        pairs = [pair for pair in combinations(range(n_people), 2) if shared[pair]] if plan.people else []
        sums = count_pairs(codes, [*pairs, *with_referee], row, len(repeats), q)
    else:
        alone = count_pairs(codes, with_referee, row, len(repeats), q)
        sums = np.concatenate([count_pooled(codes, row, len(repeats), q), alone], axis=1)
    values = category_values(plan.scale)
    further = tuple(of_tables for of_tables, _ in plan.further.values())
    distance = distance_of_level(plan.scale, plan.level)
    apart = None if distance is None else distance[np.triu_indices(q, k=1)]
    tables = PairTables(sums, repeats, values, plan.weights, apart, further)
    return tables, _statistics(pairs, with_referee, n_people, plan)


def _statistics(
    pairs: list[tuple[int, int]] | None, with_referee: list[tuple[int, int]], n_people: int, plan: ComparisonPlan
) -> dict[Key, PairStatistic]:
    """Say which tables each statistic is a mean of: those of pairs, or, without pairs, those that pool them."""
    start = 2 + n_people if pairs is None else len(pairs)
    beside = tuple(range(start, start + len(with_referee)))
    people, referee = ((0,), (1,)) if pairs is None else (tuple(range(len(pairs))), beside)
    found: dict[Key, PairStatistic] = {("leniency", -1): PairStatistic(-1, beside)}
    for i in range(len(plan.names)):
        found["ceiling", i] = PairStatistic(i, people)
        found["referee", i] = PairStatistic(i, referee)
        found["difference", i] = PairStatistic(i, referee, people)
    for j in range(len(plan.raters)):
        rest = (2 + j,) if pairs is None else tuple(t for t in people if j in pairs[t])
        found |= {(f"rater {j}", i): PairStatistic(i, rest) for i in range(len(plan.names))}
        own = tuple(beside[t] for t, (k, _) in enumerate(with_referee) if k == j)
        found[f"rater {j}", -1] = PairStatistic(-1, own)
    return found


def _jackknife_t(key: Key, found: Jackknife, plan: ComparisonPlan) -> Interval:
    kind, coefficient = key
    if coefficient < 0:
        widest = float(np.ptp(category_values(plan.scale)))
        return plain_jackknife_t(found, confidence=plan.confidence, unit=widest, bounds=(-widest, widest))
    low, high = plan.bounds[coefficient]
    if kind == "difference":
        return plain_jackknife_t(found, confidence=plan.confidence, bounds=(low - high, high - low))
    return jackknife_t(found, confidence=plan.confidence, bounds=plan.bounds[coefficient])


def _sign_flips(
    point: Floats, left: Floats, repeats: Floats, n_resamples: int, rng: np.random.Generator
) -> list[float | None]:
    """Share of sign flips of the pseudo-values whose mean lies at least as far from 0 as theirs, per column."""
    n = repeats.sum()
    if n < 2:
        return [None] * len(point)
    pseudo = n * point - (n - 1) * left
    if n <= 4 * len(left):
        each = np.repeat(pseudo, repeats.astype(np.intp), axis=0)
        signs = 2 * rng.integers(0, 2, size=(n_resamples, len(each)), dtype=np.int8) - 1
        flipped = signs.astype(np.float32) @ each.astype(np.float32)
    else:
        flipped = (2.0 * rng.binomial(repeats.astype(np.intp), 0.5, size=(n_resamples, len(left))) - repeats) @ pseudo
    seen = np.abs(repeats @ pseudo)
    beyond = (np.abs(flipped) >= seen * (1 - 1e-5) - 1e-9).sum(axis=0)
    return [float((1 + b) / (1 + n_resamples)) if np.isfinite(s) else None for b, s in zip(beyond, seen, strict=True)]


def _blank(key: Key, codes: Codes, group: Ints | None, plan: ComparisonPlan, constant: bool) -> Estimate:
    people = codes[:, :-1] >= 0
    kind = key[0]
    several = people.sum(axis=1) >= 2
    units = several if kind == "ceiling" else np.ones(len(codes), dtype=bool)
    columns = people
    if kind.startswith("rater"):
        own = people[:, int(kind.split()[1])]
        units = own if key[1] < 0 else own & several
        columns = people[:, [int(kind.split()[1])]] if key[1] < 0 else people
    return Estimate.undefined(
        _why(kind, units, several, constant and key[1] > 0, plan),
        confidence=plan.confidence,
        n_units=int(units.sum()),
        n_raters=int(columns[units].any(axis=0).sum()),
        n_ratings=int(columns[units].sum()),
        n_clusters=None if group is None else int(np.count_nonzero(np.bincount(group[units]))),
    )


def _why(kind: str, units: Bools, several: Bools, constant: bool, plan: ComparisonPlan) -> str:
    if not len(units):
        return "no unit has both a level of the referee and a rating"
    if kind in ("ceiling", "difference") and not several.any():
        return "no unit that the referee scored was rated by two people"
    if not units.any():
        return "this person rated no unit together with another person, or none that the referee scored"
    if constant and kind in ("referee", "difference"):
        return "the referee gave one level to every unit, so its agreement cannot be told from chance"
    return "all compared ratings are one level, so agreement cannot be told from chance"
