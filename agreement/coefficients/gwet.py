"""Brennan and Prediger's coefficient and Gwet's AC1 and AC2: chance that lopsided categories do not raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Bools, Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import (
    agreement_and_share_rows,
    agreement_rows,
    beyond_chance,
    checked_weights,
    mean_shares,
    need_scale,
    observed_agreement,
)
from agreement.coefficients.weights import Weights
from agreement.cross_tables import counted, margins, weighted
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import chance_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings


def brennan_prediger(
    ratings: Ratings | ArrayLike,
    *,
    weights: Weights = None,
    scale: Sequence[Any] | None = None,
    interval: IntervalName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Brennan and Prediger's coefficient: chance is that of raters who pick categories evenly.

    .. math:: \kappa_{BP} = \frac{p_a - p_e}{1 - p_e}, \quad p_e = \frac{1}{q^2} \sum_{kl} w_{kl}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        An array needs ``scale=``: the number of categories is part of the formula.
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t, bootstrap percentile or BCa, bootstrap of units and raters at once (Owen 2007), published standard
        error (Gwet's), or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    population : int, optional
        Units there are, where the rated ones are a random sample of a finite number: the interval narrows by
        √(1 − rated/population), and there is none where all are rated.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    need_scale(read, "chance agreement and its number of categories")
    matrix = checked_weights(read, weights)
    expected, bounds = np.asarray(matrix.mean()), ac_bounds(matrix)
    return estimate(
        read,
        options,
        rows=lambda patterns: agreement_rows(patterns, matrix),
        formula=lambda sums, patterns: beyond_chance(observed_agreement(sums), expected),
        bounds=bounds,
        analytic=chance_interval(matrix, lambda shares: expected, lambda of_units, shares: expected, bounds),
        luck=lambda shares: 1 / len(shares),
        margins_matter=False,
    )


def gwet_ac(
    ratings: Ratings | ArrayLike,
    *,
    weights: Weights = None,
    scale: Sequence[Any] | None = None,
    interval: IntervalName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
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
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t, bootstrap percentile or BCa, bootstrap of units and raters at once (Owen 2007), published standard
        error (Gwet's), or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    population : int, optional
        Units there are, where the rated ones are a random sample of a finite number: the interval narrows by
        √(1 − rated/population), and there is none where all are rated.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    need_scale(read, "chance agreement and its number of categories")
    matrix = checked_weights(read, weights)
    q = len(read.scale)
    spread = matrix.sum() / (q * (q - 1)) if q > 1 else np.nan

    def chance(shares: Floats) -> Floats:
        return np.asarray(spread * (shares * (1 - shares)).sum(axis=-1))

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        return beyond_chance(observed_agreement(sums), chance(mean_shares(sums)))

    bounds = ac_bounds(matrix)
    return estimate(
        read,
        options,
        rows=lambda patterns: agreement_and_share_rows(patterns, matrix),
        formula=formula,
        bounds=bounds,
        enters_from=1,
        analytic=chance_interval(matrix, chance, lambda of_units, shares: spread * (of_units @ (1 - shares)), bounds),
        luck=lambda shares: float(shares @ (1 - shares)) / (q - 1),
        margins_matter=False,
    )


def ac_of_tables(tables: Floats, weights: Floats, own: Bools | None = None) -> Floats:
    """Return AC of cross-tables (…, q, q), NaN where one is empty or the scale has one category.

    ``own`` marks the categories that chance is spread over, all by default. Of names chance agrees in those alone; of
    numbers another one lies near them, so that it counts in how unevenly ratings fall as any does.
    """
    mine = np.ones(len(weights), dtype=bool) if own is None else own
    among = weights[np.ix_(mine, mine)]
    kept = mine if np.array_equal(weights, np.eye(len(weights))) else np.ones_like(mine)
    n, q = counted(tables), len(among)
    count = np.where(n > 0, n, np.nan)
    shares = np.add(*margins(tables)) / 2 / count[..., None]
    spread = among.sum() / (q * (q - 1)) if q > 1 else np.nan
    within = np.einsum("...q,...q->...", shares[..., kept], 1 - shares[..., kept])
    return beyond_chance(weighted(tables, weights) / count, spread * within)


def ac_bounds(weights: Floats) -> tuple[float, float]:
    """Return the range: no agreement at the largest chance term, which is the mean weight for both coefficients."""
    most = float(weights.mean())
    return (-1.0, 1.0) if most >= 1 else (min(-1.0, -most / (1 - most)), 1.0)
