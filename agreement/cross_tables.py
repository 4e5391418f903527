"""Cross-tables of pairs of raters: counted, and summed many at once as products with constant matrices.

Summing over axes of 5 takes as long as a hundred times more numbers in one row; a matrix product does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from agreement.arrays import Bools, Codes, Floats, Ints

SMALL = 16  # categories up to which the product beats the sum
MIN_SHARED = 20
BLOCK = 1 << 22
Table = tuple[int, int, Bools]  # the column of rows, that of columns, and the units that are counted


def weighted(tables: Floats, weights: Floats) -> Floats:
    """Return the sum of each table times the weights."""
    return np.asarray((tables.reshape(-1, weights.size) @ weights.ravel()).reshape(tables.shape[:-2]))


def counted(tables: Floats) -> Floats:
    """Return the sum of each table ``(…, q, q)``."""
    return weighted(tables, np.ones(tables.shape[-2:]))


def margins(tables: Floats) -> tuple[Floats, Floats]:
    """Return the sums of rows (first rater) and of columns (second rater) of each table."""
    q = tables.shape[-1]
    if q > SMALL:
        return tables.sum(axis=-1), tables.sum(axis=-2)
    both = (tables.reshape(-1, q * q) @ _adding(q)).reshape(*tables.shape[:-2], 2 * q)
    return both[..., :q], both[..., q:]


def count_pairs(codes: Codes, pairs: Sequence[tuple[int, int]], row: Ints, n_rows: int, q: int) -> Floats:
    """Cross-tables of pairs per row, shape ``(n_rows, pairs · q · q)``."""
    return count_tables(codes, [(j, k, (codes[:, j] >= 0) & (codes[:, k] >= 0)) for j, k in pairs], row, n_rows, q)


def count_tables(codes: Codes, tables: Sequence[Table], row: Ints, n_rows: int, q: int) -> Floats:
    """Cross-tables of two columns on some of the units, per row: shape ``(n_rows, tables · q · q)``.

    Both columns hold a rating of every unit that a table counts.
    """
    width = len(tables) * q * q
    cells = []
    for t, (j, k, counts) in enumerate(tables):
        both = np.flatnonzero(counts)
        cells.append(row[both] * width + t * q * q + codes[both, j].astype(np.intp) * q + codes[both, k])
    counted = np.bincount(np.concatenate(cells), minlength=n_rows * width) if cells else np.zeros(0)
    return counted.reshape(n_rows, width).astype(float)


def shared_units(codes: Codes) -> Ints:
    """Units that each pair of columns shares, shape (columns, columns).

    >>> shared_units(np.array([[0, 1, -1], [2, 2, 0]], dtype=np.int8))[0].tolist()
    [2, 2, 1]
    """
    present = (codes >= 0).astype(np.float32)  # exact up to 16 million units, and the product is that of BLAS
    return np.asarray(np.rint(present.T @ present), dtype=np.intp)


def enough_shared(n_units: int) -> int:
    """Units a pair must share: its kappa is biased by about 1/n, which must stay below an error of 1/sqrt(units)."""
    return max(MIN_SHARED, int(np.ceil(2 * np.sqrt(n_units))))


def too_few_shared(shared: Ints, n_units: int) -> Bools:
    """Tell which pairs share some units, but fewer than half of all and fewer than :func:`enough_shared`."""
    return np.asarray((shared > 0) & (shared < enough_shared(n_units)) & (2 * shared < n_units))


def pools_pairs(people: Codes) -> bool:
    """Tell whether some pair of people shares so few units that pairs are pooled instead of averaged.

    Of n units that two people rated, every two people who share some have to share half, or else
    :func:`enough_shared` of them, that is 20 and twice the square root of n. A coefficient of two people on fewer units
    is biased by more than the error of the mean over all pairs, and does not see what varies between units that
    different pairs rated: the mean over pairs of a crowd then misses the agreement of two people of that crowd by a
    multiple of its error. A small table in which everybody rated everything is no crowd: its pairs have all its units.
    This one rule holds for :func:`agreement.cohen_kappa`, for correlations of several raters and for
    :func:`agreement.compare`.

    >>> two_hundred = np.zeros((200, 3), dtype=np.int8)
    >>> pools_pairs(two_hundred)
    False
    >>> two_hundred[25:, 2] = -1  # shares 25 units with the others, and 29 are needed
    >>> pools_pairs(two_hundred)
    True
    """
    return sparse_pairs(people)[0] > 0


def sparse_pairs(people: Codes) -> tuple[int, int]:
    """Count the pairs of three or more people who share too few units, and say how many they have to share."""
    several = np.count_nonzero(people >= 0, axis=1) >= 2
    n_units = int(several.sum())
    enough = enough_shared(n_units)
    if people.shape[1] < 3:
        return 0, enough
    shared = shared_units(people[several])
    pairs = shared[np.triu_indices(len(shared), k=1)]
    return int(np.count_nonzero(too_few_shared(pairs, n_units))), enough


def pooled_pairs(tally: Floats, own: Floats | None = None) -> Floats:
    """Cross-tables ``(units, q, q)`` of all ordered pairs of ratings of a unit, from their number per category.

    ``own`` is the number of pairs of a rating with itself, one per rating by default.
    """
    tables = tally[:, :, None] * tally[:, None, :]
    place = np.arange(tally.shape[1])
    tables[:, place, place] -= tally if own is None else own
    return tables


def mean_of_known(values: Floats) -> Floats:
    """Return the mean of each row without its NaN, NaN where a row has nothing else."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))


@lru_cache(maxsize=SMALL)
def _adding(q: int) -> Floats:
    """Return the matrix (q², 2q) that adds the cells of a flattened table to its two margins."""
    matrix = np.concatenate([np.repeat(np.eye(q), q, axis=0), np.tile(np.eye(q), (q, 1))], axis=1)
    matrix.flags.writeable = False
    return matrix
