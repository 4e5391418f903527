"""F tests of intraclass correlations against zero or any other value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from numbers import Real
from typing import Any

from numpy.typing import ArrayLike

from agreement.coefficients.intraclass.icc import FORMS, Form, interval_at, usual_estimate
from agreement.coefficients.intraclass.icc_table import IccTable
from agreement.coefficients.intraclass.mean_squares import TINY
from agreement.coefficients.intraclass.unbalanced_limits import ALIKE, equivalent_mean_squares
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.inverted_interval import (
    Alternative,
    checked_alternative,
    inverted_interval_test,
    p_of_tails,
)
from agreement.ratings import Ratings


def icc_test(
    ratings: Ratings | ArrayLike,
    *,
    form: Form = "2,1",
    null: float = 0.0,
    alternative: Alternative = "greater",
    scale: Sequence[Any] | None = None,
    cluster: ArrayLike | None = None,
) -> HypothesisTest:
    r"""Test an intraclass correlation against a value.

    With mean squares of units, raters, error, and of ratings within units (MSR, MSC, MSE, MSW), n units, k raters and
    the value :math:`\rho_0` of one rater,

    .. math:: F = \frac{MSR}{MSW} \frac{1 - \rho_0}{1 + (k - 1) \rho_0}, \quad
              F = \frac{MSR}{a\,MSC + b\,MSE}, \quad a = \frac{k \rho_0}{n (1 - \rho_0)},
              \quad b = 1 + \frac{k \rho_0 (n - 1)}{n (1 - \rho_0)}

    for the forms 1 (and 3, with MSE) and 2, whose denominator has Satterthwaite's degrees of freedom. A value of a mean
    of k raters becomes that of one by the Spearman-Brown formula.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        As of :func:`icc`. Where ratings are missing the F of the forms 1 and 3 is the exact one of Harville and Fenech;
        form 2 has it at 0, and elsewhere the mean squares that the fitted variances are expected to have.
    form : {"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}, default "2,1"
    null : float, default 0
        Value to test against, below 1.
    alternative : {"greater", "two-sided", "less"}, default "greater"
        Whether only values above ``null`` speak against it, as F tests of agreement have it.
    scale : sequence, optional
        Categories of an array.
    cluster : array_like of shape (units,), optional
        With clusters, given here or by the ratings, the interval of :func:`icc` is inverted, for F takes units as
        independent.

    Returns
    -------
    HypothesisTest

    References
    ----------
    K. O. McGraw and S. P. Wong, Psychological Methods 1 (1996), table 8; D. A. Harville and A. P. Fenech, Biometrics 41
    (1985).

    Examples
    --------
    Shrout and Fleiss (1979): F(5, 15) = 11.03 of judges taken as they are.

    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = icc_test(judges, form="3,1")
    >>> round(found.statistic, 2), found.degrees_of_freedom, str(found)
    (11.03, (5, 15), 'p < 0.001')
    """
    if form not in FORMS:
        raise AgreementError(f"form={form!r}", f"choose one of {', '.join(map(repr, FORMS))}")
    checked_alternative(alternative)
    if not isinstance(null, Real) or not -1 < null < 1:
        raise AgreementError(f"null={null!r}", "an intraclass correlation to test against lies between -1 and 1")
    table = IccTable.read(ratings, scale, cluster, 0.95, anonymous=form.startswith("1"))
    if table.member is not None:
        found = inverted_interval_test(partial(interval_at, table, form), float(null), f"ICC({form})", alternative)
        return replace(found, population=usual_estimate(table, form, 0.95).population)
    # the models of forms 1 and 2 draw raters at random
    population = THESE_RATERS if form.startswith("3") else RATERS_LIKE_THESE
    return replace(_tested(table, form, float(null), alternative), population=population)


@dataclass(frozen=True)
class _FRatio:
    """An F statistic and its degrees of freedom."""

    statistic: float
    above: float
    below: float

    def p_value(self, alternative: str) -> float:
        from scipy.special import fdtr, fdtrc

        lower, upper = (float(tail(self.above, self.below, self.statistic)) for tail in (fdtr, fdtrc))
        return p_of_tails(lower, upper, alternative)


def _tested(table: IccTable, form: str, null: float, alternative: str) -> HypothesisTest:
    hypothesis = f"ICC({form}) = {null:g}"
    reason = table.why_undefined(form) or (None if _has_error(table, form) else ALIKE)
    if reason is not None:
        return HypothesisTest(None, hypothesis, "F", alternative=alternative, reason=reason)
    theta = _ratio(form, null, table.averaged_over)
    if 1 + theta * (table.values.shape[1] if table.complete else int(table.sums("1").sizes.max())) <= 0:
        raise AgreementError(f"null={null!r}", "no ratings can correlate that far below zero with so many raters")
    found = _f_of_complete(table, form, theta) if table.complete else _f_with_gaps(table, form, theta)
    freedom = found.above, found.below
    p = found.p_value(alternative)
    return HypothesisTest(p, hypothesis, "F", found.statistic, freedom, alternative=alternative)


def _has_error(table: IccTable, form: str) -> bool:
    if table.complete:
        return table.squares.noise(form) > TINY * table.squares.scale
    return table.pivot(form).has_error


def _ratio(form: str, null: float, k: float) -> float:
    """Return the variance of units over that of everything else in one rating, at the null."""
    one = null / (k - (k - 1) * null) if form.endswith("k") else null
    return one / (1 - one)


def _f_of_complete(table: IccTable, form: str, theta: float) -> _FRatio:
    squares = table.squares
    if form.startswith("2"):
        a, b, free = squares.agreement_freedom(theta / (1 + theta))
        return _FRatio(squares.units / (a * squares.raters + b * squares.error), squares.unit_freedom, free)
    free = squares.within_freedom if form.startswith("1") else squares.error_freedom
    return _FRatio(squares.units / squares.noise(form) / (1 + squares.k * theta), squares.unit_freedom, free)


def _f_with_gaps(table: IccTable, form: str, theta: float) -> _FRatio:
    pivot = table.pivot(form)
    if form.startswith("2") and theta != 0:
        squares = equivalent_mean_squares(pivot, table.fit(form))
        a, b, free = squares.agreement_freedom(theta / (1 + theta))
        return _FRatio(squares.units / (a * squares.raters + b * squares.error), squares.unit_freedom, free)
    return _FRatio(pivot.f(theta), pivot.unit_freedom, pivot.error_freedom)
