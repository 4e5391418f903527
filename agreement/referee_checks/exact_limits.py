"""Exact limits of the share of clusters in which something rare was seen, and how many clusters exclude a share.

Claims of one video belong together: an exploit may take one claim of a video or all of them, and a study that has seen
none cannot know which. So the video counts, once. The limits hold however events gather within it.
"""

from __future__ import annotations

import math
from numbers import Real

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.options import check_confidence, whole_numbers

METHOD = "Clopper-Pearson over clusters, one-sided each way"


def share_of_clusters(affected: int, n_clusters: int, *, confidence: float = 0.95, n_units: int = 0) -> Estimate:
    """Return the share of clusters with at least one event, with exact limits that are one-sided each way.

    Parameters
    ----------
    affected, n_clusters : int
        Clusters with an event, and all of them.
    confidence : float, default 0.95
        Of each limit by itself: the claim is "at most", so nothing is spent on the other side. As a two-sided interval
        the limits have the confidence ``2 · confidence − 1``, which the estimate carries.
    n_units : int
        Units behind it, for the estimate.

    Returns
    -------
    Estimate
        Undefined without a cluster.

    Raises
    ------
    AgreementError
        For counts that are none, or a confidence of one half or less.

    Notes
    -----
    Clopper and Pearson (1934): quantiles of Beta(k, n − k + 1) and Beta(k + 1, n − k). For k = 0 the upper limit is
    ``1 − α^(1/n)``, about 3/n at 95 % (Hanley and Lippman-Hand 1983, the rule of three).

    Examples
    --------
    >>> print(share_of_clusters(0, 60))
    0.000 [0.000, 0.049]
    """
    check_confidence(confidence)
    (k,), (n,) = whole_numbers("affected", [affected], 0), whole_numbers("n_clusters", [n_clusters], 0)
    if k > n or confidence <= 0.5:
        raise AgreementError(f"{k} of {n} clusters, confidence={confidence}", "at most all, and above 0.5")
    both = 2 * confidence - 1
    if not n:
        return Estimate.undefined("nothing was judged by both", confidence=both, method=METHOD, n_clusters=0)
    low, high = clopper_pearson(k, n, 1 - confidence)
    return Estimate(k / n, low, high, confidence=both, method=METHOD, n_units=n_units, n_clusters=n)


def clopper_pearson(affected: float, n: float, tail: float) -> tuple[float, float]:
    """Return the exact limits of a share, each missed with a probability of at most ``tail``.

    Counts need not be whole: of n effective units, as many as tell as much as units in clusters do.

    Examples
    --------
    >>> [round(limit, 3) for limit in clopper_pearson(2, 20, 0.025)]
    [0.012, 0.317]
    """
    from scipy.special import betaincinv

    low = float(betaincinv(affected, n - affected + 1, tail)) if affected else 0.0
    high = float(betaincinv(affected + 1, n - affected, 1 - tail)) if affected < n else 1.0
    return low, high


def clusters_to_exclude(share: float, *, affected: int = 0, confidence: float = 0.95) -> int:
    """Return how many clusters, `affected` of them with an event, exclude that more than `share` have one.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    affected : int, default 0
        Clusters with an event that are seen all the same.
    confidence : float, default 0.95
        Of the one-sided upper limit.

    Returns
    -------
    int

    Raises
    ------
    AgreementError
        For a share that is not strictly between 0 and 1.

    Examples
    --------
    The rule of three, exactly: 59 exclude 5 %, 299 exclude 1 %.

    >>> clusters_to_exclude(0.05), clusters_to_exclude(0.01), clusters_to_exclude(0.05, affected=1)
    (59, 299, 93)
    """
    from scipy.special import bdtr

    check_confidence(confidence)
    (k,) = whole_numbers("affected", [affected], 0)
    if not isinstance(share, Real) or not 0 < share < 1:
        raise AgreementError(f"share={share!r}", "it is a share between 0 and 1, such as 0.01")
    low, high = k, max(2 * k, math.ceil(4 / share))
    while bdtr(k, high, share) > 1 - confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bdtr(k, middle, share) <= 1 - confidence else (middle, high)
    return high
