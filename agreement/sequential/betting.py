r"""Bets against "the mean of a population is at most m", drawn from without replacement.

A gambler stakes the share b of the capital on each observation x in [0, 1] before it is drawn, and gets it back times
x divided by the mean of what is left, were the population's mean m: :math:`m_i = (N m - \sum_{j<i} x_j) / (N - i + 1)`.
If the mean is at most m, no strategy gains on average: the capital is a nonnegative supermartingale, and by Ville's
inequality it ever reaches 1 / alpha with probability at most alpha (I. Waudby-Smith and A. Ramdas, "Estimating means
of bounded random variables by betting", Journal of the Royal Statistical Society B, 2024).
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats

_SMALLEST_MEAN = 1e-12  # what is left of a population whose sum is used up


def log_growth(values: Floats, mean: float, population: int, bets: Floats) -> Floats:
    """Return the log of the capital after each observation, for each bet.

    Parameters
    ----------
    values : array (n,)
        Observations in [0, 1], in the order in which they were drawn.
    mean : float
        The largest mean under the hypothesis, above 0.
    population : int
        How many they were drawn from.
    bets : array (k,)
        Shares of the capital that are staked, in (0, 1).

    Returns
    -------
    array (n, k)

    Examples
    --------
    Half of the capital, of a population of 4 whose mean may be 1/4: 1 - 0.5 + 0.5 / 0.25 = 2.5; nothing is left to
    come then, and two misses halve it twice.

    >>> log_growth(np.array([1.0, 0.0, 0.0]), 0.25, 4, np.array([0.5])).round(4).ravel().tolist()
    [0.9163, 0.2231, -0.47]
    """
    before = np.cumsum(values) - values
    left = np.clip((population * mean - before) / (population - np.arange(len(values))), _SMALLEST_MEAN, 1.0)
    return np.asarray(np.cumsum(np.log(1 - bets + bets * (values / left)[:, None]), axis=0))
