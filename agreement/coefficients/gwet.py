"""Brennan and Prediger's coefficient and Gwet's AC1 and AC2: chance that lopsided categories do not raise."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.coefficients.base import Coefficient, Keywords, Options, Statistics, estimate
from agreement.coefficients.chance import (
    beyond_chance,
    checked_weights,
    need_scale,
    observed_rows,
    ratio,
    why_undefined,
    with_chance,
)
from agreement.coefficients.weights import Weights
from agreement.comparison.cross_tables import counted, margins, weighted
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import chance_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.ratings import Ratings, as_ratings


def brennan_prediger(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Brennan and Prediger's coefficient: chance is that of raters who pick categories evenly.

    .. math:: \kappa_{BP} = \frac{p_a - p_e}{1 - p_e}, \quad p_e = \frac{1}{q^2} \sum_{kl} w_{kl}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        An array needs ``scale=``: the number of categories is part of the formula.
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    **options
        See :class:`agreement.options.Options`. ``interval="analytic"`` uses Gwet's standard error.

    Returns
    -------
    Estimate

    References
    ----------
    R. L. Brennan and D. J. Prediger, Educational and Psychological Measurement 41 (1981); weights after Gwet (2014).

    Examples
    --------
    Observed 0.75 on four categories: (0.75 − 0.25) / 0.75.

    >>> brennan_prediger([[1, 1], [1, 0], [0, 0], [3, 3]], scale=range(4), interval=None).value
    0.6666666666666666
    """
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    need_scale(read, "chance agreement and its number of categories")
    matrix = checked_weights(read, weights)
    expected = np.asarray(matrix.mean())

    def value(total: Floats) -> Floats:
        return beyond_chance(ratio(total[..., 0], total[..., 1]), expected)

    def build(patterns: Patterns) -> Statistics:
        return observed_rows(patterns, matrix), value

    bounds = ac_bounds(matrix)
    published = chance_interval(matrix, lambda shares: expected, lambda of_units, shares: expected, bounds)
    made = Coefficient(build, why_undefined, bounds=bounds, analytic=published)
    return estimate(made, read, chosen)


def gwet_ac(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Gwet's AC1, or AC2 with weights.

    .. math:: AC = \frac{p_a - p_e}{1 - p_e}, \quad p_e = \frac{\sum_{kl} w_{kl}}{q(q-1)} \sum_k \pi_k (1 - \pi_k),
              \quad \pi_k = \frac{1}{n} \sum_i \frac{r_{ik}}{r_i}

    Observed agreement is that of :func:`agreement.percent_agreement`. A unit with one rating enters the shares only.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        An array needs ``scale=``: the number of categories is part of the formula.
    weights : {"linear", "quadratic", …}, matrix or None, default None
        None is AC1; see :func:`agreement.agreement_weights`.
    **options
        See :class:`agreement.options.Options`. ``interval="analytic"`` uses Gwet's standard error.

    Returns
    -------
    Estimate

    References
    ----------
    K. L. Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008); *Handbook of Inter-Rater
    Reliability*, 4th ed. (2014), chapters 4–5.

    Examples
    --------
    Observed 0.75, shares 3/8 and 5/8, chance 2 · 15/64 · 2 / 2: (0.75 − 30/64) / (1 − 30/64) = 9/17.

    >>> gwet_ac([[1, 1], [1, 0], [0, 0], [0, 0]], scale=[0, 1], interval=None).value
    0.5294117647058824
    """
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    need_scale(read, "chance agreement and its number of categories")
    matrix = checked_weights(read, weights)
    q = len(read.scale)
    spread = matrix.sum() / (q * (q - 1)) if q > 1 else np.nan

    def chance(shares: Floats) -> Floats:
        total: Floats = spread * (shares * (1 - shares)).sum(axis=-1)
        return total

    def slope(of_units: Floats, shares: Floats) -> Floats:
        return spread * (of_units @ (1 - shares))

    bounds = ac_bounds(matrix)
    made = Coefficient(
        with_chance(matrix, chance),
        why_undefined,
        bounds=bounds,
        enters_from=1,
        analytic=chance_interval(matrix, chance, slope, bounds),
    )
    return estimate(made, read, chosen)


def ac_of_tables(tables: Floats, weights: Floats) -> Floats:
    """AC of cross-tables of two raters.

    Parameters
    ----------
    tables : ndarray of shape (…, q, q)
    weights : ndarray of shape (q, q)

    Returns
    -------
    ndarray of shape (…)
        NaN where a table is empty or the scale has one category.

    Examples
    --------
    The four units of :func:`gwet_ac`.

    >>> ac_of_tables(np.array([[2.0, 0.0], [1.0, 1.0]]), np.eye(2))
    array(0.52941176)
    """
    n, q = counted(tables), len(weights)
    count = np.where(n > 0, n, np.nan)
    shares = np.add(*margins(tables)) / 2 / count[..., None]
    spread = weights.sum() / (q * (q - 1)) if q > 1 else np.nan
    within = np.einsum("...q,...q->...", shares, 1 - shares)
    return beyond_chance(weighted(tables, weights) / count, spread * within)


def ac_bounds(weights: Floats) -> tuple[float, float]:
    """Return the range: no agreement at the largest chance term, which is the mean weight for both coefficients."""
    most = float(weights.mean())
    return (-1.0, 1.0) if most >= 1 else (min(-1.0, -most / (1 - most)), 1.0)
