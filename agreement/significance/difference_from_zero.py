"""Interval and p-value of a difference, made to agree: the p-value is at most .05 when the 95 % interval leaves out 0.

Each of two tests guards where the other fails. Swapping the referee with people is exact, however seldom and skewed
disagreements are, as long as the referee is like the people in every respect. Student's t with the jackknife's standard
error asks nothing but enough groups that differ, and holds where the referee agrees as well as people do in another
way. The larger p-value is reported, and the interval is the wider of the two.
"""

from __future__ import annotations

import numpy as np

from agreement.estimate import Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t
from agreement.intervals.quantiles import t_quantile
from agreement.significance.swap_distribution import SwapDistribution

NULL = "difference = 0"
SWAPS = "swaps of the referee with people"
STUDENT = "jackknife-t"
METHOD = f"{STUDENT} and {SWAPS}, the wider"
ALL_ALIKE = "no group of units differs from another"


def student_p(value: float, standard_error: float, degrees_of_freedom: float) -> float:
    """Return the two-sided p-value of Student's t.

    >>> round(student_p(2.0, 1.0, 10), 4)
    0.0734
    """
    from scipy.special import stdtr

    return float(2 * stdtr(degrees_of_freedom, -abs(value) / standard_error))


def difference_from_zero(
    found: Jackknife,
    swapped: SwapDistribution | None,
    *,
    confidence: float = 0.95,
    bounds: tuple[float, float] | None = None,
    what: str = SWAPS,
) -> tuple[Interval, HypothesisTest]:
    """Return the interval of a difference and the test of none, from the jackknife and from swaps.

    Parameters
    ----------
    found : Jackknife
        The difference, and without each group.
    swapped : SwapDistribution or None
        Under swaps; None for Student's t alone.
    confidence : float
    bounds : (float, float), optional
        Range of the difference, at which limits end.
    what : str
        What was swapped, in words.
    """
    interval = plain_jackknife_t(found, confidence=confidence)
    if swapped is not None and not np.isfinite(swapped.values).all():
        swapped = None  # the coefficient is undefined at the table of all pairs
    if swapped is not None and len(swapped.values) == 1 and not swapped.observed:
        method = f"{what}: none changes anything"
        return interval, HypothesisTest(1.0, NULL, method)
    if interval.low is None or interval.high is None or not interval.standard_error:
        return interval, HypothesisTest(None, NULL, STUDENT, reason=interval.reason or ALL_ALIKE)
    error, free = interval.standard_error, found.degrees_of_freedom()
    p, method, sampled = student_p(found.point, error, free), STUDENT, None
    reach = t_quantile(free, confidence) * error
    if swapped is not None:
        # The distance by which swaps could have moved the linearised difference, carried over to the difference itself:
        # it reaches 0 when, and only when, the linearised one lies within what swaps reach.
        apart = abs(found.point) - abs(swapped.observed) + swapped.reach(confidence)
        by_swaps = swapped.p_value
        reach = max(reach, apart, abs(found.point) if by_swaps > 1 - confidence else 0.0)
        method, interval = _ways(swapped, what), _renamed(interval)
        if by_swaps >= p:
            p, sampled = by_swaps, swapped.monte_carlo_error
    low, high = float(found.point - reach), float(found.point + reach)
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    limits = Interval(low, high, interval.method, error, notes=interval.notes)
    return limits, HypothesisTest(p, NULL, method, float(found.point / error), (float(free),), sampled)


def _ways(swapped: SwapDistribution, what: str) -> str:
    n = len(swapped.values)
    return f"the larger p of {STUDENT} and {what} ({f'all {n}' if swapped.exact else f'{n - 1} random ones'})"


def _renamed(interval: Interval) -> Interval:
    return Interval(interval.low, interval.high, METHOD, interval.standard_error, notes=interval.notes)
