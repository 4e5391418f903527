"""From values to int8 codes on a scale, and from labels to integer positions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.errors import AgreementError
from agreement.result_notes import Note
from agreement.tables.cells import WHOLE_IN_A_DOUBLE, as_categories, category_of, is_absent, plain_value

LIKE_MISSING = ("", "nan")  # words that a missing rating leaves behind on its way through text
CHUNK = 1 << 16  # rows converted at a time: the temporary arrays stay in the cache, whatever the table's length


def is_missing(values: NDArray[Any]) -> Bools:
    """Return where ``values`` holds NaN, None or a missing marker of pandas."""
    if values.dtype.kind in "iubUS":
        return np.zeros(values.shape, dtype=bool)
    if values.dtype.kind == "f":
        gone: Bools = np.isnan(values)
        return gone
    return np.array([is_absent(v) for v in values.ravel()], dtype=bool).reshape(values.shape)


def category_values(scale: Sequence[Any]) -> Floats:
    """Return the numbers behind a scale: its own, or 1 … q where categories are words or very long codes."""
    if all(_is_exact_in_a_float(v) for v in scale):
        return np.asarray(scale, dtype=float)
    return np.arange(1.0, len(scale) + 1)


def encode(array: NDArray[Any], scale: tuple[Any, ...], units: Sequence[Hashable], raters: Sequence[Hashable]) -> Codes:
    """Return the positions of entries on a scale, −1 where missing; names are for the error message."""
    codes = np.empty(array.shape, dtype=np.int8, order="F")
    numeric = array.dtype.kind in "iufb" and all(_is_exact_in_a_float(v) for v in scale)
    lookup = _NumericLookup(scale) if numeric else _LabelLookup(scale)
    for j in range(array.shape[1]):
        for start in range(0, len(array), CHUNK):
            piece = array[start : start + CHUNK, j]
            position, outside = lookup(piece)
            if outside.any():
                _refuse_outside(array, lookup, scale, units, raters)
            codes[start : start + CHUNK, j] = position
    return codes


def _is_exact_in_a_float(category: Any) -> bool:
    if isinstance(category, int | np.integer):
        return abs(int(category)) <= WHOLE_IN_A_DOUBLE
    return isinstance(category, float | np.floating | np.bool_)


class _NumericLookup:
    def __init__(self, scale: tuple[Any, ...]) -> None:
        self.order = np.argsort(np.asarray(scale, dtype=float)).astype(np.int8)
        self.values = np.asarray(scale, dtype=float)[self.order]
        self.whole_steps = np.array_equal(np.diff(self.values), np.ones(len(scale) - 1))

    def __call__(self, piece: NDArray[Any]) -> tuple[NDArray[Any], Bools]:
        numbers = piece.astype(float)
        missing = np.isnan(numbers)
        at = self._nearest(numbers)
        outside = ~missing & (self.values[at] != numbers)
        if outside.any():  # 0.30000000000000004 is 0.3
            rounded = np.array([plain_value(v) for v in numbers[outside].tolist()], dtype=float)
            at[outside] = self._nearest(rounded)
            outside[outside] = ~np.isclose(self.values[at[outside]], rounded, rtol=1e-15, atol=0)
        return np.where(missing, np.int8(-1), self.order[at]), outside

    def _nearest(self, numbers: Floats) -> NDArray[np.integer]:
        last = len(self.values) - 1
        if not self.whole_steps:
            found: NDArray[np.integer] = np.minimum(np.searchsorted(self.values, numbers), last)
            return found
        # nearly all scales: the position is a subtraction; fmin and fmax turn NaN into a position
        steps: Codes = np.fmin(np.fmax(numbers - self.values[0], 0), last).astype(np.int8)
        return steps


class _LabelLookup:
    def __init__(self, scale: tuple[Any, ...]) -> None:
        self.position: dict[Any, int] = {category: k for k, category in enumerate(scale)}
        self.by_value: dict[Any, int] = {}
        for k, category in enumerate(scale):  # the first, where several categories are one number: they are text then
            self.by_value.setdefault(category_of(category), k)

    def __call__(self, piece: NDArray[Any]) -> tuple[NDArray[Any], Bools]:
        missing = is_missing(piece)
        codes = np.array([-1 if gone else self._code(v) for v, gone in zip(piece, missing, strict=True)])
        return codes, codes == -2

    def _code(self, cell: Any) -> int:
        exact = self.position.get(cell)
        return self.by_value.get(category_of(cell), -2) if exact is None else exact


def _refuse_outside(
    array: NDArray[Any],
    lookup: _NumericLookup | _LabelLookup,
    scale: tuple[Any, ...],
    units: Sequence[Hashable],
    raters: Sequence[Hashable],
) -> None:
    outside = np.stack([lookup(array[:, j])[1] for j in range(array.shape[1])], axis=1)
    u, r = (int(i) for i in np.argwhere(outside)[0])
    value = array[u, r].item() if isinstance(array[u, r], np.generic) else array[u, r]
    hint = ""
    if value in (-1, -9, 99, 999) and not isinstance(value, str):
        hint = "If it marks a missing rating, write NaN instead."
    if value in LIKE_MISSING:
        hint = "If it marks a missing rating, write None instead, in a list or an array of dtype=object."
    raise AgreementError(
        f"{int(outside.sum())} value(s) outside the scale, first {value!r}, unit {units[u]!r}, rater {raters[r]!r}",
        f"the scale is {scale}",
        hint or "Correct them, or declare the scale that the raters used with scale=.",
    )


def encode_observed(array: NDArray[Any]) -> tuple[Codes, tuple[Any, ...], tuple[Note, ...]]:
    """Return codes on the scale of the values that occur, that scale, and which spellings are one category.

    Numbers stand before words, each in their order. Refuses a value that is no category: infinite, empty or "nan".
    """
    present = array[~is_missing(array)]
    if not present.size:
        raise AgreementError("an array without a single rating", "every entry is missing")
    cells = present.tolist() if array.dtype == object else np.unique(present).tolist()
    found = as_categories(cells, words_for_missing=frozenset())
    scale = tuple(sorted(set(found.values), key=_in_order))
    _refuse_no_category(scale)
    if len(scale) > 127:  # the caller refuses it in its own words; codes of that many would not fit
        return np.empty((0, 0), dtype=np.int8), scale, ()
    return encode(array, scale, range(len(array)), range(array.shape[1])), scale, found.notes


def _in_order(category: Any) -> tuple[int, Any]:
    if isinstance(category, (int, float)):
        return 0, category
    return (2, sorted(map(str, category))) if isinstance(category, frozenset) else (1, str(category))


def codes_of_counts(counts: Ints) -> Codes:
    """Return codes (units, most ratings) of raters without names from counts (units, q), in the order of the scale."""
    size = counts.sum(axis=1)
    codes = np.full((len(counts), int(size.max())), -1, dtype=np.int8, order="F")
    codes[np.arange(codes.shape[1]) < size[:, None]] = np.repeat(
        np.tile(np.arange(counts.shape[1]), len(counts)), counts.ravel()
    )
    return codes


def _refuse_no_category(scale: tuple[Any, ...]) -> None:
    if any(v in (np.inf, -np.inf) for v in scale):
        raise AgreementError("an infinite rating", "a rating is a finite number, or NaN where there is none")
    words = [v for v in scale if v in LIKE_MISSING]
    if words:
        raise AgreementError(
            f"the word {words[0]!r} among the ratings",
            "it looks like a missing rating (numpy makes words of NaN that stands beside words)",
            "Write None where there is no rating, in a list or an array of dtype=object, or declare it by scale=.",
        )


def factorize(labels: NDArray[Any], name: str) -> tuple[Ints, list[Any]]:
    """Return integer positions and the distinct labels in order of first appearance."""
    missing = is_missing(labels)
    if missing.any():
        raise AgreementError(f"{int(missing.sum())} missing entries in {name!r}", "every rating needs one")
    if labels.dtype == object:
        seen: dict[Any, int] = {}
        codes = np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
        return codes, list(seen)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse], labels[np.sort(first)].tolist()
