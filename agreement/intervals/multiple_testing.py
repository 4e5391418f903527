"""Corrections for many tests: Holm's for a family of comparisons, Benjamini and Yekutieli's for a rate of discoveries.

Every report needs them, and reports are made without statsmodels, which would load for seconds for these few lines; the
tests hold them to ``statsmodels.stats.multitest.multipletests``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement.arrays import Bools, Floats


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    r"""Return adjusted p-values; None stays None and does not count.

    With m p-values in increasing order, :math:`\tilde p_{(i)} = \max_{j \le i} \min(1, (m - j + 1) p_{(j)})`.

    Parameters
    ----------
    p_values : sequence of float or None

    Returns
    -------
    list of float or None
        In the order given.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).

    Examples
    --------
    Three p-values: 0.01 · 3, 0.03 · 2, and 0.04 · 1, which may not lie below the one before.

    >>> [round(p, 3) if p is not None else None for p in holm([0.04, 0.01, None, 0.03])]
    [0.06, 0.03, None, 0.06]
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    top = 0.0
    for rank, (p, i) in enumerate(known):
        top = max(top, min(1.0, (len(known) - rank) * p))
        adjusted[i] = top
    return adjusted


def benjamini_yekutieli(p: Floats, q: float) -> Bools:
    """Return which p-values are rejected at the false discovery rate q, whatever their dependence.

    The largest k with ``p_(k) <= k q / (m (1 + 1/2 + … + 1/m))``, and the k smallest are rejected: Y. Benjamini and
    D. Yekutieli, Annals of Statistics 29 (2001).
    """
    m = len(p)
    order = np.argsort(p)
    limit = np.arange(1, m + 1) * q / (m * (1 / np.arange(1, m + 1)).sum())
    below = np.flatnonzero(p[order] <= limit)
    rejected = np.zeros(m, dtype=bool)
    if len(below):
        rejected[order[: below[-1] + 1]] = True
    return rejected
