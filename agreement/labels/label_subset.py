"""Ratings reduced to some of their labels: one label against the rest, or the units on which only some were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from agreement.errors import AgreementError
from agreement.ratings import Ratings

Rest = Literal["merge", "missing"]


def label_subset(ratings: Ratings, labels: Sequence[Any], *, rest: Rest = "merge", other: Any = "other") -> Ratings:
    """Return ratings with some of their labels only, for any coefficient of categories.

    Parameters
    ----------
    ratings : Ratings
    labels : sequence
        Categories of the scale to keep; one of them gives that label against the rest.
    rest : {"merge", "missing"}, default "merge"
        Whether other labels become one category, or ratings that are missing. The first asks whether raters tell these
        labels apart from everything else and from each other, the second only the latter.
    other : hashable, default "other"
        Name of the merged category.

    Returns
    -------
    Ratings
        On the scale of ``labels`` in the order of the ratings' scale, ``other`` last, which counts as declared; with
        ``rest="missing"`` ``n_dropped`` counts what went.

    Raises
    ------
    AgreementError
        For a label that is not on the scale, none at all, or ``other`` among them.

    Examples
    --------
    >>> from agreement import fleiss_kappa
    >>> found = Ratings.from_array([["car", "bus"], ["bike", "bike"], ["car", "car"]], scale=["bike", "bus", "car"])
    >>> label_subset(found, ["car"]).scale
    ('car', 'other')
    >>> label_subset(found, ["car", "bus"], rest="missing").n_ratings
    4
    >>> round(fleiss_kappa(label_subset(found, ["car"]), interval=None).value, 3)
    0.333
    """
    if rest not in ("merge", "missing"):
        raise AgreementError(f"rest={rest!r}", "choose 'merge' or 'missing'")
    unknown = [label for label in labels if label not in ratings.scale]
    if unknown or not len(labels) or isinstance(labels, str):
        what = f"labels={labels!r}" if isinstance(labels, str) or not unknown else f"the label {unknown[0]!r}"
        raise AgreementError(what, f"labels are a list of some of {ratings.scale}")
    kept = [k for k, category in enumerate(ratings.scale) if category in labels]
    scale = tuple(ratings.scale[k] for k in kept)
    if len(kept) == len(ratings.scale):
        return ratings
    if rest == "merge" and other in scale:
        raise AgreementError(f"other={other!r}", "a label has that name", "Give the merged category another name.")
    position = np.full(len(ratings.scale) + 1, len(kept) if rest == "merge" else -1, dtype=np.int8)
    position[kept] = np.arange(len(kept))
    position[-1] = -1  # where the codes say that there is no rating
    codes = np.asfortranarray(position[ratings.codes])
    dropped = int(np.count_nonzero((ratings.codes >= 0) & (codes < 0)))
    scale = (*scale, other) if rest == "merge" else scale
    return replace(ratings, codes=codes, scale=scale, n_dropped=ratings.n_dropped + dropped, declared=True)
