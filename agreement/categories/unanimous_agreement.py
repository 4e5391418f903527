"""The share of units on which all raters agree: what many a paper calls percent agreement of several raters."""

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


def unanimous_agreement(
    ratings: Ratings | ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Return the share of units with two ratings or more on which every rating is the same.

    It falls with the number of raters, however well two of them agree; :func:`agreement.percent_agreement` does not.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent; by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
    n_resamples, seed : int, default 2000 and 0
        Of the bootstrap.

    Returns
    -------
    Estimate

    Examples
    --------
    Of three units with two ratings or more, the raters of two agree:

    >>> round(unanimous_agreement([[1, 1, 1], [0, 0, 1], [2, 2, None], [1, None, None]], interval=None).value, 4)
    0.6667
    """
    check_interval(interval, RESAMPLED)
    return estimate(
        as_ratings(ratings, scale=scale, cluster=cluster),
        Options(interval, confidence, n_resamples, seed),
        rows=_unanimous_and_rated,
        formula=lambda sums, _: ratio(sums[..., 0], sums[..., 1]),
        bounds=(0.0, 1.0),
    )


def _unanimous_and_rated(patterns: Patterns) -> Floats:
    """Whether a pattern has a pair of raters, and whether all its ratings are the same, shape (P, 2)."""
    rated = patterns.pairs > 0
    same = patterns.counts.max(axis=1) == patterns.size
    return np.stack([rated & same, rated], axis=1).astype(float)
