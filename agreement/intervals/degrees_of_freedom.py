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


def freedom_of_groups(repeats: Floats, size: Floats | None = None) -> float:
    """Return the effective number of groups less 1, and at least 1: G − 1 where all are of one size, or of none given.

    ``repeats`` says how many groups share an entry, ``size`` how many units one of them holds.
    """
    n = float(repeats.sum()) if size is None else effective_number(size, repeats)
    return max(n - 1, LEAST)


def freedom_of_spread(influence: Floats, repeats: Floats) -> float:
    r"""Return the degrees of freedom that :math:`V = \sum_g u_g^2` shows by itself: ``2 V² / Var(V)``, at least 1.

    Between G groups :math:`Var(V) = \sum_g u_g^4 - V^2/G`. Of normal influences this is about G, of k groups that stand
    out from many 2k, and it is infinite where all move the statistic equally far.

    Parameters
    ----------
    influence : array (groups,)
        How far each group moves the statistic, around 0.
    repeats : array (groups,)
        How many groups share an entry.

    References
    ----------
    F. E. Satterthwaite, Biometrics Bulletin 2 (1946).

    Examples
    --------
    Of ten groups two vary: ``2 / (2/4 − 1/10) = 5``.

    >>> freedom_of_spread(np.array([1.0, -1.0, 0.0]), np.array([1.0, 1.0, 8.0]))
    5.0
    """
    second, fourth = float(repeats @ np.square(influence)), float(repeats @ influence**4)
    if second**2 == 0:
        return LEAST
    uneven = fourth / second**2 - 1 / float(repeats.sum())
    return max(2 / uneven, LEAST) if uneven > 0 else float("inf")
