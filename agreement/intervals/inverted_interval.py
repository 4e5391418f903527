"""The test that belongs to an interval: its p-value is 1 less the confidence at which the interval touches the null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from agreement.errors import AgreementError
from agreement.estimate import Interval
from agreement.hypothesis_test import HypothesisTest

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES = ("two-sided", "greater", "less")
LEAST, MOST = 1e-12, 1 - 1e-9  # p-values that are looked for
HALVINGS = 30


def checked_alternative(alternative: str) -> str:
    """Refuse an alternative that is none of the three."""
    if alternative not in ALTERNATIVES:
        raise AgreementError(f"alternative={alternative!r}", f"choose one of {', '.join(map(repr, ALTERNATIVES))}")
    return alternative


def p_of_tails(below: float, above: float, alternative: str) -> float:
    """Return the p-value from the probabilities of a statistic as low, and as high, as the one found."""
    if alternative == "two-sided":
        return min(1.0, 2 * min(below, above))
    return min(1.0, above if alternative == "greater" else below)


def inverted_interval_test(
    interval_at: Callable[[float], Interval], null: float, name: str, alternative: str
) -> HypothesisTest:
    """Test a coefficient by its interval at any confidence; ``name`` is for the hypothesis.

    >>> from agreement.intervals.quantiles import t_quantile
    >>> def at(confidence):
    ...     return Interval(0.5 - 0.1 * t_quantile(9, confidence), 0.5 + 0.1 * t_quantile(9, confidence), "t")
    >>> print(inverted_interval_test(at, 0.5 - 0.1 * t_quantile(9, 0.95), "kappa", "two-sided"))
    p = 0.05
    """
    middle = interval_at(1 - MOST)
    hypothesis, method = f"{name} = {null:g}", f"inverted {middle.method} interval"
    if middle.low is None or middle.high is None:
        why = middle.reason or "there is no interval to invert"
        return HypothesisTest(None, hypothesis, method, alternative=alternative, reason=why)
    both, above = _two_sided(interval_at, null), null < (middle.low + middle.high) / 2
    tails = (1 - both / 2, both / 2) if above else (both / 2, 1 - both / 2)
    return HypothesisTest(p_of_tails(*tails, alternative), hypothesis, method, alternative=alternative)


def _two_sided(interval_at: Callable[[float], Interval], null: float) -> float:
    """Return the largest p-value at which the interval of confidence 1 − p holds the null."""
    if _holds(interval_at(1 - MOST), null):
        return 1.0
    if not _holds(interval_at(1 - LEAST), null):
        return LEAST
    inside, outside = float(np.log(LEAST)), float(np.log(MOST))
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if _holds(interval_at(float(-np.expm1(middle))), null):
            inside = middle
        else:
            outside = middle
    return float(np.exp(inside))


def _holds(interval: Interval, null: float) -> bool:
    return (interval.low is None or interval.low <= null) and (interval.high is None or null <= interval.high)
