"""Tests of marginal homogeneity: McNemar, Stuart and Maxwell, Bhapkar, Cochran's Q, and Hotelling's T²."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, refuse_counts
from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.statistic_of_sums import sum_by_group
from agreement.ratings import Ratings

Method = Literal["auto", "exact", "mcnemar", "stuart-maxwell", "bhapkar", "hotelling", "cochran"]
METHODS = ("auto", "exact", "mcnemar", "stuart-maxwell", "bhapkar", "hotelling", "cochran")
NULL = "raters use each category equally often"
EXACT_BELOW = 25  # discordant units from which the chi-squared approximation of McNemar's test is good
TINY = 1e-9


def marginal_homogeneity_test(
    ratings: Ratings | ArrayLike,
    *,
    method: Method = "auto",
    scale: Sequence[Any] | None = None,
    cluster: ArrayLike | None = None,
) -> HypothesisTest:
    r"""Test whether raters use the categories equally often, whatever their agreement.

    Let :math:`d_i` be the categories of a unit as the first rater used them less those of another (an entry per
    category and further rater), and :math:`d = \sum_i d_i`. Then

    .. math:: \chi^2_{SM} = d^T \Big( \sum_i d_i d_i^T \Big)^{-} d, \qquad
              \chi^2_B = d^T \Big( \sum_i d_i d_i^T - \frac{d d^T}{n} \Big)^{-} d
                       = \frac{\chi^2_{SM}}{1 - \chi^2_{SM} / n}

    are Stuart and Maxwell's and Bhapkar's statistics, with as many degrees of freedom as the matrix has rank. With two
    categories the first is McNemar's without correction, whose exact form is the binomial of the discordant units.
    Cochran's Q compares how often each of several raters gave one of two categories. Hotelling's T² refers Bhapkar's
    statistic to F with r and n − r degrees of freedom, r being the rank: chi-squared rejects far too often when r is
    not small beside n.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Only units that every rater rated enter.
    method : {"auto", "exact", "mcnemar", "stuart-maxwell", "bhapkar", "hotelling", "cochran"}, default "auto"
        "auto": of two categories "exact" below 25 discordant units and "mcnemar" from there on, with more than two
        raters "cochran"; of more categories "stuart-maxwell", with more than two raters "hotelling".
    scale : sequence, optional
        Categories of an array.
    cluster : array_like of shape (units,), optional
        With clusters, given here or by the ratings, "auto" is "hotelling" of the sums within clusters: units of one
        cluster resemble each other.

    Returns
    -------
    HypothesisTest

    References
    ----------
    Q. McNemar, Psychometrika 12 (1947); A. Stuart, Biometrika 42 (1955); A. E. Maxwell, British Journal of Psychiatry
    116 (1970); V. P. Bhapkar, Journal of the American Statistical Association 61 (1966); W. G. Cochran, Biometrika 37
    (1950); for clusters V. L. Durkalski et al., Statistics in Medicine 22 (2003).

    Examples
    --------
    Of 12 units on which the two differ, 10 are differences in one direction: 2 (1 + 12 + 66) / 2 ** 12 = 0.0386.

    >>> pairs = [[0, 1]] * 10 + [[1, 0]] * 2 + [[0, 0]] * 20 + [[1, 1]] * 9
    >>> found = marginal_homogeneity_test(pairs)
    >>> found.method, round(found.p_value, 4)
    ('exact McNemar', 0.0386)
    """
    if method not in METHODS:
        raise AgreementError(f"method={method!r}", f"choose one of {', '.join(map(repr, METHODS))}")
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    refuse_counts(read, "marginal homogeneity")
    if read.n_raters < 2:
        raise AgreementError("ratings of one rater", "how often categories are used is compared between raters")
    table = _UsedCategories.of(read)
    chosen = _chosen(table, method)
    if not len(table.codes):
        return _undefined(chosen, "no unit was rated by every rater")
    if not table.discordant.any():
        return _undefined(chosen, "the raters agree on every unit, so nothing speaks for or against it")
    return _TESTS[chosen](table)


@dataclass(frozen=True, eq=False)
class _UsedCategories:
    """Units that every rater rated: codes (units, raters) from 0, the number of categories used, clusters."""

    codes: Any
    n_categories: int
    group: Any

    @classmethod
    def of(cls, ratings: Ratings) -> _UsedCategories:
        whole = (ratings.codes >= 0).all(axis=1)
        used, codes = np.unique(ratings.codes[whole], return_inverse=True)
        group = None if ratings.cluster is None else np.unique(ratings.cluster[whole], return_inverse=True)[1]
        return cls(codes.reshape(-1, ratings.n_raters), len(used), group)

    @property
    def discordant(self) -> Any:
        return (self.codes != self.codes[:, :1]).any(axis=1)

    def differences(self) -> Floats:
        """Return d of every independent group, shape (groups, (raters − 1) · categories)."""
        one_hot = np.eye(self.n_categories)[self.codes]
        apart = (one_hot[:, :1] - one_hot[:, 1:]).reshape(len(self.codes), -1)
        return apart if self.group is None else np.asarray(sum_by_group(apart, self.group, int(self.group.max()) + 1))


def _chosen(table: _UsedCategories, method: str) -> str:
    two_raters, two_categories = table.codes.shape[1] == 2, table.n_categories <= 2
    if table.group is not None:
        if method not in ("auto", "hotelling"):
            raise AgreementError(f"method={method!r} with clusters", "it takes units as independent", "Use 'auto'.")
        return "hotelling"
    if method == "auto" and two_categories:
        if not two_raters:
            return "cochran"
        return "exact" if np.count_nonzero(table.discordant) < EXACT_BELOW else "mcnemar"
    if method == "auto":
        return "stuart-maxwell" if two_raters else "hotelling"
    if method in ("exact", "mcnemar", "stuart-maxwell") and not two_raters:
        raise AgreementError(f"method={method!r} of {table.codes.shape[1]} raters", "it is for two", "Use 'auto'.")
    if method in ("exact", "mcnemar", "cochran") and not two_categories:
        raise AgreementError(f"method={method!r} of {table.n_categories} categories", "it is for two", "Use 'auto'.")
    return method


def _undefined(chosen: str, reason: str) -> HypothesisTest:
    return HypothesisTest(None, NULL, _NAMES[chosen], reason=reason)


def _exact(table: _UsedCategories) -> HypothesisTest:
    from scipy.stats import binomtest

    first = int(np.count_nonzero(table.codes[:, 0] < table.codes[:, 1]))
    n = int(np.count_nonzero(table.discordant))
    return HypothesisTest(float(binomtest(first, n).pvalue), NULL, _NAMES["exact"], float(first))


def _mcnemar(table: _UsedCategories) -> HypothesisTest:
    return _uncentred(table, "mcnemar")


def _stuart_maxwell(table: _UsedCategories) -> HypothesisTest:
    return _uncentred(table, "stuart-maxwell")


def _uncentred(table: _UsedCategories, name: str) -> HypothesisTest:
    d = table.differences()
    statistic, rank = _quadratic(d.sum(axis=0), d.T @ d)
    return _chi_squared(statistic if statistic is not None else np.inf, rank, name)


def _bhapkar(table: _UsedCategories) -> HypothesisTest:
    d = table.differences()
    total = d.sum(axis=0)
    statistic, rank = _quadratic(total, d.T @ d - np.outer(total, total) / len(d))
    if statistic is None:
        return _undefined("bhapkar", _NO_SPREAD)
    return _chi_squared(statistic, rank, "bhapkar")


def _hotelling(table: _UsedCategories) -> HypothesisTest:
    """Refer Hotelling's T² of the independent groups' sums of d to F."""
    d = table.differences()
    groups, total = len(d), d.sum(axis=0)
    statistic, rank = _quadratic(total, d.T @ d - np.outer(total, total) / groups)
    if groups <= rank:
        return _undefined(
            "hotelling", f"{groups} independent groups of units do not give the {rank} variances that the test needs"
        )
    if statistic is None:
        return _undefined("hotelling", _NO_SPREAD)
    from scipy.special import fdtrc

    f = statistic / groups * (groups - rank) / rank  # T² = (G − 1) / G of the statistic, over (G − 1) rank / (G − rank)
    freedom = rank, groups - rank
    return HypothesisTest(float(fdtrc(*freedom, f)), NULL, _NAMES["hotelling"], f, freedom)


def _cochran(table: _UsedCategories) -> HypothesisTest:
    hits = (table.codes == 1).astype(float)
    k, by_rater, by_unit = hits.shape[1], hits.sum(axis=0), hits.sum(axis=1)
    above = (k - 1) * (k * np.square(by_rater).sum() - by_rater.sum() ** 2)
    return _chi_squared(float(above / (k * by_unit.sum() - np.square(by_unit).sum())), k - 1, "cochran")


def _chi_squared(statistic: float, rank: int, name: str) -> HypothesisTest:
    from scipy.special import chdtrc

    return HypothesisTest(float(chdtrc(rank, statistic)), NULL, _NAMES[name], statistic, (rank,))


def _quadratic(total: Floats, matrix: Floats) -> tuple[float | None, int]:
    """Return dᵀ S⁻ d and the rank of S; None where d leaves the range of S."""
    roots, vectors = np.linalg.eigh(matrix)
    known = roots > TINY * max(float(roots.max()), 1.0)
    along = vectors.T @ total
    if np.abs(along[~known]).max(initial=0.0) > TINY * max(1.0, float(np.abs(total).max())):
        return None, int(known.sum())
    return float((np.square(along[known]) / roots[known]).sum()), int(known.sum())


_NO_SPREAD = (
    "differences that do not cancel have no variance, as where all units differ alike; use method='stuart-maxwell'"
)
_NAMES = {
    "exact": "exact McNemar",
    "mcnemar": "McNemar",
    "stuart-maxwell": "Stuart–Maxwell",
    "bhapkar": "Bhapkar",
    "cochran": "Cochran's Q",
    "hotelling": "Hotelling's T²",
}
_TESTS: dict[str, Callable[[_UsedCategories], HypothesisTest]] = {
    "exact": _exact,
    "mcnemar": _mcnemar,
    "stuart-maxwell": _stuart_maxwell,
    "bhapkar": _bhapkar,
    "cochran": _cochran,
    "hotelling": _hotelling,
}
