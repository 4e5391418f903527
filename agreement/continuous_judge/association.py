"""Pearson's, Spearman's and Kendall's correlation of two columns, and how far each unit moves them."""

from __future__ import annotations

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Floats, Ints
from agreement.correlation.rank_correlation import rank_correlation_influence

Moved = tuple[float, Floats]  # a value, and by how much it changes per unit of weight that a unit gains, (n,)


def pearson_influence(x: Floats, y: Floats) -> Moved | None:
    r"""Return Pearson's r and its influence, :math:`(a b - r (a^2 + b^2) / 2) / n` of standardized a and b.

    J. E. Devlin, R. Gnanadesikan & J. R. Kettenring, Biometrika 62 (1975).
    """
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    a, b = (_standardized(one) for one in (x, y))
    value = float(a @ b / len(x))
    return value, np.asarray((a * b - value * (a * a + b * b) / 2) / len(x))


def _standardized(x: Floats) -> Floats:
    a = x / np.abs(x).max()  # so that squares of huge or tiny units neither overflow nor vanish
    a = a - a.mean()
    return np.asarray(a / np.sqrt(a @ a / len(a)))


def tau_b_influence(x: Floats, y: Floats) -> Moved | None:
    r"""Return Kendall's tau-b and its influence.

    With :math:`s_i` the concordant less discordant pairs of unit i, and :math:`a_i, b_i` its pairs untied in x and y,
    :math:`\tau_b = S / \sqrt{A B}` over the sums of pairs, so that a unit's weight moves it by
    :math:`s_i / \sqrt{A B} - \tau_b (a_i / A + b_i / B) / 2`.
    """
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    places = [renumbered(each) for each in (x, y)]
    few, many = sorted(places, key=lambda place: int(place.max()))
    apart = _concordance(few, many, int(few.max()) + 1)
    untied = [len(x) - np.bincount(place)[place] for place in places]
    pairs = [float(each.sum()) / 2 for each in untied]
    root = float(np.sqrt(pairs[0] * pairs[1]))
    value = float(apart.sum()) / 2 / root
    return value, apart / root - value / 2 * (untied[0] / pairs[0] + untied[1] / pairs[1])


def _concordance(few: Ints, many: Ints, n_levels: int) -> Floats:
    """Count each unit's concordant less discordant pairs, level by level of the side with fewer of them."""
    apart = np.zeros(len(few))
    for level in range(n_levels):
        at = np.sort(many[few == level])
        below, up_to = np.searchsorted(at, many, side="left"), np.searchsorted(at, many, side="right")
        apart += np.sign(few - level) * (below - (len(at) - up_to))
    return apart


ASSOCIATIONS = {"pearson": pearson_influence, "spearman": rank_correlation_influence, "kendall_tau_b": tau_b_influence}
