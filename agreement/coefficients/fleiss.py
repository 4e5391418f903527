"""Scott's pi and Fleiss' kappa: chance from the category shares of all raters together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import (
    agreement_and_share_rows,
    beyond_chance,
    checked_weights,
    mean_shares,
    observed_agreement,
    pairable,
)
from agreement.coefficients.weights import Weights
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import chance_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings
from agreement.result_notes import lone_ratings_note


def scott_pi(
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
    r"""Return Scott's pi of two raters, on the units that both have rated.

    .. math:: \pi = \frac{p_o - p_e}{1 - p_e}, \quad p_e = \sum_{kl} w_{kl} \bar p_k \bar p_l,
              \quad \bar p_k = (p_{k+} + p_{+k}) / 2

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, 2)
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
    W. A. Scott, Public Opinion Quarterly 19 (1955).

    Examples
    --------
    Observed 0.75, both categories half of all ratings' shares 5/8 and 3/8: (0.75 − 34/64) / (1 − 34/64) = 7/15.

    >>> scott_pi([[1, 1], [1, 0], [0, 0], [0, 0]], interval=None).value
    0.4666666666666667
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    if read.n_raters > 2:
        raise AgreementError(f"scott_pi of {read.n_raters} raters", "it is defined for two", "Use fleiss_kappa.")
    matrix = checked_weights(read, weights)
    both = replace(read, codes=np.where(pairable(read)[:, None], read.codes, np.int8(-1)))
    result = _fleiss(both, matrix, options)
    lone = read.n_ratings - both.n_ratings
    return replace(result, n_dropped=result.n_dropped + lone, notes=(*lone_ratings_note(lone), *result.notes))


def fleiss_kappa(
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
    r"""Return Fleiss' kappa, with the kappa of each category against all others in ``parts``.

    .. math:: \kappa = \frac{p_a - p_e}{1 - p_e}, \quad p_e = \sum_{kl} w_{kl} \pi_k \pi_l,
              \quad \pi_k = \frac{1}{n} \sum_i \frac{r_{ik}}{r_i}

    Observed agreement is that of :func:`agreement.percent_agreement`. A unit with one rating enters the shares only.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Raters need not be the same from unit to unit; counts do (:meth:`Ratings.from_counts`).
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`. The parts are unweighted.
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
    J. L. Fleiss, Psychological Bulletin 76 (1971); missing ratings and weights after Gwet (2014).

    Examples
    --------
    >>> counts = [[0, 0, 3], [2, 1, 0], [0, 3, 0], [3, 0, 0]]
    >>> kappa = fleiss_kappa(Ratings.from_counts(counts, scale=["no", "unsure", "yes"]), interval=None)
    >>> round(kappa.value, 4), round(kappa.parts["yes"].value, 4)
    (0.7447, 1.0)
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    result = _fleiss(read, checked_weights(read, weights), options)
    parts = {
        str(category): _fleiss(_against_others(read, k), np.eye(2), options) for k, category in enumerate(read.scale)
    }
    return replace(result, parts=parts)


def _fleiss(ratings: Ratings, weights: Floats, options: Options) -> Estimate:
    """Chance agreement is πᵀWπ of the mean category shares π."""

    def chance(shares: Floats) -> Floats:
        return np.asarray(((shares @ weights) * shares).sum(axis=-1))

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        return beyond_chance(observed_agreement(sums), chance(mean_shares(sums)))

    return estimate(
        ratings,
        options,
        rows=lambda patterns: agreement_and_share_rows(patterns, weights),
        formula=formula,
        enters_from=1,
        analytic=chance_interval(weights, chance, lambda of_units, shares: of_units @ (weights @ shares)),
    )


def _against_others(ratings: Ratings, category: int) -> Ratings:
    codes = np.where(ratings.codes < 0, ratings.codes, (ratings.codes == category).astype(np.int8))
    return replace(ratings, codes=codes, scale=("any other category", ratings.scale[category]))
