"""Tests of Kendall's W: whether raters rank units alike at all."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values
from agreement.arrays import Floats
from agreement.correlation.kendall_w import concordance
from agreement.correlation.rank_correlation import mid_ranks
from agreement.errors import AgreementError
from agreement.hypothesis_test import HypothesisTest
from agreement.options import check_resamples, check_seed
from agreement.ratings import Ratings

Method = Literal["chi-squared", "F", "permutation"]
METHODS = ("chi-squared", "F", "permutation")
NULL = "W = 0: raters rank the units at random"
BLOCK = 1 << 20


def kendall_w_test(
    ratings: Ratings | ArrayLike,
    *,
    method: Method = "F",
    cluster: ArrayLike | None = None,
    n_resamples: int = 9999,
    seed: int = 0,
) -> HypothesisTest:
    r"""Test Kendall's W of m raters and n units against raters that rank at random.

    .. math:: \chi^2_{n-1} = m (n - 1) W, \qquad
              F = \frac{(m - 1) W}{1 - W}, \quad \nu_1 = n - 1 - \frac{2}{m}, \quad \nu_2 = (m - 1) \nu_1

    with W corrected for ties. With few raters chi-squared is conservative, F is not; ``"permutation"`` shuffles the
    ranks of every rater, so that ties need no approximation.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Only units that every rater rated enter.
    method : {"F", "chi-squared", "permutation"}, default "F"
    cluster : array_like of shape (units,), optional
        With clusters, given here or by the ratings, there is no such test: units of a cluster are not interchangeable.
    n_resamples, seed : int, default 9999 and 0
        Shuffles, and where they start.

    Returns
    -------
    HypothesisTest
        Its alternative is "greater".

    References
    ----------
    M. G. Kendall and B. Babington Smith, Annals of Mathematical Statistics 10 (1939); P. Legendre, Journal of
    Agricultural, Biological, and Environmental Statistics 10 (2005), who compares the three.

    Examples
    --------
    W is 0.7778, so chi-squared is 3 · 3 · 0.7778 = 7 with 3 degrees of freedom.

    >>> found = kendall_w_test([[1, 1, 2], [2, 3, 1], [3, 2, 3], [4, 4, 4]], method="chi-squared")
    >>> round(found.statistic, 4), found.degrees_of_freedom, str(found)
    (7.0, (3,), 'p = 0.0719')
    """
    if method not in METHODS:
        raise AgreementError(f"method={method!r}", f"choose one of {', '.join(map(repr, METHODS))}")
    check_resamples(n_resamples)
    check_seed(seed)
    values = rating_values(ratings)
    whole = values[~np.isnan(values).any(axis=1)]
    w = concordance(whole)
    if cluster_codes(cluster, ratings, len(values)) is not None:
        return _undefined(method, "units lie in clusters, and the test takes them as independent; W has an interval")
    if w is None:
        why = f"{len(whole)} units were rated by every rater, and W needs three, two raters, and ratings that differ"
        return _undefined(method, why)
    if method == "permutation":
        return _permuted(whole, n_resamples, seed)
    n, m = whole.shape
    return _chi_squared(w, n, m) if method == "chi-squared" else _f(w, n, m)


def _undefined(method: str, reason: str) -> HypothesisTest:
    return HypothesisTest(None, NULL, method, alternative="greater", reason=reason)


def _chi_squared(w: float, n: int, m: int) -> HypothesisTest:
    from scipy.special import chdtrc

    statistic = m * (n - 1) * w
    p = float(chdtrc(n - 1, statistic))
    return HypothesisTest(p, NULL, "chi-squared", statistic, (n - 1,), alternative="greater")


def _f(w: float, n: int, m: int) -> HypothesisTest:
    from scipy.special import fdtrc

    first = n - 1 - 2 / m
    freedom = first, (m - 1) * first
    if 1 - w < 1e-12:
        return _undefined("F", "raters rank all units alike, so F has no denominator; use method='permutation'")
    statistic = (m - 1) * w / (1 - w)
    return HypothesisTest(float(fdtrc(*freedom, statistic)), NULL, "F", statistic, freedom, alternative="greater")


def _permuted(values: Floats, n_resamples: int, seed: int) -> HypothesisTest:
    """Compare the spread of rank sums, which is W up to the ties that shuffling leaves as they are."""
    ranks = np.stack([mid_ranks(column) for column in values.T])
    rng = np.random.default_rng(seed)

    def spread(rank_sums: Floats) -> Floats:
        return np.asarray(np.square(rank_sums - ranks.shape[0] * ranks[0].mean()).sum(axis=-1))

    found, reached = float(spread(ranks.sum(axis=0))), 0
    block = max(1, BLOCK // ranks.size)
    for start in range(0, n_resamples, block):
        times = min(block, n_resamples - start)
        shuffled = rng.permuted(np.broadcast_to(ranks, (times, *ranks.shape)), axis=-1)
        reached += int(np.count_nonzero(spread(shuffled.sum(axis=1)) >= found * (1 - 1e-12)))
    p = (reached + 1) / (n_resamples + 1)
    error = float(np.sqrt(p * (1 - p) / n_resamples))
    return HypothesisTest(p, NULL, "permutation", concordance(values), monte_carlo_error=error, alternative="greater")
