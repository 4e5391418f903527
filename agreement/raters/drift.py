"""Drift: whose severity changes along the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import rating_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.raters.rater_effects import estimate_effects, why_not_compared
from agreement.raters.severity_equations import RaterEquations
from agreement.ratings import Ratings
from agreement.validation import plain_numbers


def rater_drift(
    ratings: Ratings | ArrayLike, when: ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> dict[str, Estimate]:
    r"""Return how much each rater's severity changes per unit of time, relative to the average rater.

    Least squares of :math:`y_{ij} = m_i + b_j + s_j t_{ij}`; the slopes are centred, because a change that all raters
    share cannot be told from a change of the units.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    when : array_like of shape (units, raters)
        Order, or time, in which each rater gave each rating.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the intervals.

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale per unit of ``when``.

    Examples
    --------
    Rater 1 rises by 1 level every 2 units, rater 0 stays: slopes −0.25 and 0.25 about their mean.

    >>> steps = [0, 2, 4, 6]
    >>> found = rater_drift([[1, 0], [1, 1], [1, 2], [1, 3]], [[t, t] for t in steps])
    >>> [round(e.value, 6) for e in found.values()]
    [-0.25, 0.25]
    """
    values = rating_values(ratings)
    time = plain_numbers(when, "the times")
    if time.shape != values.shape:
        raise AgreementError(f"when of shape {time.shape}", f"ratings have shape {values.shape}, one time each")
    rated = ~np.isnan(values)
    if not np.isfinite(time[rated]).all():
        raise AgreementError("a rating without its time", "drift needs to know when each rating was given")
    return estimate_effects(ratings, RaterEquations(values, time), _why_no_drift, cluster, confidence)


def _why_no_drift(equations: RaterEquations, j: int) -> str:
    if equations.n_raters < 2 or not equations.rated[:, j].any() or not equations.chained:
        return why_not_compared(equations, j)
    still = equations.still
    if still[j]:
        return "gave all ratings that can be compared at one time, so no change can be seen"
    if still.any():
        return "another rater gave all ratings at one time, and changes are relative to the average rater"
    return "too few ratings at different times to tell the changes of raters from each other"
