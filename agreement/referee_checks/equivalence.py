"""Whether two things are the same to within a margin: "no difference" is a finding only where the interval shows it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from numbers import Real

from agreement.errors import AgreementError
from agreement.estimate import Estimate


class Equivalence(StrEnum):
    """What the intervals of differences say of sameness. Its value is the word in files and on pages."""

    SAME = "same"
    APART = "apart"
    CANNOT_TELL = "cannot tell"


def equivalence(differences: Sequence[Estimate], margin: float) -> Equivalence:
    """Hold intervals of differences against a margin: an absent difference has to be shown, like a present one.

    Parameters
    ----------
    differences : sequence of Estimate
        Of one pair, in one measure or more; all of them have to say so.
    margin : float
        Above 0: what lies within ± margin is no difference that matters.

    Returns
    -------
    Equivalence
        ``SAME`` where every interval lies within ± margin, ``APART`` where some interval leaves out 0 and not all lie
        within, else ``CANNOT_TELL``, also for no interval. A difference that no cluster changes (a standard error of 0)
        is its own interval.

    Raises
    ------
    AgreementError
        For a margin that is not above 0.

    Notes
    -----
    An interval of confidence ``1 − 2α`` within the margin is the two one-sided tests of Schuirmann (1987) at level α: a
    95 % interval tests at 2.5 %.

    Examples
    --------
    >>> [str(equivalence([Estimate(0.01, low, high)], 0.05)) for low, high in ((-0.03, 0.04), (-0.1, 0.1), (0.01, 0.2))]
    ['same', 'cannot tell', 'apart']
    """
    if not isinstance(margin, Real) or not margin > 0:
        raise AgreementError(f"margin={margin!r}", "it is a number above 0")
    ends = [limits for one in differences if (limits := _limits(one)) is not None]
    if len(ends) == len(differences) > 0 and all(-margin <= low and high <= margin for low, high in ends):
        return Equivalence.SAME
    return Equivalence.APART if any(low > 0 or high < 0 for low, high in ends) else Equivalence.CANNOT_TELL


def _limits(difference: Estimate) -> tuple[float, float] | None:
    if difference.low is not None and difference.high is not None:
        return difference.low, difference.high
    if difference.value is None or difference.standard_error != 0:
        return None
    return difference.value, difference.value
