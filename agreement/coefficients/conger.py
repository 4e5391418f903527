"""Conger's kappa for all raters at once: chance from the shares of each rater."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import (
    agreement_rows,
    beyond_chance,
    checked_weights,
    observed_agreement,
    ratio,
    refuse_counts_for,
)
from agreement.coefficients.weights import Weights
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import conger_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings


def conger_kappa(
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
    r"""Return Conger's kappa for several raters, which is Cohen's for two.

    .. math:: p_e = \frac{1}{r(r-1)} \sum_{g \ne h} \sum_{kl} w_{kl} \, p_{gk} p_{hl},
              \quad p_{gk} = \text{share of } k \text{ among the ratings of } g

    Observed agreement is that of :func:`agreement.percent_agreement`. ``interval="analytic"`` uses Gwet's standard
    error.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
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
    A. J. Conger, Psychological Bulletin 88 (1980); missing ratings after Gwet (2014).

    Examples
    --------
    Observed 0.75, expected 0.5:

    >>> conger_kappa([[1, 1], [1, 0], [0, 0], [0, 0]], interval=None).value
    0.5
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    refuse_counts_for(read, "conger_kappa")
    matrix = checked_weights(read, weights)

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        given = sums[..., 2:].reshape(*sums.shape[:-1], read.n_raters, patterns.n_categories)
        return beyond_chance(observed_agreement(sums), conger_chance(given, patterns.rater_weight, matrix))

    return estimate(
        read,
        options,
        rows=lambda patterns: conger_rows(patterns, matrix),
        formula=formula,
        anonymous=False,
        enters_from=1,
        analytic=conger_interval(matrix),
    )


def conger_rows(patterns: Patterns, weights: Floats) -> Floats:
    """Return agreement, and how often each rater chose each category, shape (P, 2 + raters · q)."""
    hits = (patterns.codes[:, :, None] == np.arange(patterns.n_categories)).reshape(len(patterns.codes), -1)
    return np.concatenate([agreement_rows(patterns, weights), hits], axis=1)


def conger_chance(given: Floats, drawn: Floats, weights: Floats) -> Floats:
    """Chance agreement of raters who were drawn so often, from their numbers of ratings, shape (…, raters, q)."""
    n = given.sum(axis=-1, keepdims=True)
    shares = np.nan_to_num(ratio(given, n))
    active = drawn * (n[..., 0] > 0)
    mixed = (active[..., None] * shares).sum(axis=-2)
    self_pairs = (np.square(active) * ((shares @ weights) * shares).sum(axis=-1)).sum(axis=-1)
    every = ((mixed @ weights) * mixed).sum(axis=-1) - self_pairs
    return ratio(every, np.square(active.sum(axis=-1)) - np.square(active).sum(axis=-1))
