"""Severity: who rates high and who rates low, from the units that raters share."""

from __future__ import annotations

from typing import Literal

from numpy.typing import ArrayLike

from agreement.array_inputs import rating_values
from agreement.estimate import Estimate
from agreement.raters.rater_effects import estimate_effects, why_not_compared
from agreement.raters.severity_equations import RaterEquations
from agreement.ratings import Ratings


def rater_severity(
    ratings: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    raters: Literal["fixed", "sample"] = "fixed",
) -> dict[str, Estimate]:
    r"""Return how far above (+) or below (−) the average rater each rater rates the same units.

    Least squares of :math:`y_{ij} = m_i + b_j` with :math:`\sum_j b_j = 0`, so that raters who met easier units are not
    taken for lenient. Intervals by jackknife-t over clusters.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Units with one rating say nothing here.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the intervals.
    raters : {"fixed", "sample"}, default "fixed"
        Against whose average: that of these raters, or of raters like these, about whom few raters say little.

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale.

    Examples
    --------
    Rater 1 is 1 above rater 0 wherever both rated:

    >>> found = rater_severity([[0, 1], [2, 3], [1, 2], [3, None]])
    >>> [round(e.value, 6) for e in found.values()]
    [-0.5, 0.5]
    """
    values = rating_values(ratings)
    return estimate_effects(ratings, RaterEquations(values, None), why_not_compared, cluster, confidence, raters)
