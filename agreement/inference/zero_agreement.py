"""Is there agreement beyond chance? Tests of a coefficient against 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Codes
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.options import check_resamples, check_seed
from agreement.ratings import Ratings

Coefficient = Callable[..., Estimate]
ALTERNATIVES = ("two-sided", "greater", "less")
PERMUTED = ("cohen_kappa", "light_kappa", "conger_kappa", "fleiss_kappa", "scott_pi", "krippendorff_alpha")
INVERTED = (*PERMUTED, "gwet_ac", "brennan_prediger")
MOST_UNITS = 5_000  # beyond, permutations would take minutes and say what the jackknife says
SMALLEST_P = 1e-12


def zero_agreement_test(
    coefficient: Coefficient,
    ratings: Ratings | ArrayLike,
    *,
    alternative: str = "greater",
    n_permutations: int = 999,
    seed: int = 0,
    **options: Any,
) -> HypothesisTest:
    r"""Test whether a coefficient of agreement is 0, that is, whether raters agree as they would by chance.

    Units that are independent: the ratings of each rater are shuffled over the units that she rated, and the
    coefficient is computed anew; of ratings without names all are shuffled, and each unit keeps its number. The
    p-value is :math:`(1 + b)/(1 + B)` with b of B shuffles at least as extreme, and exact whatever the number of units
    (B. Phipson and G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9, 2010).
    Two-sided, it is twice the smaller of the two one-sided ones.

    Clusters, sampling weights, AC and Brennan and Prediger's coefficient, whose chance is not that of shuffled ratings,
    and tables of more than 5,000 units: the confidence is sought at which the jackknife-t interval, by cluster, ends at
    0, so that test and interval say the same.

    Parameters
    ----------
    coefficient : callable
        :func:`cohen_kappa`, :func:`light_kappa`, :func:`conger_kappa`, :func:`fleiss_kappa`, :func:`scott_pi`,
        :func:`krippendorff_alpha`, :func:`gwet_ac` or :func:`brennan_prediger`.
    ratings : Ratings or array_like of shape (units, raters)
    alternative : {"greater", "two-sided", "less"}, default "greater"
        Agreement beyond chance is the question; with clusters and rare categories the other side rejects too often
        (two-sided 13 % instead of 5 % in 40 videos with two answers, 90/10), because a coefficient below 0 has an error
        that is too small.
    n_permutations, seed : int, default 999 and 0
        Shuffles, and where they start.
    **options
        Of the coefficient: ``weights``, ``level``, ``scale``, ``cluster``.

    Returns
    -------
    HypothesisTest
        ``statistic`` is the coefficient.

    Raises
    ------
    AgreementError
        For another coefficient: raw agreement has no value that stands for chance.

    Examples
    --------
    >>> from agreement import cohen_kappa
    >>> table = Ratings.from_contingency([[9, 1], [2, 8]])
    >>> test = zero_agreement_test(cohen_kappa, table, n_permutations=199)
    >>> test.null, test.method, test.p_value < 0.05
    ('cohen_kappa = 0', 'permutation of ratings within raters', True)
    """
    name = getattr(coefficient, "__name__", repr(coefficient))
    if name not in INVERTED:
        raise AgreementError(
            f"zero_agreement_test of {name}", f"it has no zero that is chance; {', '.join(INVERTED)} do"
        )
    if alternative not in ALTERNATIVES:
        raise AgreementError(f"alternative={alternative!r}", f"choose one of {', '.join(map(repr, ALTERNATIVES))}")
    check_resamples(n_permutations, least=99)
    check_seed(seed)
    read = as_ratings(ratings, scale=options.pop("scale", None), cluster=options.pop("cluster", None))

    def value(table: Ratings, **more: Any) -> Estimate:
        return coefficient(table, **options, **more)

    independent = read.cluster is None and read.weight is None
    if independent and name in PERMUTED and read.n_units <= MOST_UNITS:
        return _by_permutation(value, read, f"{name} = 0", alternative, n_permutations, seed)
    return _by_inversion(value, read, f"{name} = 0", alternative)


def _by_permutation(
    value: Coefficient, ratings: Ratings, null: str, alternative: str, n_permutations: int, seed: int
) -> HypothesisTest:
    who = "within raters" if ratings.identified else "over units"
    method = f"permutation of ratings {who}"
    found = value(ratings, interval=None)
    if found.value is None:
        return HypothesisTest(None, null, method, alternative=alternative, reason=found.reason)
    rng = np.random.default_rng(seed)
    drawn = np.array([_shuffled(value, ratings, rng) for _ in range(n_permutations)])
    edge = 1e-12 * max(1.0, abs(found.value))
    above = (1 + np.count_nonzero(drawn >= found.value - edge)) / (1 + n_permutations)
    below = (1 + np.count_nonzero(drawn <= found.value + edge)) / (1 + n_permutations)
    p = {"greater": above, "less": below, "two-sided": min(1.0, 2 * min(above, below))}[alternative]
    error = float(np.sqrt(p * (1 - p) / n_permutations)) * (2**0.5 if alternative == "two-sided" else 1)
    return HypothesisTest(
        float(p), null, method, statistic=found.value, monte_carlo_error=error, alternative=alternative
    )


def _shuffled(value: Coefficient, ratings: Ratings, rng: np.random.Generator) -> float:
    codes = _within_raters(ratings.codes, rng) if ratings.identified else _over_units(ratings.codes, rng)
    again = value(replace(ratings, codes=codes), interval=None).value
    return 0.0 if again is None else again  # nothing left beyond chance is chance


def _within_raters(codes: Codes, rng: np.random.Generator) -> Codes:
    shuffled = codes.copy(order="F")
    for j in range(codes.shape[1]):
        rated = np.flatnonzero(codes[:, j] >= 0)
        shuffled[rated, j] = codes[rng.permutation(rated), j]
    return shuffled


def _over_units(codes: Codes, rng: np.random.Generator) -> Codes:
    shuffled = codes.copy(order="F")
    given = codes >= 0
    shuffled[given] = rng.permutation(codes[given])
    return shuffled


def _by_inversion(value: Coefficient, ratings: Ratings, null: str, alternative: str) -> HypothesisTest:
    """Seek the confidence at which the interval ends at 0; its limits move away from the value as confidence grows."""
    found = value(ratings)
    method = f"inversion of the interval: {found.method}"
    if found.value is None or found.low is None:
        return HypothesisTest(None, null, method, alternative=alternative, reason=found.reason)

    def excludes_zero(p: float) -> bool:
        at = value(ratings, confidence=1 - p)
        low, high = at.low or 0.0, at.high or 0.0
        return low > 0 or high < 0

    two_sided = _smallest(excludes_zero)
    towards = (found.value > 0) == (alternative == "greater")
    p = two_sided if alternative == "two-sided" else two_sided / 2 if towards else 1 - two_sided / 2
    return HypothesisTest(p, null, method, statistic=found.value, alternative=alternative)


def _smallest(excludes_zero: Callable[[float], bool]) -> float:
    """Return the level at which 0 begins to be excluded, to four digits."""
    low, high = np.log(SMALLEST_P), np.log(1 - 1e-9)
    if excludes_zero(SMALLEST_P):
        return SMALLEST_P
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if excludes_zero(float(np.exp(middle))) else (middle, high)
    return float(np.exp(high))
