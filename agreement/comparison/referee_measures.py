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
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.rater_pair_tables import PairStatistic, PairTables
from agreement.cross_tables import count_pairs
from agreement.encoding import category_values

COEFFICIENTS = ("percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")
MIN_SHARED = 20  # with fewer units for some person, coefficients of single pairs are unstable
STEP = 1e-3  # of a group's tables, over which a coefficient's slope is taken
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

    Coefficients are means over people, or of all pairs pooled where some person shares fewer than 20 units.
    """
    q, n, n_referees = len(scale), people.shape[1], referees.shape[1]
    raters = [j for j in range(n) if (people[:, j] >= 0).any()]
    pairs = [(j, n + r) for r in range(n_referees) for j in raters]
    n_groups = int(group.max()) + 1
    sums = count_pairs(np.concatenate([people, referees], axis=1), pairs, group, n_groups, q)
    width = len(raters)
    if pools(people):
        sums = sums.reshape(n_groups, n_referees, width, q * q).sum(axis=2).reshape(n_groups, -1)
        width = 1
    of = [tuple(range(r * width, (r + 1) * width)) for r in range(n_referees)]
    kinds = [*range(len(COEFFICIENTS)), -1]
    statistics = [PairStatistic(kind, tables) for kind in kinds for tables in of]
    values = category_values(scale)
    tables = PairTables(sums, np.ones(n_groups), values, agreement_weights("quadratic", scale), None)
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
            partial(_slopes, tables, of, kinds[k]),
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


def pools(people: Codes) -> bool:
    """Tell whether somebody who rated at all rated so few units that pairs are pooled."""
    n = (people >= 0).sum(axis=0)
    return bool(n[n > 0].min(initial=MIN_SHARED) < MIN_SHARED)


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
        return np.asarray(total[:, second] - total[:, first]) / n

    return Measure(costs.mean(axis=0), left, n, None, (None,) * n_referees, apart)
