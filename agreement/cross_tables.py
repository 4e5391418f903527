"""Cross-tables of pairs of raters: counted, and summed many at once as products with constant matrices.

Summing over axes of 5 takes as long as a hundred times more numbers in one row; a matrix product does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from agreement.arrays import Codes, Floats, Ints

SMALL = 16  # categories up to which the product beats the sum


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
    width = len(pairs) * q * q
    cells = []
    for t, (j, k) in enumerate(pairs):
        both = np.flatnonzero((codes[:, j] >= 0) & (codes[:, k] >= 0))
        cells.append(row[both] * width + t * q * q + codes[both, j].astype(np.intp) * q + codes[both, k])
    counted = np.bincount(np.concatenate(cells), minlength=n_rows * width) if cells else np.zeros(0)
    return counted.reshape(n_rows, width).astype(float)


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
