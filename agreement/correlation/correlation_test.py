"""Tests of the correlation of two raters: Pearson, Spearman, Kendall's tau-b and Lin's concordance."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values
from agreement.arrays import Floats
from agreement.correlation.pairwise_correlation import kendall_tau_b, lin_ccc, pearson, spearman
from agreement.correlation.rank_correlation import mid_ranks
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.inverted_jackknife import (
    Alternative,
    checked_alternative,
    inverted_jackknife_test,
    p_of_tails,
)
from agreement.ratings import Ratings

Statistic = Literal["pearson", "spearman", "kendall_tau_b", "lin_ccc"]
COEFFICIENTS: dict[str, Callable[..., Estimate]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall_tau_b": kendall_tau_b,
    "lin_ccc": lin_ccc,
}
MOST_PERMUTED = 8  # units up to which all orders are gone through
ROUNDING = 1e-12


def correlation_test(
    ratings: Ratings | ArrayLike,
    *,
    statistic: Statistic = "pearson",
    null: float = 0.0,
    alternative: Alternative = "two-sided",
    cluster: ArrayLike | None = None,
) -> HypothesisTest:
    r"""Test the correlation of two raters.

    ``"pearson"`` by :math:`t = r \sqrt{(n - 2) / (1 - r^2)}` with n − 2 degrees of freedom, against another value
    by Fisher's z, :math:`(\operatorname{atanh} r - \operatorname{atanh} \rho_0) \sqrt{n - 3}`. ``"spearman"`` by all
    orders of up to 8 units, by the same t beyond. ``"kendall_tau_b"`` exactly without ties, else by its normal
    approximation (scipy). ``"lin_ccc"`` against 0 is Pearson's test, for the concordance is 0 when the correlation is;
    against another value by Lin's z with

    .. math:: s_z^2 = \frac{1}{n - 2} \left( \frac{(1 - r^2) \rho_c^2}{(1 - \rho_c^2) r^2}
              + \frac{2 \rho_c^3 (1 - \rho_c) u^2}{r (1 - \rho_c^2)^2}
              - \frac{\rho_c^4 u^4}{2 r^2 (1 - \rho_c^2)^2} \right), \quad u = \frac{\bar x - \bar y}{\sqrt{s_x s_y}}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, 2)
        Units with both ratings enter.
    statistic : {"pearson", "spearman", "kendall_tau_b", "lin_ccc"}, default "pearson"
    null : float, default 0
        Value to test against; the rank correlations are tested against 0, unless units lie in clusters.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
    cluster : array_like of shape (units,), optional
        With clusters, given here or by the ratings, the jackknife-t interval is inverted: the other tests take units as
        independent.

    Returns
    -------
    HypothesisTest

    References
    ----------
    R. A. Fisher, Metron 1 (1921); M. G. Kendall, *Rank Correlation Methods* (1948); L. I-K. Lin, Biometrics 45 (1989),
    with the correction in Biometrics 56 (2000).

    Examples
    --------
    Of the 120 orders 16 have a rank correlation as far from 0 as 0.8: p = 16/120.

    >>> print(correlation_test([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], statistic="spearman"))
    p = 0.133
    """
    if statistic not in COEFFICIENTS:
        raise AgreementError(f"statistic={statistic!r}", f"choose one of {', '.join(map(repr, COEFFICIENTS))}")
    checked_alternative(alternative)
    if not isinstance(null, Real) or not -1 < null < 1:
        raise AgreementError(f"null={null!r}", "a correlation to test against lies between -1 and 1")
    values = rating_values(ratings)
    if values.shape[1] != 2:
        raise AgreementError(f"{values.shape[1]} raters", "a correlation is of two", "Choose two columns.")
    member = cluster_codes(cluster, ratings, len(values))
    if member is not None:
        found = COEFFICIENTS[statistic](values, cluster=member)
        return inverted_jackknife_test(found, float(null), statistic, alternative)
    x, y = values[~np.isnan(values).any(axis=1)].T
    return _of_independent_units(x, y, statistic, float(null), alternative)


def _of_independent_units(x: Floats, y: Floats, statistic: str, null: float, alternative: str) -> HypothesisTest:
    def undefined(reason: str) -> HypothesisTest:
        return HypothesisTest(
            None, f"{statistic} = {null:g}", _METHODS[statistic], alternative=alternative, reason=reason
        )

    if len(x) < 4:
        return undefined(f"{len(x)} units with both ratings, and a test needs four")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return undefined("a rater gave one value to every unit, so nothing can vary together")
    if null != 0 and statistic in ("spearman", "kendall_tau_b"):
        raise AgreementError(
            f"null={null} of a rank correlation", "its distribution is known at 0", "Use the interval, or null=0."
        )
    if statistic == "kendall_tau_b":
        return _kendall(x, y, alternative)
    if statistic == "spearman":
        return _spearman(x, y, alternative)
    r = float(np.corrcoef(x, y)[0, 1])
    if null == 0:
        return _student(r, len(x), f"{statistic} = 0", alternative)
    if 1 - abs(r) < ROUNDING:
        return undefined("the correlation is at the end of its range, so the ratings do not show how it would vary")
    if statistic == "pearson":
        z = (np.arctanh(r) - np.arctanh(null)) * np.sqrt(len(x) - 3)
        return _normal(float(z), f"pearson = {null:g}", "Fisher's z", alternative)
    z = _lin_z(x, y, r, null)
    return _normal(z, f"lin_ccc = {null:g}", "Lin's z", alternative) if np.isfinite(z) else undefined(_NO_VARIANCE)


_METHODS = {"pearson": "Student's t", "spearman": "Student's t", "kendall_tau_b": "normal", "lin_ccc": "Student's t"}
_NO_VARIANCE = "Lin's formula gives no variance for these ratings"


def _student(r: float, n: int, hypothesis: str, alternative: str) -> HypothesisTest:
    from scipy.special import stdtr

    t = r * np.sqrt((n - 2) / max(1 - r * r, 1e-300))
    p = p_of_tails(float(stdtr(n - 2, t)), float(stdtr(n - 2, -t)), alternative)
    return HypothesisTest(p, hypothesis, "Student's t", float(t), (n - 2,), alternative=alternative)


def _normal(z: float, hypothesis: str, method: str, alternative: str) -> HypothesisTest:
    from scipy.special import ndtr

    p = p_of_tails(float(ndtr(z)), float(ndtr(-z)), alternative)
    return HypothesisTest(p, hypothesis, method, z, alternative=alternative)


def _spearman(x: Floats, y: Floats, alternative: str) -> HypothesisTest:
    first, second = mid_ranks(x), mid_ranks(y)
    first, second = first - first.mean(), second - second.mean()
    below = float(np.sqrt(first @ first * (second @ second)))
    rho = float(first @ second) / below
    if len(x) > MOST_PERMUTED:
        return _student(rho, len(x), "spearman = 0", alternative)
    every = second[np.array(list(permutations(range(len(x)))))] @ first / below
    as_low, as_high = np.mean(every <= rho + ROUNDING), np.mean(every >= rho - ROUNDING)
    both = np.mean(np.abs(every) >= abs(rho) - ROUNDING)
    p = float(both if alternative == "two-sided" else as_high if alternative == "greater" else as_low)
    return HypothesisTest(p, "spearman = 0", "exact, all orders", rho, alternative=alternative)


def _kendall(x: Floats, y: Floats, alternative: str) -> HypothesisTest:
    from scipy.stats import kendalltau

    ties = len(np.unique(x)) < len(x) or len(np.unique(y)) < len(y)
    method = "asymptotic" if ties or len(x) > 33 else "exact"
    found: Any = kendalltau(x, y, alternative=alternative, method=method)
    name = "exact" if method == "exact" else "normal"
    return HypothesisTest(
        float(found.pvalue), "kendall_tau_b = 0", name, float(found.statistic), alternative=alternative
    )


def _lin_z(x: Floats, y: Floats, r: float, null: float) -> float:
    n = len(x)
    apart = (x.mean() - y.mean()) ** 2
    spread = x.std() * y.std()
    c = 2 * r * spread / (x.var() + y.var() + apart)
    shift = apart / spread
    variance = (
        (1 - r**2) * c**2 / ((1 - c**2) * r**2)
        + 2 * c**3 * (1 - c) * shift / (r * (1 - c**2) ** 2)
        - c**4 * shift**2 / (2 * r**2 * (1 - c**2) ** 2)
    ) / (n - 2)
    return float((np.arctanh(c) - np.arctanh(null)) / np.sqrt(variance)) if variance > 0 else float("nan")
