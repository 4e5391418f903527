"""How many groups an interval really rests on: degrees of freedom of Student's t where groups differ.

``G − 1`` is right where G groups weigh the same and none stands out. It is too many where a few clusters hold most of
the units, or where a few units carry all that varies because the other answers are rare.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats

LEAST = 1.0


def effective_number(size: Floats, repeats: Floats | None = None) -> float:
    """Return how many groups of one size say as much as these: ``(Σ m)² / Σ m²`` (L. Kish, *Survey Sampling*, 1965).

    >>> effective_number(np.array([5.0, 5.0, 5.0, 5.0])), effective_number(np.array([10.0, 1.0, 1.0, 0.0]))
    (4.0, 1.411764705882353)
    """
    times = np.ones(len(size)) if repeats is None else repeats
    return float((times @ size) ** 2 / (times @ np.square(size))) if size.any() else 0.0


def degrees_of_freedom(influence: Floats, repeats: Floats, size: Floats | None = None) -> float:
    r"""Return the degrees of freedom of :math:`\sum_g u_g^2`, the least of three counts, and never below 1.

    ``G − 1``; the effective number of clusters less 1; and Satterthwaite's :math:`2 V^2 / Var(V)` of the sum of
    squares itself, whose variance between groups is :math:`\sum u_g^4 - (\sum u_g^2)^2 / G`.

    Parameters
    ----------
    influence : array (groups,)
        How far each group moves the statistic, around 0.
    repeats : array (groups,)
        How many groups share a row.
    size : array (groups,), optional
        How many units a group holds; without, all are of one size.

    References
    ----------
    F. E. Satterthwaite, Biometrics Bulletin 2 (1946).

    Examples
    --------
    Ten groups of which two vary count as little more than two do: ``2 / (1/2 − 1/10) = 5``.

    >>> degrees_of_freedom(np.array([1.0, -1.0, 0.0]), np.array([1.0, 1.0, 8.0]))
    5.0
    """
    n = float(repeats.sum())
    found = n - 1
    if size is not None:
        found = min(found, effective_number(size, repeats) - 1)
    second, fourth = repeats @ np.square(influence), repeats @ influence**4
    uneven = fourth / second**2 - 1 / n if second**2 > 0 else 0.0
    if uneven > 0:
        found = min(found, 2 / uneven)
    return max(float(found), LEAST)
