"""Raters one by one: who rates high, who rates low, and who changes along the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats, Ints
from agreement.comparison.pair_tables import Known
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife
from agreement.raters.severity_equations import RaterEquations
from agreement.ratings import Ratings
from agreement.score_inputs import (
    check_confidence,
    cluster_codes,
    few_clusters_note,
    rating_values,
    unused_weights_note,
)
from agreement.validation import plain_numbers

MOST_GROUPS = 400


def severity(
    ratings: Ratings | ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> dict[str, Estimate]:
    r"""Return how far above (+) or below (−) the average rater each rater rates the same units.

    Least squares of :math:`y_{ij} = m_i + b_j` with :math:`\sum_j b_j = 0`, so that raters who met easier units are not
    taken for lenient. Intervals by jackknife-t over clusters.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Units with one rating say nothing here.
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale.

    Examples
    --------
    Rater 1 is 1 above rater 0 wherever both rated:

    >>> found = severity([[0, 1], [2, 3], [1, 2], [3, None]])
    >>> [round(e.value, 6) for e in found.values()]
    [-0.5, 0.5]
    """
    values = rating_values(ratings)
    return _fitted(ratings, RaterEquations(values, None), _why_no_severity, cluster, confidence)


def drift(
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
    confidence : float, default 0.95

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale per unit of ``when``.

    Examples
    --------
    Rater 1 rises by 1 level every 2 units, rater 0 stays: slopes −0.25 and 0.25 about their mean.

    >>> steps = [0, 2, 4, 6]
    >>> found = drift([[1, 0], [1, 1], [1, 2], [1, 3]], [[t, t] for t in steps])
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
    return _fitted(ratings, RaterEquations(values, time), _why_no_drift, cluster, confidence)


def _fitted(
    ratings: Ratings | ArrayLike,
    equations: RaterEquations,
    why: Callable[[RaterEquations, int], str],
    cluster: ArrayLike | None,
    confidence: float,
) -> dict[str, Estimate]:
    check_confidence(confidence)
    n_units, n_raters = equations.several.shape[0], equations.n_raters
    names = [str(r) for r in (ratings.raters if isinstance(ratings, Ratings) else range(n_raters))]
    codes = cluster_codes(cluster, ratings, n_units)
    point, left = equations.solved(*_groups(codes, equations.several))
    found = {}
    for j, name in enumerate(names):
        own = np.zeros(n_units, dtype=bool)
        own[equations.several] = equations.rated[:, j]
        known = bool(np.isfinite(point[j]))
        blank = Estimate(
            None,
            None,
            None,
            confidence=confidence,
            n_units=int(own.sum()),
            n_raters=1,
            n_ratings=int(own.sum()),
            n_clusters=None if codes is None else len(np.unique(codes[own])),
            reason="not yet computed" if known else why(equations, j),
            notes=(
                *(() if codes is None else few_clusters_note(len(np.unique(codes[own])))),
                *unused_weights_note(ratings),
            ),
        )
        found[name] = _estimate(blank, point[j], left[:, j], confidence) if known else blank
    return found


def _why_no_severity(equations: RaterEquations, j: int) -> str:
    if equations.n_raters < 2:
        return "one rater has nobody to be compared with"
    if not equations.rated[:, j].any():
        return "rated no unit that another rater rated"
    return "shares no chain of units with the other raters, so they cannot be compared"


def _why_no_drift(equations: RaterEquations, j: int) -> str:
    if equations.n_raters < 2 or not equations.rated[:, j].any() or not equations.chained:
        return _why_no_severity(equations, j)
    still = equations.still
    if still[j]:
        return "gave all ratings that can be compared at one time, so no change can be seen"
    if still.any():
        return "another rater gave all ratings at one time, and changes are relative to the average rater"
    return "too few ratings at different times to tell the changes of raters from each other"


def _groups(codes: Ints | None, several: Bools) -> tuple[Ints, int]:
    """Clusters of the units that enter; of many, random blocks of about one size."""
    labels = np.arange(int(several.sum())) if codes is None else np.unique(codes[several], return_inverse=True)[1]
    member = np.asarray(labels, dtype=np.intp).reshape(-1)
    n_groups = int(member.max(initial=-1)) + 1
    if n_groups > MOST_GROUPS:
        member = np.random.default_rng(0).permutation(np.arange(n_groups) % MOST_GROUPS)[member]
        n_groups = MOST_GROUPS
    return member, n_groups


def _estimate(blank: Estimate, value: float, left: Floats, confidence: float) -> Estimate:
    none: Callable[[Floats], Floats] = lambda total: total[..., 0]  # noqa: E731 - a place holder for a known value
    at = Known(np.empty((len(left), 0)), np.ones(len(left)), none, float(value), left)
    made = plain_jackknife(at, confidence=confidence)
    return replace(
        blank,
        value=float(value),
        low=made.low,
        high=made.high,
        method=made.method,
        standard_error=made.standard_error,
        reason=made.reason,
    )
