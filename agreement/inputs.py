"""What the two-sided functions read: ratings as numbers, a referee's scores, clusters as codes.

People's ratings come as a :class:`agreement.ratings.Ratings` or as an array ``(units, raters)`` with NaN where
nobody rated; what a referee could not score is NaN. Everything is checked here, once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.encode import factorize
from agreement.errors import AgreementError
from agreement.ratings import Ratings

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

FEW_CLUSTERS = 30


def rating_values(humans: Ratings | ArrayLike) -> FloatArray:
    """Ratings as numbers ``(units, raters)``, NaN where there is none.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        A one-dimensional array is one rater.

    Returns
    -------
    array (units, raters)

    Raises
    ------
    AgreementError
        When an array has the wrong shape or holds anything but numbers.

    Examples
    --------
    >>> rating_values([[0, 1], [4, np.nan]])
    array([[ 0.,  1.],
           [ 4., nan]])
    """
    if isinstance(humans, Ratings):
        return humans.values()
    values = _numbers(humans, "the ratings")
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2:
        raise AgreementError(
            f"ratings of shape {values.shape}", "one row per unit and one column per rater are expected"
        )
    if not all_finite(values) and np.isinf(values).any():
        raise AgreementError("an infinite rating", "a rating is a finite number, or NaN where there is none")
    return values


def scores_of(score: ArrayLike, n_units: int, what: str = "the referee") -> FloatArray:
    """One score per unit, NaN where there is none; refuses a length that differs from the ratings'."""
    values = _numbers(score, f"the scores of {what}")
    if values.shape != (n_units,):
        raise AgreementError(
            f"{what} has scores of shape {values.shape}, people rated {n_units} units",
            "one score per unit is expected, in the same order",
            "Put NaN where it failed.",
        )
    if np.isinf(values).any():
        raise AgreementError(f"{what} has an infinite score", "a score is a finite number, or NaN where there is none")
    return values


def cluster_codes(cluster: ArrayLike | None, humans: Ratings | ArrayLike, n_units: int) -> IntArray | None:
    """Cluster numbers from 0, one per unit; those of the ratings when none are given; None without clusters."""
    if cluster is None:
        return humans.cluster if isinstance(humans, Ratings) else None
    labels = np.asarray(cluster)
    if labels.shape != (n_units,):
        raise AgreementError(f"cluster of shape {labels.shape}", f"there are {n_units} units, one cluster label each")
    return factorize(labels, "cluster")[0]


def all_finite(values: FloatArray) -> bool:
    """Whether no number is missing or infinite: one pass, since the sum of squares then is neither.

    Examples
    --------
    >>> all_finite(np.array([[1.0, 2.0]])), all_finite(np.array([[1.0, np.nan]])), all_finite(np.array([[1e200, 1.0]]))
    (True, False, True)
    """
    flat = values.ravel(order="K")
    return bool(np.isfinite(np.vdot(flat, flat)) or np.isfinite(values).all())


def check_confidence(confidence: float) -> float:
    """Refuse a confidence that is not strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise AgreementError(f"confidence {confidence}", "it is a share between 0 and 1, such as 0.95")
    return confidence


def few_clusters_note(n_clusters: int) -> tuple[str, ...]:
    """Say that intervals rest on few clusters, where they do."""
    if n_clusters >= FEW_CLUSTERS:
        return ()
    return (f"{n_clusters} clusters only: intervals that rest on fewer than {FEW_CLUSTERS} tend to be too short",)


def _numbers(values: Any, what: str) -> FloatArray:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise AgreementError(f"{what} hold something that is not a number", str(error)) from error


def unused_weights_note(humans: Ratings | ArrayLike) -> tuple[str, ...]:
    """Say that sampling weights were given and did not enter."""
    if isinstance(humans, Ratings) and humans.weight is not None:
        return ("the sampling weights of the units were not used here",)
    return ()
