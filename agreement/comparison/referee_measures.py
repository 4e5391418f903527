"""What referees are compared by: each measure for every referee, on all clusters and without each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.calibration.corp import fit_curve, noise_fitted
from agreement.calibration.isotonic import isotonic_fits
from agreement.calibration.score_level_sums import LevelSums, level_sums
from agreement.coefficients.gwet import ac_of_tables
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.like_with_like import BY_RATING, BY_UNIT, POOLED
from agreement.comparison.rater_pair_tables import PairStatistic, PairTables, count_pooled
from agreement.cross_tables import count_pairs, too_few_shared
from agreement.encoding import category_values

COEFFICIENTS = ("percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")
STEP = 1e-3  # of a group's tables, over which a coefficient's slope is taken
Places = dict[int, list[tuple[int, ...]]]  # of a coefficient, the tables of each referee
NOT_ON_SCALE = "the units do not define it"


@dataclass(frozen=True)
class Measure:
    """One measure per referee, and without each group (groups, referees).

    ``reason`` says why there is nothing at all, ``reasons`` why there is nothing for one referee. ``apart`` maps the
    positions of two referees to what each group adds to their difference, second minus first, linearised at both
    together: swapping the two in a group changes its sign there.
    """

    point: Floats
    replicates: Floats
    n_units: int
    reason: str | None
    reasons: tuple[str | None, ...]
    apart: Callable[[int, int], Floats]


def coefficients(people: Codes, referees: Codes, group: Ints, scale: tuple[Any, ...]) -> dict[str, Measure]:
    """Return agreement with people and leniency of codes (units, people), −1 where nobody rated, and (units, referees).

    Coefficients are means over people, or of all pairs pooled where some person rated too few units.
    """
    n_referees = referees.shape[1]
    n_groups, kinds = int(group.max()) + 1, [*range(len(COEFFICIENTS)), -1]
    sums, of = (_pooled if pools(people) else _averaged)(people, referees, group, len(scale))
    statistics = [PairStatistic(kind, tables) for kind in kinds for tables in of[kind]]
    values = category_values(scale)
    weights = agreement_weights("quadratic", scale)
    tables = PairTables(sums, np.ones(n_groups), values, weights, None, partial(ac_of_tables, weights=weights))
    point = tables.point(statistics).reshape(len(kinds), n_referees)
    left = tables.jackknife_replicates(statistics).reshape(n_groups, len(kinds), n_referees)
    constant = ["it gave one level to every unit" if np.ptp(column) == 0 else None for column in referees.T]
    return {
        name: Measure(
            point[k],
            left[:, k],
            len(people),
            None,
            tuple(constant if 0 < k < 4 else [None] * n_referees),
            partial(_slopes, tables, of[kinds[k]], kinds[k]),
        )
        for k, name in enumerate((*COEFFICIENTS, "leniency"))
    }


def _slopes(tables: PairTables, of: list[tuple[int, ...]], kind: int, first: int, second: int) -> Floats:
    """Return by how much each group's tables move a measure from one referee to the other, at the mean of both."""
    cells = tables.sums.reshape(tables.n_groups, -1, len(tables.values) ** 2)
    one, other = (cells[:, list(of[r])].reshape(tables.n_groups, -1) for r in (first, second))
    middle, nudge = (one + other).sum(axis=0) / 2, STEP * (other - one)
    statistic = [PairStatistic(kind, tuple(range(len(of[first]))))]
    above, below = (tables.evaluate(middle + side * nudge, statistic)[:, 0] for side in (1, -1))
    return np.asarray((above - below) / (2 * STEP))


def _averaged(people: Codes, referees: Codes, group: Ints, q: int) -> tuple[Floats, Places]:
    """Count the tables of each person with each referee; every measure of a referee is a mean over people."""
    n, n_referees = people.shape[1], referees.shape[1]
    raters = [j for j in range(n) if (people[:, j] >= 0).any()]
    pairs = [(j, n + r) for r in range(n_referees) for j in raters]
    sums = count_pairs(np.concatenate([people, referees], axis=1), pairs, group, int(group.max()) + 1, q)
    width = len(raters)
    of = [tuple(range(r * width, (r + 1) * width)) for r in range(n_referees)]
    return sums, dict.fromkeys((*range(len(COEFFICIENTS)), -1), of)


def _pooled(people: Codes, referees: Codes, group: Ints, q: int) -> tuple[Floats, Places]:
    """Count the pooled tables of each referee: units weigh alike, but in alpha and leniency each rating does."""
    n_groups = int(group.max()) + 1
    each = [
        count_pooled(np.concatenate([people, column[:, None]], axis=1), group, n_groups, q, each=False)
        for column in referees.T
    ]
    by_unit: list[tuple[int, ...]] = [(POOLED * r + BY_UNIT[1],) for r in range(len(each))]
    by_rating: list[tuple[int, ...]] = [(POOLED * r + BY_RATING[1],) for r in range(len(each))]
    return np.concatenate(each, axis=1), {0: by_unit, 1: by_unit, 2: by_rating, 3: by_unit, -1: by_rating}


def pools(people: Codes) -> bool:
    """Tell whether somebody shares so few units with the referees that pairs are pooled, as people's pairs would be."""
    n = np.count_nonzero(people >= 0, axis=0)
    return bool(np.any(too_few_shared(n, len(people))))


def calibrations(scores: Floats, people: Floats, group: Ints) -> Measure:
    """Return miscalibration, corrected for fitting to noise.

    The correction of the whole is taken off every left-out value: it does not vary with a group.
    """
    points, lefts, reasons = [], [], []
    for column in scores.T:
        data, _ = level_sums(column, people, group)
        excess = noise_fitted(data, fit_curve(data))
        shift = 0.0 if excess is None else excess[0]
        weight, sums = (_by_group(data, group, values) for values in (np.ones(data.n), data.mean))
        points.append(_miscalibration(data.x, weight.sum(axis=0)[None], sums.sum(axis=0)[None])[0] - shift)
        lefts.append(_miscalibration(data.x, weight.sum(axis=0) - weight, sums.sum(axis=0) - sums) - shift)
        reasons.append("as many curve pieces as units" if excess is None else None)
    losses = partial(_losses, scores, people, group)
    return Measure(np.array(points), np.stack(lefts, axis=1), len(people), None, tuple(reasons), losses)


def _losses(scores: Floats, people: Floats, group: Ints, first: int, second: int) -> Floats:
    """Return what each group adds to the difference of two miscalibrations, both about one curve of both referees."""
    both = np.concatenate([scores[:, first], scores[:, second]])
    data, _ = level_sums(both, np.concatenate([people, people]), np.concatenate([group, group]))
    fitted = fit_curve(data).fitted[data.level]
    loss = np.square(data.mean - data.x[data.level]) - np.square(data.mean - fitted)
    one, other = loss[: len(people)], loss[len(people) :]
    return np.asarray(np.bincount(group, weights=other - one) / len(people))


def _by_group(data: LevelSums, group: Ints, values: Floats) -> Floats:
    k = len(data.x)
    cells = np.bincount(group * k + data.level, weights=values, minlength=(int(group.max()) + 1) * k)
    return np.asarray(cells.reshape(-1, k), dtype=float)


def _miscalibration(x: Floats, weight: Floats, sums: Floats) -> Floats:
    """MSC of rows of level sums: squared distance of the score from the ratings, less that of the isotonic fit."""
    n = weight.sum(axis=1)
    if not n.all():  # one group, without which nothing is left
        return np.full(len(n), np.nan)
    fitted = isotonic_fits(sums, weight)
    apart = (weight * (x**2 - fitted**2) - 2 * sums * (x - fitted)).sum(axis=1)
    return np.asarray(apart / n)


def means(costs: Floats, group: Ints) -> Measure:
    """Return the mean of a cost (units, referees) that is known for every referee."""
    n, n_referees = costs.shape
    if not n:
        blank = np.full(n_referees, np.nan)
        why = "it is not known of every referee"
        return Measure(blank, np.empty((0, n_referees)), 0, why, (None,) * n_referees, lambda *_: np.empty(0))
    size = np.bincount(group).astype(float)[:, None]
    total = np.stack([np.bincount(group, weights=column) for column in costs.T], axis=1)
    rest = n - size
    left = np.divide(total.sum(axis=0) - total, rest, out=np.full(total.shape, np.nan), where=rest > 0)

    def apart(first: int, second: int) -> Floats:
        return np.asarray((total[:, second] - total[:, first]) / n)

    return Measure(costs.mean(axis=0), left, n, None, (None,) * n_referees, apart)
