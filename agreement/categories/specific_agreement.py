"""Agreement on one category at a time, which shows where a chance-corrected coefficient comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import ratio
from agreement.estimate import Estimate
from agreement.intervals.rating_patterns import Patterns
from agreement.options import RESAMPLED, Options, ResampledName, check_interval
from agreement.ratings import Ratings


def specific_agreement(
    ratings: Ratings | ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> dict[str, Estimate]:
    r"""Return for each category how often a second rater gives it too, where a first one gave it.

    .. math:: p_k = \frac{\sum_i r_{ik} (r_{ik} - 1)}{\sum_i r_{ik} (r_i - 1)}

    Of two raters on two categories these are positive and negative agreement, to be printed beside a kappa that a
    skewed prevalence made low.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating. A unit with one rating has no second rater.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent; by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the intervals, each for itself.
    n_resamples, seed : int, default 2000 and 0
        Of the bootstrap.

    Returns
    -------
    dict of str to Estimate
        By category, in the order of the scale; a category that nobody gave on a unit rated twice is undefined.

    References
    ----------
    R. L. Spitzer and J. L. Fleiss, British Journal of Psychiatry 125 (1974); D. V. Cicchetti and A. R. Feinstein,
    Journal of Clinical Epidemiology 43 (1990), for two raters.

    Examples
    --------
    Of a, b, c, d = 40, 9, 6, 45 units rated yes-yes, yes-no, no-yes, no-no: 2 · 40 / (2 · 40 + 9 + 6) = 0.842 and
    2 · 45 / (2 · 45 + 9 + 6) = 0.857.

    >>> from agreement import Ratings
    >>> table = Ratings.from_contingency([[40, 9], [6, 45]], scale=("yes", "no"))
    >>> {name: round(e.value, 3) for name, e in specific_agreement(table).items()}
    {'yes': 0.842, 'no': 0.857}
    """
    check_interval(interval, RESAMPLED)
    options = Options(interval, confidence, n_resamples, seed)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    return {str(category): _of_category(read, options, k) for k, category in enumerate(read.scale)}


def _of_category(ratings: Ratings, options: Options, k: int) -> Estimate:
    found = estimate(
        ratings,
        options,
        rows=lambda patterns: _agreeing_and_possible(patterns, k),
        formula=lambda sums, _: ratio(sums[..., 0], sums[..., 1]),
        bounds=(0.0, 1.0),
    )
    if found.value is None and (ratings.codes >= 0).sum(axis=1).max(initial=0) > 1:
        return Estimate.undefined(
            "nobody gave this category on a unit with two ratings",
            confidence=found.confidence,
            n_raters=found.n_raters,
            n_dropped=found.n_dropped,
        )
    return found


def _agreeing_and_possible(patterns: Patterns, k: int) -> Floats:
    """Ordered pairs of different raters whose first, and whose both, gave category k, shape (P, 2)."""
    given = patterns.counts[:, k]
    both = np.square(given) - patterns.self_pairs[:, k]
    possible = given * patterns.size - patterns.self_pairs[:, k]
    return np.stack([both, possible], axis=1)
