"""What ratings may look like, checked at the door with a sentence that says what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.arrays import Floats, Ints
from agreement.encoding import factorize, is_missing
from agreement.errors import AgreementError
from agreement.tables.cells import WHOLE_IN_A_DOUBLE

MAX_CATEGORIES = 127  # what int8 holds beside -1


def plain_array(x: Any) -> NDArray[Any]:
    """Return ``x`` as an array: floats where it holds numbers, NaN where it is masked or marked as missing."""
    if isinstance(x, np.ma.MaskedArray):
        return _unmasked(x)
    array = _even(x)
    return as_numbers(array) if array.dtype == object else array


def _unmasked(x: Any) -> NDArray[Any]:
    gone, held = np.ma.getmaskarray(x), np.ma.getdata(x)
    if held.dtype.kind in "iufb":
        return np.where(gone, np.nan, held.astype(float))
    words = held.astype(object)
    words[gone] = None
    return as_numbers(words)


def _even(x: Any) -> NDArray[Any]:
    """Read an array as numpy does, but without making words of the numbers and NaN that stand beside words."""
    try:
        array = np.asarray(x)
        if array.dtype.kind in "US" and not isinstance(x, np.ndarray):
            return np.asarray(x, dtype=object)
    except ValueError as error:
        raise AgreementError(
            "a ragged table", "its rows differ in length", "Fill them up with NaN where there is none."
        ) from error
    return array


def plain_numbers(values: Any, what: str) -> Floats:
    """Return ``values`` as floats, NaN where masked or missing; ``what`` they are is for the error message."""
    array = plain_array(values)
    try:
        return array.astype(float, copy=False)
    except (TypeError, ValueError) as error:
        raise AgreementError(f"{what} hold something that is not a number", str(error)) from error


def refuse_infinite(values: NDArray[Any]) -> None:
    """Refuse ratings of which one is infinite."""
    if values.dtype.kind == "f" and np.isinf(values).any():
        raise AgreementError("an infinite rating", "a rating is a finite number, or NaN where there is none")


def as_numbers(array: NDArray[Any]) -> NDArray[Any]:
    """Turn an object array into floats where every entry present is a number."""
    missing = is_missing(array)
    if not all(_is_exact_as_float(v) for v in array[~missing]):
        return array
    plain = np.full(array.shape, np.nan)
    plain[~missing] = array[~missing].astype(float)
    return plain


def _is_exact_as_float(value: Any) -> bool:
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return abs(int(value)) <= WHOLE_IN_A_DOUBLE
    return isinstance(value, float | np.floating)


def checked_scale(scale: Sequence[Any]) -> tuple[Any, ...]:
    unordered = isinstance(scale, (set, frozenset))
    if unordered or isinstance(scale, (str, bytes)) or not np.iterable(scale):
        why = "a set has no order" if unordered else "a scale is a list of categories in order"
        raise AgreementError(f"scale={scale!r}", why, "Write range(5), or a list such as ['bad', 'good'].")
    categories = tuple(v.item() if isinstance(v, np.generic) else v for v in scale)
    if not all(isinstance(v, Hashable) for v in categories):
        raise AgreementError(f"scale={categories}", "a category is a number or a word")
    if len(set(categories)) != len(categories) or not categories:
        raise AgreementError(f"scale={categories}", "a scale lists each category once")
    missing = is_missing(np.fromiter(categories, dtype=object, count=len(categories)))
    if missing.any() or any(v in (np.inf, -np.inf) for v in categories):
        raise AgreementError(f"scale={categories}", "a category is finite, and a missing rating is none")
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
            "Rows are units and columns are raters: pass x.T, swap unit= and rater=, or, if it is so, "
            "Ratings.from_array(x, wide=True).",
        )


def refuse_duplicates(row: Ints, column: Ints, units: Sequence[Any], raters: Sequence[Any]) -> None:
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


def cluster_positions(cluster: ArrayLike, n_units: int) -> Ints:
    return factorize(unit_labels(cluster, n_units, "cluster"), "cluster")[0]


def unit_labels(labels: ArrayLike, n_units: int, what: str) -> NDArray[Any]:
    """Return one label per unit as an array, None or NaN where there is none; ``what`` they are is for the error."""
    array = _unmasked(labels) if isinstance(labels, np.ma.MaskedArray) else _even(labels)
    if array.shape != (n_units,):
        raise AgreementError(f"{what} of shape {array.shape}", f"there are {n_units} units, one {what} label each")
    if array.dtype.kind == "U" and (array == "nan").any():
        raise AgreementError(
            f"{what} label 'nan'", "numpy made a word of NaN", "Pass a list, or an array of dtype=object, with None."
        )
    return array


def group_labels(labels: ArrayLike, n_units: int, what: str) -> NDArray[Any]:
    """Return one label per unit as text, "" where there is none; ``what`` they are is for the error.

    Examples
    --------
    >>> group_labels(["near", None, float("nan"), 3], 4, "kind").tolist()
    ['near', '', '', '3']
    """
    held = unit_labels(labels, n_units, what)
    told = [
        "" if gone or label is None or label != label else str(label)  # None is what a date without a value becomes
        for label, gone in zip(held.tolist(), is_missing(held), strict=True)
    ]
    return np.array(told, dtype=object)


def sampling_weights(weight: ArrayLike, n_units: int) -> Floats:
    array = plain_numbers(weight, "the weights")
    if array.shape != (n_units,):
        raise AgreementError(f"weight of shape {array.shape}", f"there are {n_units} units, one weight each")
    if not (np.isfinite(array).all() and (array > 0).all()):
        raise AgreementError("a weight that is not a positive number", "a sampling weight says how many units one is")
    scaled: Floats = array / array.mean()
    return scaled


def whole_counts(table: ArrayLike) -> Ints:
    array = plain_numbers(table, "the counts")
    if array.ndim != 2 or 0 in array.shape:
        raise AgreementError(f"a table of shape {array.shape}", "a count table has two dimensions")
    if not np.isfinite(array).all() or (array < 0).any() or (array != np.floor(array)).any():
        raise AgreementError("a count that is negative or not whole", "the table counts units or raters")
    if not array.any():
        raise AgreementError("a table of zeros", "it holds no rating")
    return array.astype(np.intp)


def checked_names(names: Sequence[Hashable], expected: int, what: str) -> Sequence[Hashable]:
    if len(names) != expected:
        raise AgreementError(f"{len(names)} names for {what}", f"the array has {expected}")
    return names


def checked_raters(names: Sequence[Hashable], expected: int) -> Sequence[Hashable]:
    """Refuse raters whose names read alike, 1 and "1" too: results by rater would overwrite each other."""
    checked_names(names, expected, "raters")
    alike = [name for name, times in Counter(map(str, names)).items() if times > 1]
    if alike:
        raise AgreementError(
            f"{len(alike)} name(s) that more than one rater has, first {alike[0]!r}",
            "results are told by the rater's name",
            "Give every rater a name of their own.",
        )
    return names
