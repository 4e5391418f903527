"""Ratings that are sets of labels, label by label: whether a set holds it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from agreement.errors import AgreementError
from agreement.ratings import Ratings


def holds_sets(ratings: Ratings) -> bool:
    """Tell whether every category is a set of labels."""
    return bool(ratings.scale) and all(isinstance(category, frozenset) for category in ratings.scale)


def labels_of_sets(ratings: Ratings) -> tuple[Any, ...]:
    """Return the labels that the sets of a scale hold, in the order of their names."""
    return tuple(sorted(frozenset().union(*ratings.scale), key=str))


def label_presence(ratings: Ratings, label: Hashable) -> Ratings:
    """Return ratings of sets reduced to whether they hold a label, for any coefficient of two categories.

    Parameters
    ----------
    ratings : Ratings
        Whose scale is frozensets.
    label : hashable
        That some set of the scale holds.

    Returns
    -------
    Ratings
        On the scale ``("not LABEL", "LABEL")``, which counts as declared.

    Raises
    ------
    AgreementError
        When categories are no sets, or none holds the label.

    Examples
    --------
    >>> none, car, red, both = (frozenset(one) for one in ([], ["car"], ["red"], ["car", "red"]))
    >>> found = Ratings.from_long({"unit": [1, 1, 2, 2], "rater": list("abab"), "value": [car, both, none, red]},
    ...     scale=[none, car, red, both])
    >>> label_presence(found, "red").codes.tolist()
    [[0, 1], [0, 1]]
    """
    if not holds_sets(ratings):
        raise AgreementError("categories that are no sets", "a label is held by a set", "Use label_subset.")
    held = np.array([label in category for category in ratings.scale], dtype=np.int8)
    if not held.any():
        raise AgreementError(f"the label {label!r}", f"no set holds it; the labels are {labels_of_sets(ratings)}")
    codes = np.asfortranarray(np.append(held, np.int8(-1))[ratings.codes])
    return replace(ratings, codes=codes, scale=(f"not {label}", str(label)), declared=True)
