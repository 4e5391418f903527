r"""An e-process against "in every window the rate is at most m", mixed over when it rises and over the bets.

Of n that were drawn from a window k count. A gambler who stakes the share b of the capital on each of them, at odds of
1 / m, ends the window with the capital times

.. math:: (1 - b)^{n - k} (1 - b + b / m)^k .

Under the hypothesis its mean is at most 1: for independent draws by Markov's argument, and for n drawn without
replacement from a pool whose rate is at most m because the factor is convex in k, which makes such a draw the smaller
one (W. Hoeffding, Journal of the American Statistical Association, 1963, theorem 4). The capital is split over all
pairs of a window in which betting starts and a bet; what is not staked yet lies still. With S windows and K bets, and
:math:`L_{sk}` the capital of one that began in window s,

.. math:: E_w = \frac{1}{S K} \sum_{s \le w} \sum_k L_{sk} + \frac{S - w}{S} .

A mixture of supermartingales is one, so by Ville's inequality it ever reaches 1 / alpha with probability at most alpha
while no window's rate exceeds m: over the whole run, and however often it is looked at. E only rises with each k. So
what is not known yet may be taken as not counting: the process is then at most what it will be, in whatever order the
answers come, and an alarm that it raises stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.errors import AgreementError

BETS = (0.03, 0.07, 0.17, 0.4)
"""Shares of the capital that are staked; a finer grid would cost more capital than it gains."""


class RateEProcess:
    """Evidence that the rate of some window exceeds a limit; windows are added one after the other.

    Parameters
    ----------
    limit : float
        The largest rate under the hypothesis, in (0, 1).
    windows : int
        How many windows are planned; later ones are bet on by what has started before.
    bets : sequence of float
        Shares of the capital, in (0, 1).
    runs : tuple of int
        Shape of independent runs that are followed at once; one run by default.

    Examples
    --------
    One bet of 0.4 from the first window of two on, 9 of 20 counted where a rate of 0.05 is allowed; half of the capital
    waits: (0.6¹¹ · 8.6⁹ + 1) / 2 = 466,800.

    >>> process = RateEProcess(0.05, windows=2, bets=(0.4,))
    >>> round(float(np.exp(process.add_window(9, 20))), -2)
    466800.0
    """

    def __init__(self, limit: float, *, windows: int, bets: Sequence[float] = BETS, runs: tuple[int, ...] = ()) -> None:
        if not 0 < limit < 1:
            raise AgreementError(f"limit {limit!r}", "a rate that can be exceeded lies between 0 and 1")
        if windows < 1 or not bets or not all(0 < one < 1 for one in bets):
            raise AgreementError(f"{windows} windows, bets {bets}", "at least one window, and bets between 0 and 1")
        self.limit, self.windows = limit, windows
        shares = np.asarray(bets, dtype=float)
        self._gain, self._loss = np.log1p(shares * (1 / limit - 1)), np.log1p(-shares)
        self._runs, self._started = runs, 0
        self._capital: Floats = np.full((*runs, len(shares)), -np.inf)  # logs, of each bet over its starts

    def add_window(self, counted: ArrayLike, drawn: ArrayLike) -> Floats:
        """Bet on the next window and return the log of the e-value after it.

        Parameters
        ----------
        counted : int or array of `runs`
            How many of those drawn are known to count.
        drawn : int or array of `runs`
            How many were drawn, known or not.

        Returns
        -------
        array of `runs`
        """
        k, n = (np.asarray(one, dtype=float)[..., None] for one in (counted, drawn))
        if np.any(k < 0) or np.any(k > n):
            raise AgreementError(f"{counted!r} of {drawn!r}", "no more can count than were drawn")
        if self._started < self.windows:
            self._started += 1
            self._capital = np.logaddexp(self._capital, 0.0)
        self._capital = self._capital + k * self._gain + (n - k) * self._loss
        staked = np.logaddexp.reduce(self._capital, axis=-1) - np.log(self.windows * len(self._gain))
        waiting = 1 - self._started / self.windows
        return np.asarray(np.logaddexp(staked, np.log(waiting)) if waiting > 0 else staked)


def mean_log_e(log_e: ArrayLike, axis: int = 0) -> Floats:
    """Return the log of the mean of e-values, which is an e-value again however they depend on each other.

    >>> round(float(np.exp(mean_log_e(np.log([4.0, 2.0])))), 6)
    3.0
    """
    values = np.asarray(log_e, dtype=float)
    return np.asarray(np.logaddexp.reduce(values, axis=axis) - np.log(values.shape[axis]))
