"""Variance components of units, raters and error from totals, with ratings missing or not.

A total is a vector: N, Σy, Σy², units, Σ y_i²/n_i, Σ n_i², Σ 1/n_i, then n_j and y_j of every rater, where y_i and n_i
are the sum and number of the ratings of a unit. Totals of groups add up, which is what resampling needs.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats

N_SHARED = 7  # numbers before those of the raters
SAMPLED, WIDE = 64, 256


def rows_of(values: Floats) -> Floats:
    """Return what each unit adds to the totals, shape (units, 7 + 2 raters); ``values`` has NaN where missing."""
    rated = ~np.isnan(values)
    y = np.where(rated, values - np.nanmean(values), 0.0)
    n, total = rated.sum(axis=1).astype(float), y.sum(axis=1)
    own = [n, total, np.square(y).sum(axis=1), np.ones(len(n)), total**2 / n, n**2, 1 / n]
    return np.concatenate([np.stack(own, axis=1), rated.astype(float), y], axis=1)


def total_of_complete(values: Floats) -> Floats:
    """Return the totals of a complete table, shape (7 + 2 raters,), without a row for each unit."""
    n_units, k = values.shape
    y = values - values[:: max(1, n_units // SAMPLED)].mean()  # squares of large numbers would cancel
    by_rater, by_unit, flat = _column_sums(y), y @ np.ones(k), y.ravel(order="K")
    shared = [n_units * k, by_rater.sum(), flat @ flat, n_units, by_unit @ by_unit / k, n_units * k**2, n_units / k]
    return np.concatenate([shared, np.full(k, float(n_units)), by_rater])


def _column_sums(y: Floats) -> Floats:
    """Sum a tall narrow table by column, several rows at a time: a wide product is faster than a narrow one."""
    n_units, k = y.shape
    together = max(1, WIDE // k)
    whole = n_units // together * together
    wide = y[:whole].reshape(-1, together * k)
    added: Floats = (np.ones(len(wide)) @ wide).reshape(together, k).sum(axis=0) + y[whole:].sum(axis=0)
    return added


def one_way(total: Floats) -> tuple[Floats, Floats]:
    """Return the variances of units and of ratings within a unit, from totals of shape (…, p).

    Not finite where there is one unit, or one rating of each.
    """
    n, y, squares, units, between, sizes = (total[..., i] for i in range(6))
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (squares - between) / (n - units)
        n0 = (n - sizes / n) / (units - 1)
        return ((between - y**2 / n) / (units - 1) - within) / n0, within


def two_way(total: Floats, n_raters: int) -> tuple[Floats, Floats, Floats]:
    """Return the variances of units, raters and error, from totals of shape (…, p).

    Henderson's method I: sums of squares set equal to their expectations. It equals the analysis of variance on
    complete tables and stays unbiased where ratings are missing. NaN where the equations have no single solution.
    """
    n, y, squares, units, between, sizes = (total[..., i] for i in range(6))
    given, sums = total[..., N_SHARED : N_SHARED + n_raters], total[..., N_SHARED + n_raters :]
    active = given > 1e-9
    raters = active.sum(axis=-1)
    by_rater = np.where(active, sums**2 / np.where(active, given, 1.0), 0.0).sum(axis=-1)
    mean = y**2 / n
    a0, b0 = sizes / n, np.square(given).sum(axis=-1) / n
    left = np.stack([squares - between, squares - by_rater, squares - mean], axis=-1)
    zero = np.zeros_like(n)
    # Columns: variance of units, of raters, of error.
    matrix = np.stack(
        [
            np.stack([zero, n - units, n - units], axis=-1),
            np.stack([n - raters, zero, n - raters], axis=-1),
            np.stack([n - a0, n - b0, n - 1], axis=-1),
        ],
        axis=-2,
    )
    solvable = np.abs(np.linalg.det(matrix)) > 1e-9
    safe = np.where(solvable[..., None, None], matrix, np.eye(3))
    found = np.where(solvable[..., None], np.linalg.solve(safe, left[..., None])[..., 0], np.nan)
    return found[..., 0], found[..., 1], found[..., 2]
