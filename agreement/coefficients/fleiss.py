"""Scott's pi and Fleiss' kappa: chance from the category shares of all raters together."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.coefficients.base import Coefficient, Keywords, Options, estimate
from agreement.coefficients.chance import Chance, checked_weights, pairable, why_undefined, with_chance
from agreement.coefficients.weights import Weights
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import Slope, chance_interval
from agreement.ratings import Ratings, as_ratings


def _shared(weights: Floats) -> tuple[Chance, Slope]:
    """Return chance agreement πᵀWπ of shares, and what one unit's shares say about it."""

    def chance(shares: Floats) -> Floats:
        total: Floats = ((shares @ weights) * shares).sum(axis=-1)
        return total

    def slope(of_units: Floats, shares: Floats) -> Floats:
        return of_units @ (weights @ shares)

    return chance, slope


def _coefficient(weights: Floats) -> Coefficient:
    chance, slope = _shared(weights)
    published = chance_interval(weights, chance, slope)
    return Coefficient(with_chance(weights, chance), why_undefined, enters_from=1, analytic=published)


def scott_pi(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Scott's pi of two raters, on the units that both have rated.

    .. math:: \pi = \frac{p_o - p_e}{1 - p_e}, \quad p_e = \sum_{kl} w_{kl} \bar p_k \bar p_l,
              \quad \bar p_k = (p_{k+} + p_{+k}) / 2

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, 2)
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    **options
        See :class:`agreement.options.Options`. ``interval="analytic"`` uses Gwet's standard error.

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
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    if read.n_raters > 2:
        raise AgreementError(f"scott_pi of {read.n_raters} raters", "it is defined for two", "Use fleiss_kappa.")
    made = _coefficient(checked_weights(read, weights))
    both = replace(read, codes=np.where(pairable(read)[:, None], read.codes, np.int8(-1)))
    result = estimate(made, both, chosen)
    lone = read.n_ratings - both.n_ratings
    note = (f"{lone} rating(s) could not be compared with another of the same unit and did not enter",) if lone else ()
    return replace(result, n_dropped=result.n_dropped + lone, notes=(*note, *result.notes))


def fleiss_kappa(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
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
    **options
        See :class:`agreement.options.Options`. ``interval="analytic"`` uses Gwet's standard error.

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
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    result = estimate(_coefficient(checked_weights(read, weights)), read, chosen)
    binary = _coefficient(np.eye(2))
    parts = {str(category): estimate(binary, _against_others(read, k), chosen) for k, category in enumerate(read.scale)}
    return replace(result, parts=parts)


def _against_others(ratings: Ratings, category: int) -> Ratings:
    codes = np.where(ratings.codes < 0, ratings.codes, (ratings.codes == category).astype(np.int8))
    return replace(ratings, codes=codes, scale=("any other category", ratings.scale[category]))
