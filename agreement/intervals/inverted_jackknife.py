"""The test that belongs to a jackknife-t interval: p is 1 less the confidence at which it touches the null."""

from __future__ import annotations

from typing import Literal

import numpy as np

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.quantiles import t_quantile

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES = ("two-sided", "greater", "less")
METHOD = "inverted jackknife-t interval"


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


def inverted_jackknife_test(found: Estimate, null: float, name: str, alternative: str) -> HypothesisTest:
    """Test a coefficient between −1 and 1 by its jackknife-t interval; ``name`` is for the hypothesis.

    >>> one = Estimate(0.5, 0.2, 0.72, method="jackknife-t (atanh)", n_units=40)
    >>> print(inverted_jackknife_test(one, 0.2, "kappa", "two-sided"))
    p = 0.05
    """
    hypothesis = f"{name} = {null:g}"
    if found.low is None or found.high is None:
        why = found.reason or "there is no interval to invert"
        return HypothesisTest(None, hypothesis, METHOD, alternative=alternative, reason=why)
    groups = found.n_clusters if found.n_clusters is not None else found.n_units
    scale = np.arctanh if "atanh" in found.method else float
    low, high = float(scale(found.low)), float(scale(found.high))
    error = (high - low) / 2 / t_quantile(groups - 1, found.confidence)
    statistic = ((low + high) / 2 - float(scale(null))) / error
    from scipy.special import stdtr

    tails = float(stdtr(groups - 1, statistic)), float(stdtr(groups - 1, -statistic))
    p = p_of_tails(*tails, alternative)
    return HypothesisTest(p, hypothesis, METHOD, statistic, (groups - 1,), alternative=alternative)
