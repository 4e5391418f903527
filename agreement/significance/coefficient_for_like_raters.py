"""Any coefficient of raters with an interval for raters like these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.estimate import RATERS_LIKE_THESE, Estimate, Interval
from agreement.ratings import Ratings
from agreement.significance.raters_as_sample import TWO_WAY, two_way_of_estimate
from agreement.validation import plain_array


def for_raters_like_these(
    coefficient: Callable[..., Estimate],
    ratings: Ratings | ArrayLike,
    *,
    bounds: tuple[float, float] = (-1.0, 1.0),
    **settings: Any,
) -> Estimate:
    r"""Return a coefficient with the interval for raters like these, of whom these are a sample.

    To the variance over units (or clusters), which the coefficient gives, that over raters is added: with
    :math:`c_{(j)}` the coefficient without rater j of n, :math:`\frac{n-1}{n}\sum_j (c_{(j)} - \bar c)^2`. Limits are
    Student's t with Satterthwaite's degrees of freedom on the atanh scale. An error of a rater on a unit is in both
    variances, so the interval is careful; with few raters it is wide, because they show little of how raters differ.

    Parameters
    ----------
    coefficient : callable
        Such as :func:`agreement.percent_agreement` or :func:`agreement.krippendorff_alpha`, whose value means the same
        for any number of raters: not Kendall's W, nor the share of units on which all agree.
    ratings : Ratings or array_like of shape (units, raters)
        Of three raters or more.
    bounds : (float, float), default (-1, 1)
        Range of the coefficient, (0, 1) of raw agreement.
    **settings
        Passed on, such as ``cluster``, ``scale`` or ``confidence``; an ``interval`` of None asks for the value alone.

    Returns
    -------
    Estimate
        With the population "raters like these". No interval, and a reason, with fewer than three raters.

    Examples
    --------
    >>> from agreement import percent_agreement
    >>> table = [[i % 2, i % 2, (i + (i % 7 == 0)) % 2, (i + (i % 5 == 0)) % 2] for i in range(60)]
    >>> print(percent_agreement(table))
    0.836 [0.759, 0.889]
    >>> print(for_raters_like_these(percent_agreement, table, bounds=(0, 1)))
    0.836 [0.447, 0.970]
    """
    whole = replace(coefficient(ratings, **settings), population=RATERS_LIKE_THESE)
    if whole.value is None or settings.get("interval", "") is None:
        return whole
    if whole.standard_error is None:
        return whole.with_interval(whole.value, Interval(method=TWO_WAY, reason=whole.reason or "no error over units"))
    return two_way_of_estimate(whole, _variance(coefficient, ratings, settings), bounds)


def _variance(
    coefficient: Callable[..., Estimate], ratings: Ratings | ArrayLike, settings: dict[str, Any]
) -> tuple[float, int]:
    """Return the variance over raters, NaN with fewer than three or where one left out leaves the value undefined."""
    table = ratings if isinstance(ratings, Ratings) else plain_array(ratings)
    n = table.n_raters if isinstance(table, Ratings) else table.shape[-1]
    if n < 3:
        return float("nan"), n
    alone = settings | {"interval": None}
    left: Floats = np.full(n, np.nan)
    for j in range(n):
        others = [k for k in range(n) if k != j]
        rest = table.take_raters(others) if isinstance(table, Ratings) else table[:, others]
        value = coefficient(rest, **alone).value
        left[j] = np.nan if value is None else value
    return float((n - 1) / n * np.square(left - left.mean()).sum()), n
