"""Raw agreement: the share of pairs of raters who agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import agreement_rows, checked_weights, observed_agreement
from agreement.coefficients.weights import Weights
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import percent_interval
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings


def percent_agreement(
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
    r"""Return the mean over units of the share of rater pairs that agree.

    .. math:: p_a = \frac{1}{n'} \sum_{i: r_i \ge 2} \sum_k \frac{r_{ik}(r^*_{ik} - 1)}{r_i (r_i - 1)},
              \quad r^*_{ik} = \sum_l w_{kl} r_{il}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating. A unit with one rating never counts as agreement.
    weights : str, matrix or None, default None
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
    K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), equation 2.10.

    Examples
    --------
    Three units: agreement of 3 of 3, 1 of 3 and 1 of 1 pairs, so (1 + 1/3 + 1) / 3 = 7/9.

    >>> round(percent_agreement([[1, 1, 1], [0, 0, 1], [2, 2, None]], interval=None).value, 4)
    0.7778
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    matrix = checked_weights(read, weights)

    return estimate(
        read,
        options,
        rows=lambda patterns: agreement_rows(patterns, matrix),
        formula=lambda sums, patterns: observed_agreement(sums),
        bounds=(0.0, 1.0),
        analytic=percent_interval(matrix),
        luck=lambda shares: 0.0,
        margins_matter=False,
    )
