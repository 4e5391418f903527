"""Isotonic regression on pooled cells: one exact fit, or thousands of resampled fits at once.

A judge's scores take few distinct values, so an isotonic fit needs no more than the sum and the weight of the
ratings at each of them. One fit runs the pool-adjacent-violators algorithm; many fits of the same cells run the
equivalent min-max formula

``f(x_k) = max_{i <= k} min_{j >= k} (S_i + ... + S_j) / (W_i + ... + W_j)``

(Barlow, Bartholomew, Bremner & Brunk 1972; Robertson, Wright & Dykstra 1988, theorem 1.4.4) over all
resamples together.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Bools, Floats, Ints


def isotonic_fit(sums: Floats, weight: Floats) -> tuple[Floats, Ints]:
    """Fit the increasing step function nearest in weighted squares, by pooling adjacent violators.

    Of weighted sums and weights per level (k,) it returns the fit, and the number of the constant block of each level.

    >>> isotonic_fit(np.array([1.0, 6.0, 4.0]), np.array([1.0, 2.0, 2.0]))
    (array([1. , 2.5, 2.5]), array([0, 1, 1]))
    """
    pooled: list[tuple[float, float, int]] = []
    for total, mass in zip(sums.tolist(), weight.tolist(), strict=True):
        pooled.append((total, mass, 1))
        while len(pooled) > 1 and pooled[-2][0] * pooled[-1][1] >= pooled[-1][0] * pooled[-2][1]:
            (s1, w1, n1), (s2, w2, n2) = pooled[-2:]
            pooled[-2:] = [(s1 + s2, w1 + w2, n1 + n2)]
    lengths = [n for _, _, n in pooled]
    means = np.array([s / w for s, w, _ in pooled], dtype=float)
    return np.repeat(means, lengths), np.repeat(np.arange(len(pooled)), lengths)


def isotonic_fits(sums: Floats, weight: Floats) -> Floats:
    """Fit many isotonic regressions (b, k) on the same levels at once, by the min-max formula.

    A level that a resample did not draw (weight 0) lies half way between its fitted neighbours.
    """
    b, k = sums.shape
    # Levels first: all resamples of one level lie together, and sums from i to j are differences of two rows.
    total, mass = np.zeros((k + 1, b)), np.zeros((k + 1, b))
    np.cumsum(sums.T, axis=0, out=total[1:])
    np.cumsum(weight.T, axis=0, out=mass[1:])
    seen = weight > 0
    complete = bool(seen.all())
    fitted = np.full((k, b), -np.inf)
    for i in range(k):
        # Means of levels i..j for every j >= i, then the least of those that reach k or beyond.
        least, shares = total[i + 1 :] - total[i], mass[i + 1 :] - mass[i]
        if complete:
            least /= shares
        else:
            least = np.divide(least, shares, out=np.full(least.shape, np.inf), where=shares > 0)
        for j in range(k - i - 2, -1, -1):
            np.minimum(least[j], least[j + 1], out=least[j])
        least[np.isposinf(least)] = -np.inf  # nothing was drawn from i on: this i says nothing
        np.maximum(fitted[i:], least, out=fitted[i:])
    return _fill_unseen(np.ascontiguousarray(fitted.T), seen)


def _fill_unseen(fitted: Floats, seen: Bools) -> Floats:
    if seen.all():
        return fitted
    k = fitted.shape[1]
    left = np.maximum.accumulate(np.where(seen, np.arange(k), -1), axis=1)
    right = np.minimum.accumulate(np.where(seen, np.arange(k), k)[:, ::-1], axis=1)[:, ::-1]
    left, right = np.where(left < 0, right, left), np.where(right >= k, left, right)
    rows = np.arange(len(fitted))[:, None]
    return np.asarray((fitted[rows, left] + fitted[rows, right]) / 2)
