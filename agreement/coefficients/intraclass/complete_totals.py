"""Totals of a complete table of ratings, from which its analysis of variance is read.

A total is a vector: units, Σ y², Σ y_i²/k, then the sum y_j of every rater, where y_i is the sum of a unit. Totals of
groups of units add up, which is what resampling needs.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats

N_SHARED = 3  # numbers before those of the raters
SAMPLED, WIDE = 64, 256


def rows_of_complete(values: Floats) -> Floats:
    """Return what each unit adds to the totals, shape (units, 3 + raters)."""
    y = _centred(values)
    by_unit = y.sum(axis=1)
    own = [np.ones(len(y)), np.square(y).sum(axis=1), np.square(by_unit) / y.shape[1]]
    return np.concatenate([np.stack(own, axis=1), y], axis=1)


def total_of_complete(values: Floats) -> Floats:
    """Return the totals, shape (3 + raters,), without a row for each unit."""
    y = _centred(values)
    n_units, k = y.shape
    by_unit, flat = y @ np.ones(k), y.ravel(order="K")
    return np.concatenate([[n_units, flat @ flat, by_unit @ by_unit / k], _column_sums(y)])


def _centred(values: Floats) -> Floats:
    step = max(1, len(values) // SAMPLED)
    return np.asarray(values - values[::step].mean())  # squares of large numbers would cancel


def _column_sums(y: Floats) -> Floats:
    """Sum a tall narrow table by column, several rows at a time: a wide product is faster than a narrow one."""
    n_units, k = y.shape
    together = max(1, WIDE // k)
    whole = n_units // together * together
    wide = y[:whole].reshape(-1, together * k)
    added: Floats = (np.ones(len(wide)) @ wide).reshape(together, k).sum(axis=0) + y[whole:].sum(axis=0)
    return added
