"""Ratings, a referee's scores and clusters as arrays of numbers, checked once.

People's ratings come as a :class:`agreement.ratings.Ratings` or as an array ``(units, raters)`` with NaN where
nobody rated; what a referee could not score is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.arrays import Codes, Floats, Ints
from agreement.encoding import is_missing
from agreement.errors import AgreementError
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode
from agreement.validation import (
    checked_scale,
    cluster_positions,
    plain_array,
    plain_numbers,
    refuse_infinite,
    refuse_transposed,
)


def as_ratings(
    x: Ratings | ArrayLike, *, scale: Sequence[Any] | None = None, cluster: ArrayLike | None = None
) -> Ratings:
    """Return ``x`` as Ratings, with the clusters of the call where it gives some.

    Parameters
    ----------
    x : Ratings or array_like of shape (units, raters)
    scale : sequence, optional
        Categories of an array; a Ratings has its own.
    cluster : array_like of shape (units,), optional

    Returns
    -------
    Ratings
    """
    if not isinstance(x, Ratings):
        return Ratings.from_array(x, scale=scale, cluster=cluster)
    if scale is not None and checked_scale(scale) != x.scale:
        raise AgreementError(f"scale={tuple(scale)}", f"these ratings already have the scale {x.scale}")
    return x if cluster is None else x.with_cluster(cluster)


def rating_values(humans: Ratings | ArrayLike, *, anonymous: bool = False, wide: bool = False) -> Floats:
    """Return ratings as numbers ``(units, raters)``, NaN where there is none; one dimension is one rater.

    ``anonymous`` accepts ratings read from counts, whose columns are nobody: for what does not ask who rated. ``wide``
    accepts an array of many more raters than units: for what has one score per unit beside it.
    """
    if isinstance(humans, Ratings):
        if not anonymous:
            refuse_counts(humans)
        return humans.values()
    values = plain_numbers(humans, "the ratings")
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2:
        raise AgreementError(
            f"ratings of shape {values.shape}", "one row per unit and one column per rater are expected"
        )
    refuse_transposed(*values.shape, wide=wide)
    if not all_finite(values):
        refuse_infinite(values)
    return values


def refuse_counts(humans: Ratings | ArrayLike, what: str = "this statistic") -> None:
    """Refuse ratings read from counts: their columns are positions in a sorted row, not people."""
    if isinstance(humans, Ratings) and not humans.identified:
        raise AgreementError(
            f"{what} on counts",
            "it compares named raters, and counts do not say who rated",
            "Use icc(form='1,1'), fleiss_kappa, gwet_ac or krippendorff_alpha.",
        )


def scores_of(score: ArrayLike, n_units: int, what: str = "the referee") -> Floats:
    """One score per unit, NaN where there is none; refuses a length that differs from the ratings'."""
    values = plain_numbers(score, f"the scores of {what}")
    if values.shape != (n_units,):
        raise AgreementError(
            f"{what} has scores of shape {values.shape}, people rated {n_units} units",
            "one score per unit is expected, in the same order",
            "Put NaN where it failed.",
        )
    if np.isinf(values).any():
        raise AgreementError(f"{what} has an infinite score", "a score is a finite number, or NaN where there is none")
    return values


def ratings_beside_referee(
    humans: Ratings | ArrayLike, referee: ArrayLike, scale: Sequence[Any] | None
) -> tuple[Ratings, Codes]:
    """Return people's ratings and the referee's codes on one scale; of arrays without one, the numbers that occur."""
    column = plain_array(referee)
    if isinstance(humans, Ratings) or scale is not None:
        people = as_ratings(humans, scale=scale)
    else:
        table = plain_array(humans)
        people = replace(as_ratings(table, scale=_numbers_that_occur(table, column)), declared=False)
    if not people.identified:
        raise AgreementError("ratings read from counts", "compare needs to know who rated")
    if column.shape != (people.n_units,):
        raise AgreementError(
            f"a referee with levels of shape {column.shape}",
            f"people rated {people.n_units} units",
            "Give one level per unit, in the same order, NaN where it failed.",
        )
    read = Ratings.from_array(column[:, None], scale=people.scale, units=people.units, raters=["referee"], wide=True)
    return people, read.codes[:, 0]


def _numbers_that_occur(table: NDArray[Any], column: NDArray[Any]) -> list[int | float]:
    """Return the numbers that occur, as a scale."""
    do = "Pass all categories in order, such as scale=(0, 1, 2, 3, 4)."
    held = [values[~is_missing(values)] for values in (table, column)]
    if not all(values.dtype.kind in "iufb" for values in held):
        raise AgreementError("words among the levels, and no scale", "the order of words is not known", do)
    seen = np.concatenate(held).astype(float)
    if not seen.size:
        raise AgreementError("nothing but missing ratings, and no scale", "no category occurs", do)
    refuse_infinite(seen)
    return [int(v) if v.is_integer() else v for v in np.unique(seen).tolist()]


def cluster_codes(cluster: ArrayLike | None, humans: Ratings | ArrayLike, n_units: int) -> Ints | None:
    """Cluster numbers from 0, one per unit; those of the ratings when none are given; None without clusters."""
    if cluster is None:
        return humans.cluster if isinstance(humans, Ratings) else None
    return cluster_positions(cluster, n_units)


def all_finite(values: Floats) -> bool:
    """Tell whether no number is missing or infinite: one pass, since the sum of squares then is neither.

    >>> all_finite(np.array([[1.0, 2.0]])), all_finite(np.array([[1.0, np.nan]])), all_finite(np.array([[1e200, 1.0]]))
    (True, False, True)
    """
    flat = values.ravel(order="K")
    return bool(np.isfinite(np.vdot(flat, flat)) or np.isfinite(values).all())


def renumbered(labels: NDArray[np.generic]) -> Ints:
    """Return groups numbered from 0 without gaps, one number per unit."""
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp).reshape(-1)


def rater_names(ratings: Ratings | ArrayLike, n_raters: int) -> list[str]:
    """Return the names of raters, in an array their positions."""
    return [str(r) for r in (ratings.raters if isinstance(ratings, Ratings) else range(n_raters))]


def counts_of(values: Floats, *, complete: bool = False) -> dict[str, int]:
    """Return how many units, raters with a rating, and ratings a table (units, raters) holds, as fields of Estimate."""
    if complete:  # nothing is missing, as the caller knows
        return {"n_units": len(values), "n_raters": values.shape[1] if len(values) else 0, "n_ratings": values.size}
    rated = ~np.isnan(values)
    return {"n_units": len(values), "n_raters": int(rated.any(axis=0).sum()), "n_ratings": int(rated.sum())}


def unused_weights_note(humans: Ratings | ArrayLike) -> tuple[Note, ...]:
    """Say that sampling weights were given and did not enter."""
    if isinstance(humans, Ratings) and humans.weight is not None:
        return (Note("the sampling weights of the units were not used here", NoteCode.UNUSED_WEIGHTS),)
    return ()
