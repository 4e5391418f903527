r"""Confidence sequences for the mean of a population: limits that hold at every number of observations at once.

A mean m is left out below the limits when bets against "the mean is at most m" have ever made 2 / alpha of 1
(:mod:`agreement.sequential.betting`), and above them likewise with 1 - x. Observations that are missing count as the
smallest possible value for the lower limit and as the largest for the upper one, and of all beginnings of the order of
the draw the one that says most is taken: so limits hold whatever is missing, and for whatever reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.sequential.betting import log_growth
from agreement.tables.result_frames import Tabular

_BETS = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7])
_HALVINGS = 20  # of the interval in which a limit lies


@dataclass(frozen=True, slots=True, eq=False)
class SampledStratum:
    """What was drawn from one stratum.

    Attributes
    ----------
    values : array (n,)
        In the order of the draw; NaN where it is not known yet.
    size : int
        How many the stratum holds, of which these were drawn without replacement.
    """

    values: Floats
    size: int

    @property
    def known(self) -> Floats:
        """The values that are there."""
        return self.values[~np.isnan(self.values)]


@dataclass(frozen=True, slots=True)
class SequentialMean(Tabular):
    """The mean of a population with limits of a confidence sequence.

    Attributes
    ----------
    value : float or None
        None where a stratum has no value; `reason` says so.
    low, high : float
        Limits; those of the range where little is known.
    n : int
        Values that entered.
    reason : str
    """

    frame_leaf: ClassVar[bool] = True

    value: float | None
    low: float
    high: float
    n: int
    reason: str = ""


def sequential_mean(
    strata: Sequence[SampledStratum], *, bounds: tuple[float, float] = (0.0, 1.0), confidence: float = 0.95
) -> SequentialMean:
    """Estimate the mean of a population that was drawn from by strata, each value weighed by its stratum's size.

    Parameters
    ----------
    strata : sequence of SampledStratum
        All that are not empty; each share of the error is the same.
    bounds : (low, high)
        Smallest and largest value possible.
    confidence : float
        Of the limits, at all times together.

    Examples
    --------
    Both of a stratum of 2 and two of a stratum of 6: (2 · 0.5 + 6 · 1) / 8 = 0.875.

    >>> both = [SampledStratum(np.array([0.0, 1.0]), 2), SampledStratum(np.array([1.0, 1.0]), 6)]
    >>> sequential_mean(both).value
    0.875
    """
    there = [one for one in strata if one.size]
    if not there:
        raise AgreementError("no stratum", "there is no population to speak of")
    total = sum(one.size for one in there)
    reach = bounds[1] - bounds[0]
    error = (1 - confidence) / len(there)
    limits = [_limits((one.values - bounds[0]) / reach, one.size, error) for one in there]
    low, high = (
        bounds[0] + reach * sum(one.size * pair[end] for one, pair in zip(there, limits, strict=True)) / total
        for end in (0, 1)
    )
    n = sum(len(one.known) for one in there)
    empty = sum(not len(one.known) for one in there)
    if empty:
        return SequentialMean(None, low, high, n, f"{empty} of {len(there)} strata have no value yet")
    return SequentialMean(sum(one.size * float(one.known.mean()) for one in there) / total, low, high, n)


def mean_limits(values: ArrayLike, population: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of a mean of values in [0, 1] that were drawn from a population in this order; NaN is missing.

    A population that was drawn whole is known:

    >>> low, high = mean_limits([0.25] * 40, 40)
    >>> round(low, 6), round(high, 6)
    (0.25, 0.25)
    """
    return _limits(np.asarray(values, dtype=float), population, 1 - confidence)


def _limits(values: Floats, size: int, error: float) -> tuple[float, float]:
    low = _lower_limit(np.nan_to_num(values, nan=0.0), size, error / 2)
    return low, 1 - _lower_limit(1 - np.nan_to_num(values, nan=1.0), size, error / 2)


def _lower_limit(values: Floats, size: int, error: float) -> float:
    """Return the largest mean that the bets have ever left out, by halving: they gain more on a smaller one."""
    if not len(values):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        growth = log_growth(values, middle, size, _BETS)
        gained = np.logaddexp.reduce(growth, axis=-1).max() - np.log(len(_BETS))
        low, high = (middle, high) if gained >= -np.log(error) else (low, middle)
    return max(low, float(values.sum()) / size)  # the others are at least 0
