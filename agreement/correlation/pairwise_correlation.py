"""Correlations of two raters, and their means over pairs; of a crowd, those of pooled pairs.

They ignore how high anybody rates: two raters two levels apart can correlate fully.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.correlation.mean_over_pairs import over_pairs
from agreement.correlation.rank_correlation import rank_correlation
from agreement.correlation.table_correlations import (
    ccc_of_tables,
    pearson_of_tables,
    spearman_of_tables,
    tau_b_of_tables,
)
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, Estimate
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings
from agreement.significance.raters_as_sample import check_raters, mean_over_pairs_for_like_raters


def pearson(
    ratings: Ratings | ArrayLike,
    *,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Pearson's correlation; of more than two raters the mean over pairs, with them in ``parts``.

    .. math:: r = \frac{\sum (x - \bar x)(y - \bar y)}{\sqrt{\sum (x - \bar x)^2 \sum (y - \bar y)^2}}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers; NaN in an array marks a missing rating. Pairs use the units both rated; those of a crowd are pooled, as
        :func:`agreement.cohen_kappa` has it.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
        Jackknife-t on the atanh scale, bootstrap percentile, or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    return over_pairs(ratings, cluster, options, of_columns=_pearson, of_tables=pearson_of_tables, least=3)


def spearman(
    ratings: Ratings | ArrayLike,
    *,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Return Spearman's rank correlation: Pearson's correlation of ranks, ties sharing their mean rank.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, of a crowd that of pooled pairs (as
        :func:`agreement.cohen_kappa` has it), with the pairs in ``parts``.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
        Jackknife-t on the atanh scale, bootstrap percentile, or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    return over_pairs(ratings, cluster, options, of_columns=rank_correlation, of_tables=spearman_of_tables, least=3)


def kendall_tau_b(
    ratings: Ratings | ArrayLike,
    *,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Kendall's tau-b, corrected for ties.

    .. math:: \tau_b = \frac{C - D}{\sqrt{(C + D + T_x)(C + D + T_y)}}

    with C concordant and D discordant pairs of units, T pairs tied on one side only.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, of a crowd that of pooled pairs (as
        :func:`agreement.cohen_kappa` has it), with the pairs in ``parts``.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
        Jackknife-t on the atanh scale, bootstrap percentile, or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    return over_pairs(ratings, cluster, options, of_columns=_tau_b, of_tables=tau_b_of_tables, least=3)


def lin_ccc(
    ratings: Ratings | ArrayLike,
    *,
    ddof: int = 0,
    interval: ResampledName | None = "jackknife",
    raters: Literal["fixed", "sample"] = "fixed",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Lin's concordance correlation: how near two raters lie to the line of equality.

    .. math:: \rho_c = \frac{2 s_{xy}}{s_x^2 + s_y^2 + (\bar x - \bar y)^2}

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        More than two raters: the mean over pairs, of a crowd that of pooled pairs (as
        :func:`agreement.cohen_kappa` has it), with the pairs in ``parts``.
    ddof : {0, 1}, default 0
        Variances over n, as Lin has it, or over n − 1.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
        Jackknife-t on the atanh scale, bootstrap percentile, or the value alone.
    raters : {"fixed", "sample"}, default "fixed"
        Whether the interval speaks of these raters, or of raters like these; then the variance over raters is added to
        that over units, for which three raters are needed.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

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
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    of_columns, of_tables = partial(_ccc, ddof=ddof), partial(ccc_of_tables, ddof=ddof)
    like_these = check_raters(raters) == RATERS_LIKE_THESE
    found = over_pairs(ratings, cluster, options, of_columns=of_columns, of_tables=of_tables, least=2)
    return mean_over_pairs_for_like_raters(found) if like_these and interval is not None else found


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
