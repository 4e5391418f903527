"""The pigeonhole bootstrap: units and raters are both samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.intervals.bootstrap_weights import draw
from agreement.intervals.rating_patterns import Patterns, distinct, membership
from agreement.ratings import Ratings


def pigeonhole(
    rows: Callable[[Patterns], Any],
    formula: Callable[[Floats, Patterns], Floats],
    ratings: Ratings,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Floats:
    """Return a statistic of resamples of units (or clusters) and of raters, drawn independently.

    A rating weighs the product of its unit's and its rater's draws. A rater drawn twice is never compared with herself.
    ``rows`` maps patterns to what each contributes (P, p), ``formula`` sums of them (…, p) to the statistic (…), NaN
    where undefined, for instance when a resample holds a single rater.
    A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007).
    """
    if not ratings.identified:
        raise AgreementError("interval='pigeonhole' on counts", "it resamples raters, and counts do not say who rated")
    rng = np.random.default_rng(seed)
    patterns, inverse = distinct(ratings)
    if inverse is None:
        member, groups = None, patterns.repeats
    else:
        member = membership(ratings, inverse, len(patterns.repeats), sparse=True)
        groups = np.ones(member.shape[0])
    values = np.full(n_resamples, np.nan)
    for b in range(n_resamples):
        raters = draw(rng, np.ones(ratings.n_raters), 1)[0]
        units = draw(rng, groups, 1)[0]
        if np.count_nonzero(raters) >= 2:
            drawn = patterns.with_raters(raters)
            sums = (units if member is None else units @ member) @ rows(drawn)
            values[b] = formula(np.asarray(sums)[None, :], drawn)[0]
    return values
