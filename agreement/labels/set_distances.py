"""Distances of two sets of labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable


def jaccard_distance(first: Collection[Hashable], second: Collection[Hashable]) -> float:
    r"""Return the Jaccard distance of two sets, :math:`1 - |A \cap B| / |A \cup B|`; two empty sets are alike.

    Parameters
    ----------
    first, second : collection of hashable

    Returns
    -------
    float
        Between 0 and 1.

    References
    ----------
    P. Jaccard, Bulletin de la Société vaudoise des sciences naturelles 37 (1901).

    Examples
    --------
    >>> jaccard_distance({"car", "red"}, {"car"})
    0.5
    """
    a, b = frozenset(first), frozenset(second)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def masi_distance(first: Collection[Hashable], second: Collection[Hashable]) -> float:
    r"""Return Passonneau's MASI distance of two sets: one less Jaccard's similarity times how monotone they are.

    .. math:: 1 - M \frac{|A \cap B|}{|A \cup B|}, \quad M = 1, \tfrac23, \tfrac13, 0

    for equal sets, one within the other, sets that overlap, and sets apart. Older versions of NLTK round M to .67
    and .33, which moves a distance by less than .004.

    Parameters
    ----------
    first, second : collection of hashable

    Returns
    -------
    float
        Between 0 and 1.

    References
    ----------
    R. Passonneau, "Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation", LREC (2006).

    Examples
    --------
    One lies within the other, and they share 2 of 4 labels: 1 - 2/3 · 2/4.

    >>> round(masi_distance({1, 2}, {1, 2, 3, 4}), 4)
    0.6667
    """
    a, b = frozenset(first), frozenset(second)
    if a == b:
        return 0.0
    monotone = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - monotone * len(a & b) / len(a | b)


SET_DISTANCES: dict[str, Callable[[Collection[Hashable], Collection[Hashable]], float]] = {
    "masi": masi_distance,
    "jaccard": jaccard_distance,
}
