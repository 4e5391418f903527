"""Raw agreement: the share of pairs of raters who agree."""

from __future__ import annotations

from typing import Unpack

from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.coefficients.base import Coefficient, Keywords, Options, Statistics, estimate
from agreement.coefficients.chance import checked_weights, observed_rows, ratio, why_undefined
from agreement.coefficients.weights import Weights
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import percent_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.ratings import Ratings, as_ratings


def percent_agreement(
    ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]
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
    **options
        ``scale``, ``interval``, ``cluster``, ``confidence``, ``n_resamples``, ``seed``: see
        :class:`agreement.options.Options`.

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
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    matrix = checked_weights(read, weights)

    def value(total: Floats) -> Floats:
        return ratio(total[..., 0], total[..., 1])

    def build(patterns: Patterns) -> Statistics:
        return observed_rows(patterns, matrix), value

    published = percent_interval(matrix)
    return estimate(Coefficient(build, why_undefined, bounds=(0.0, 1.0), analytic=published), read, chosen)
