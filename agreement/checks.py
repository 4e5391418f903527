"""What ratings may look like, checked at the door with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.encode import factorize, is_missing
from agreement.errors import AgreementError

MAX_CATEGORIES = 127  # what int8 holds beside -1


def plain_array(x: Any) -> NDArray[Any]:
    if isinstance(x, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(x), np.nan, np.ma.getdata(x).astype(float))
    array = np.asarray(x)
    if array.dtype.kind in "US" and not isinstance(x, np.ndarray):
        array = np.asarray(x, dtype=object)  # numpy would have made words of numbers and of NaN
    return as_numbers(array) if array.dtype == object else array


def as_numbers(array: NDArray[Any]) -> NDArray[Any]:
    """Turn an object array into floats where every entry present is a number."""
    missing = is_missing(array)
    if not all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in array[~missing]):
        return array
    plain = np.full(array.shape, np.nan)
    plain[~missing] = array[~missing].astype(float)
    return plain


def checked_scale(scale: Sequence[Any]) -> tuple[Any, ...]:
    categories = tuple(v.item() if isinstance(v, np.generic) else v for v in scale)
    if len(set(categories)) != len(categories) or not categories:
        raise AgreementError(f"scale={categories}", "a scale lists each category once")
    numbers = [v for v in categories if isinstance(v, (int, float))]
    if numbers and len(numbers) == len(categories) and sorted(numbers) != numbers and sorted(numbers)[::-1] != numbers:
        raise AgreementError(f"scale={categories}", "the numbers are in no order", "List them ascending or descending.")
    refuse_many_categories(categories)
    return categories


def refuse_many_categories(categories: tuple[Any, ...]) -> None:
    if len(categories) > MAX_CATEGORIES:
        raise AgreementError(
            f"{len(categories)} different values",
            f"categories are held as small codes, {MAX_CATEGORIES} at most",
            "For measurements use icc, lin_ccc or krippendorff_alpha(level='interval'), or round to the raters' scale.",
        )


def refuse_mismatch(named: int, counted: int) -> None:
    if named != counted:
        raise AgreementError(f"a scale of {named} categories", f"the table counts {counted}")


def refuse_transposed(n_units: int, n_raters: int, *, wide: bool) -> None:
    if not wide and n_raters >= 10 and n_raters > 2 * n_units:
        raise AgreementError(
            f"{n_units} units rated by {n_raters} raters",
            "that is many more raters than units, so the table looks transposed",
            "Rows are units and columns are raters: pass x.T, swap unit= and rater=, or say wide=True if it is so.",
        )


def refuse_duplicates(
    row: NDArray[np.intp], column: NDArray[np.intp], units: Sequence[Any], raters: Sequence[Any]
) -> None:
    cell = row * len(raters) + column
    values, counts = np.unique(cell, return_counts=True)
    twice = values[counts > 1]
    if len(twice):
        u, r = divmod(int(twice[0]), len(raters))
        raise AgreementError(
            f"{len(twice)} pair(s) of unit and rater occur more than once, first unit {units[u]!r} by {raters[r]!r}",
            "one rater gives one rating per unit",
            "Keep the latest rating of each, or name the repetitions as raters of their own.",
        )


def cluster_positions(cluster: ArrayLike, n_units: int) -> NDArray[np.intp]:
    labels = np.asarray(cluster)
    if labels.shape != (n_units,):
        raise AgreementError(f"cluster of shape {labels.shape}", f"there are {n_units} units, one cluster label each")
    return factorize(labels, "cluster")[0]


def sampling_weights(weight: ArrayLike, n_units: int) -> NDArray[np.float64]:
    array = np.asarray(weight, dtype=float)
    if array.shape != (n_units,):
        raise AgreementError(f"weight of shape {array.shape}", f"there are {n_units} units, one weight each")
    if not (np.isfinite(array).all() and (array > 0).all()):
        raise AgreementError("a weight that is not a positive number", "a sampling weight says how many units one is")
    scaled: NDArray[np.float64] = array / array.mean()
    return scaled


def whole_counts(table: ArrayLike) -> NDArray[np.intp]:
    array = np.asarray(table)
    if array.ndim != 2 or 0 in array.shape:
        raise AgreementError(f"a table of shape {array.shape}", "a count table has two dimensions")
    if (array < 0).any() or (array != np.floor(array)).any():
        raise AgreementError("a count that is negative or not whole", "the table counts units or raters")
    if not array.any():
        raise AgreementError("a table of zeros", "it holds no rating")
    return array.astype(np.intp)


def checked_names(names: Sequence[Hashable], expected: int, what: str) -> Sequence[Hashable]:
    if len(names) != expected:
        raise AgreementError(f"{len(names)} names for {what}", f"the array has {expected}")
    return names
