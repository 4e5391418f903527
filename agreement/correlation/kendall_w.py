"""Kendall's coefficient of concordance W of all raters at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values
from agreement.arrays import Floats
from agreement.correlation.rank_correlation import mid_ranks
from agreement.estimate import Estimate
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings


def kendall_w(
    ratings: Ratings | ArrayLike,
    *,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Kendall's coefficient of concordance W of all raters at once, corrected for ties.

    .. math:: W = \frac{12 \sum_i (R_i - \bar R)^2}{m^2 (n^3 - n) - m \sum_j \sum (t_j^3 - t_j)}

    with :math:`R_i` the sum of the m raters' ranks of unit i and :math:`t_j` the sizes of rater j's ties.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Only units that every rater rated enter; the others are counted in ``n_dropped``.
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
        Between 0 and 1.

    References
    ----------
    M. G. Kendall and B. Babington Smith, Annals of Mathematical Statistics 10 (1939).

    Examples
    --------
    >>> round(kendall_w([[1, 1, 2], [2, 3, 1], [3, 2, 3], [4, 4, 4]], interval=None).value, 4)
    0.7778
    """
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    values = rating_values(ratings)
    group = cluster_codes(cluster, ratings, len(values))
    whole = ~np.isnan(values).any(axis=1)
    why = (
        f"{int(whole.sum())} units were rated by every rater, and W needs three units and two raters"
        if whole.sum() < 3 or values.shape[1] < 2
        else "every rater gave one value to all units"
    )
    member = None if group is None else group[whole]
    found = estimate_from_rows(values[whole], member, concordance, options, why, bounds=(0.0, 1.0))
    lost = int((~np.isnan(values[~whole])).sum())
    note = (f"{lost} ratings of units that not every rater rated did not enter",) if lost else ()
    return replace(found, n_dropped=lost, notes=found.notes + note)


def concordance(values: Floats) -> float | None:
    """Return W of a complete table (units, raters), None where undefined."""
    n, m = values.shape
    if n < 3 or m < 2:
        return None
    ranks = np.stack([mid_ranks(column) for column in values.T], axis=1)
    ties = sum(float((t**3 - t).sum()) for t in (np.unique(c, return_counts=True)[1] for c in values.T))
    below = m**2 * (n**3 - n) - m * ties
    total = ranks.sum(axis=1)
    return float(12 * np.square(total - total.mean()).sum() / below) if below > 0 else None
