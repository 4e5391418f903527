"""Ranks with ties, Spearman's correlation of them, and how much every unit moves it."""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats


def mid_ranks(x: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean rank."""
    return _Side(x).ranks + 0.5


def rank_correlation(x: Floats, y: Floats) -> float | None:
    """Spearman's correlation, ties sharing their rank; None for a constant side or a single value."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    a, b = mid_ranks(x), mid_ranks(y)
    a, b = a - a.mean(), b - b.mean()
    return float(round((a @ b) / np.sqrt((a @ a) * (b @ b)), 15))


def rank_correlation_influence(x: Floats, y: Floats) -> tuple[float, Floats] | None:
    r"""Return Spearman's correlation, and by how much it changes per unit of weight that an observation gains (n,).

    With weights w, mid-ranks are :math:`R_j = \sum_k w_k K(x_k, x_j)`, K being 1 below, 1/2 at a tie and 0 above. A
    weight therefore counts twice: in the sums over observations, and in the ranks of all observations above it,
    :math:`\partial \sum_j w_j R_j S_j / \partial w_i = R_i S_i + \sum_j K(x_i, x_j) S_j + \sum_j K(y_i, y_j) R_j`.
    """
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    first, second = _Side(x), _Side(y)
    n, r, s = len(x), first.ranks, second.ranks
    centre = n**3 / 4  # of the ranks' sums, n² / 2 each, over n; its slope is 3 n² / 4
    together, one, two = (float(a @ b) - centre for a, b in ((r, s), (r, r), (s, s)))
    slope = 3 * n**2 / 4
    d_together = r * s + first.above(s) + second.above(r) - slope
    d_one, d_two = r * r + 2 * first.above(r) - slope, s * s + 2 * second.above(s) - slope
    root = float(np.sqrt(one * two))
    value = together / root
    return value, d_together / root - value / 2 * (d_one / one + d_two / two)


class _Side:
    """Ranks of one variable (from 1/2), and sums over the observations above each one."""

    def __init__(self, x: Floats) -> None:
        _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
        self.place = inverse.reshape(-1)
        self.ranks: Floats = (np.cumsum(counts) - counts / 2)[self.place]

    def above(self, z: Floats) -> Floats:
        """Sum z over the observations above each one, ties counting half."""
        held = np.bincount(self.place, weights=z)
        return np.asarray((held.sum() - np.cumsum(held) + held / 2)[self.place])
