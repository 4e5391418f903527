"""Limits where nobody disagreed: no scatter tells how a coefficient would vary, but the number of groups does."""

from __future__ import annotations

from agreement.estimate import Interval

METHOD = "exact, no disagreement seen"
NEVER = "exact, no agreement seen"


def perfect_agreement(n_groups: int, luck: float, *, confidence: float = 0.95, lowest: float = -1.0) -> Interval:
    r"""Return the interval of a coefficient that is 1 because raters agree in every one of G independent groups.

    If they agree in a share p of all groups, they do so in G of G with probability :math:`p^G`; the least share with
    which that is no rarer than half of 1 − confidence is :math:`L = (\alpha/2)^{1/G}` (C. J. Clopper and E. S. Pearson,
    Biometrika 26 (1934); about 1 − 3.7/G). A share c of these agreements is ``luck``: two raters who guess would have
    it too. So the coefficient is at least :math:`(L - c)/(1 - c)`.

    Parameters
    ----------
    n_groups : int
        Units, or clusters, that are independent.
    luck : float
        Probability that two raters who guess choose one category; 0 for raw agreement.
    lowest : float
        Least value that the coefficient can have.

    Examples
    --------
    Twenty units without a disagreement: at least 0.025 ** (1 / 20) of all units have none.

    >>> round(perfect_agreement(20, 0.0).low, 4)
    0.8316
    """
    if n_groups < 2:
        return Interval(method=METHOD, reason=f"only {n_groups} independent group of units, an interval needs two")
    share = ((1 - confidence) / 2) ** (1 / n_groups)
    return Interval(max((share - luck) / (1 - luck), lowest) if luck < 1 else lowest, 1.0, METHOD)


def no_agreement(n_groups: int, *, confidence: float = 0.95) -> Interval:
    """Return the interval of raw agreement that is 0 in every one of G independent groups: 0 to ``1 − (α/2)^(1/G)``.

    >>> round(no_agreement(20).high, 4)
    0.1684
    """
    every = perfect_agreement(n_groups, 0.0, confidence=confidence)
    if every.low is None:
        return Interval(method=NEVER, reason=every.reason)
    return Interval(0.0, 1 - every.low, NEVER)
