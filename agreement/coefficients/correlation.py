"""Correlations of raters. They ignore how high anybody rates: two raters two levels apart can correlate fully."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.coefficients.base import Keywords, Options
from agreement.coefficients.ranks import mid_ranks, rank_correlation
from agreement.comparison.pair_correlation import (
    ccc_of_tables,
    pearson_of_tables,
    spearman_of_tables,
    tau_b_of_tables,
)
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.group_recomputation import over_pairs, read, recomputed
from agreement.ratings import Ratings


def pearson(ratings: Ratings | ArrayLike, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Pearson's correlation; for more than two raters the mean over pairs with the pairs in ``parts``.

    .. math:: r = \frac{\sum (x - \bar x)(y - \bar y)}{\sqrt{\sum (x - \bar x)^2 \sum (y - \bar y)^2}}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers; NaN in an array marks a missing rating. Pairs use the units both rated.
    **options
        ``interval`` ("jackknife", "bootstrap", None), ``cluster``, ``confidence``, ``n_resamples``, ``seed``.

    Returns
    -------
    Estimate

    References
    ----------
    K. Pearson, Proceedings of the Royal Society 58 (1895).

    Examples
    --------
    >>> round(pearson([[1, 2], [2, 4], [3, 5], [4, 4]], interval=None).value, 4)
    0.7182
    """
    return over_pairs(ratings, _pearson, lambda t, v: pearson_of_tables(t, unit_spread(v)), Options(**options), 3)


def spearman(ratings: Ratings | ArrayLike, **options: Unpack[Keywords]) -> Estimate:
    """Return Spearman's rank correlation: Pearson's correlation of ranks, ties sharing their mean rank.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, with the pairs in ``parts``.
    **options
        See :func:`pearson`.

    Returns
    -------
    Estimate

    References
    ----------
    C. Spearman, American Journal of Psychology 15 (1904).

    Examples
    --------
    >>> spearman([[1, 1], [2, 2], [3, 4], [4, 3]], interval=None).value
    0.8
    """
    return over_pairs(ratings, rank_correlation, spearman_of_tables, Options(**options), 3)


def kendall_tau_b(ratings: Ratings | ArrayLike, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Kendall's tau-b, corrected for ties.

    .. math:: \tau_b = \frac{C - D}{\sqrt{(C + D + T_x)(C + D + T_y)}}

    with C concordant and D discordant pairs of units, T pairs tied on one side only.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, with the pairs in ``parts``.
    **options
        See :func:`pearson`.

    Returns
    -------
    Estimate

    References
    ----------
    M. G. Kendall, Biometrika 33 (1945).

    Examples
    --------
    Units 3 and 4 are discordant, the five other pairs concordant: (5 - 1) / 6.

    >>> round(kendall_tau_b([[1, 1], [2, 2], [3, 4], [4, 3]], interval=None).value, 4)
    0.6667
    """
    return over_pairs(ratings, _tau_b, tau_b_of_tables, Options(**options), 3)


def lin_ccc(ratings: Ratings | ArrayLike, *, ddof: int = 0, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Lin's concordance correlation: how near two raters lie to the line of equality.

    .. math:: \rho_c = \frac{2 s_{xy}}{s_x^2 + s_y^2 + (\bar x - \bar y)^2}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, with the pairs in ``parts``.
    ddof : {0, 1}, default 0
        Variances over n, as Lin has it, or over n − 1.
    **options
        See :func:`pearson`.

    Returns
    -------
    Estimate

    References
    ----------
    L. I-K. Lin, Biometrics 45 (1989).

    Examples
    --------
    Variances 2/3, covariance 2/3, means 1 apart: 2 (2/3) / (4/3 + 1) = 4/7.

    >>> round(lin_ccc([[1, 2], [2, 3], [3, 4]], interval=None).value, 4)
    0.5714
    """
    if ddof not in (0, 1):
        raise AgreementError(f"ddof={ddof}", "variances are divided by n (0) or by n - 1 (1)")

    def of_tables(tables: Floats, values: Floats) -> Floats:
        return ccc_of_tables(tables, unit_spread(values), ddof)

    return over_pairs(ratings, lambda x, y: _ccc(x, y, ddof), of_tables, Options(**options), 2)


def kendall_w(ratings: Ratings | ArrayLike, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Kendall's coefficient of concordance W of all raters at once, corrected for ties.

    .. math:: W = \frac{12 \sum_i (R_i - \bar R)^2}{m^2 (n^3 - n) - m \sum_j \sum (t_j^3 - t_j)}

    with :math:`R_i` the sum of the m raters' ranks of unit i and :math:`t_j` the sizes of rater j's ties.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Only units that every rater rated enter; the others are counted in ``n_dropped``.
    **options
        See :func:`pearson`.

    Returns
    -------
    Estimate
        Between 0 and 1.

    References
    ----------
    M. G. Kendall and B. Babington Smith, Annals of Mathematical Statistics 10 (1939).

    Examples
    --------
    >>> round(kendall_w([[1, 1, 2], [2, 3, 1], [3, 2, 3], [4, 4, 4]], interval=None).value, 4)
    0.7778
    """
    chosen = Options(**options)
    values, group = read(ratings, chosen)
    whole = ~np.isnan(values).any(axis=1)
    why = (
        f"{int(whole.sum())} units were rated by every rater, and W needs three units and two raters"
        if whole.sum() < 3 or values.shape[1] < 2
        else "every rater gave one value to all units"
    )
    found = recomputed(
        values[whole], None if group is None else group[whole], _concordance, chosen, why, bounds=(0.0, 1.0)
    )
    lost = int((~np.isnan(values[~whole])).sum())
    note = (f"{lost} ratings of units that not every rater rated did not enter",) if lost else ()
    return replace(found, n_dropped=lost, notes=found.notes + note)


def unit_spread(values: Floats) -> Floats:
    """Return numbers close together times a power of two, so that they spread over 1/2 to 1.

    No digit is lost, and what takes a small variance for rounding cannot take a small unit of measurement for it.

    Parameters
    ----------
    values : ndarray of shape (q,)

    Returns
    -------
    ndarray of shape (q,)

    Examples
    --------
    >>> unit_spread(np.array([0.0, 0.0625, 0.09375])).tolist()
    [0.0, 0.5, 0.75]
    """
    spread = np.ptp(values)
    return values if spread == 0 or spread >= 0.5 else np.ldexp(values, -int(np.frexp(spread)[1]))


def _pearson(x: Floats, y: Floats) -> float | None:
    if np.ptp(x) == 0 or np.ptp(y) == 0:  # the mean of one value is that value up to rounding only
        return None
    a, b = x - x.mean(), y - y.mean()
    spread = (a @ a) * (b @ b)
    return float((a @ b) / np.sqrt(spread)) if spread > 0 else None


def _tau_b(x: Floats, y: Floats) -> float | None:
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    from scipy.stats import kendalltau

    return float(kendalltau(x, y).statistic)


def _ccc(x: Floats, y: Floats, ddof: int) -> float | None:
    if np.ptp(x) == 0 and np.ptp(y) == 0:
        return None if x[0] == y[0] else 0.0
    share = 1 / (len(x) - ddof)
    a, b = x - x.mean(), y - y.mean()
    below = share * (a @ a + b @ b) + (x.mean() - y.mean()) ** 2
    return float(2 * share * (a @ b) / below) if below > 0 else None


def _concordance(values: Floats) -> float | None:
    n, m = values.shape
    if n < 3 or m < 2:
        return None
    ranks = np.stack([mid_ranks(column) for column in values.T], axis=1)
    ties = sum(float((t**3 - t).sum()) for t in (np.unique(c, return_counts=True)[1] for c in values.T))
    below = m**2 * (n**3 - n) - m * ties
    total = ranks.sum(axis=1)
    return float(12 * np.square(total - total.mean()).sum() / below) if below > 0 else None
