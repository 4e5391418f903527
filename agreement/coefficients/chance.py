"""Chance-corrected agreement from counts: observed agreement, category shares, and one chance term per coefficient.

Missing ratings are handled as in K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), chapter 2:
agreement is averaged over units with two ratings or more, category shares over units with at least one.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Bools, Floats
from agreement.coefficients.weights import Weights, agreement_weights
from agreement.errors import AgreementError
from agreement.intervals.rating_patterns import Patterns
from agreement.ratings import Ratings

TINY = 1e-12  # 1 − chance agreement below this is rounding, not room for agreement


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, NaN where the divisor is zero up to rounding."""
    above, below = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    quotient: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=np.abs(below) > TINY)
    return quotient


def beyond_chance(observed: Floats, expected: Floats) -> Floats:
    """Return (observed − expected) / (1 − expected), NaN where nothing is left beyond chance."""
    return ratio(observed - expected, 1 - expected)


def agreement_rows(patterns: Patterns, weights: Floats) -> Floats:
    """Return agreement and the number of units that have it, shape (P, 2)."""
    return np.stack([patterns.unit_agreement(weights), (patterns.pairs > 0).astype(float)], axis=1)


def agreement_and_share_rows(patterns: Patterns, weights: Floats) -> Floats:
    """Return the same with the number of rated units and their category shares, shape (P, 3 + q)."""
    rated = (patterns.size > 0).astype(float)[:, None]
    return np.concatenate([agreement_rows(patterns, weights), rated, patterns.category_shares], axis=1)


def observed_agreement(sums: Floats) -> Floats:
    """Return the mean agreement of units from sums of :func:`agreement_rows`."""
    return ratio(sums[..., 0], sums[..., 1])


def mean_shares(sums: Floats) -> Floats:
    """Return the mean category shares of units, shape (…, q), from sums of :func:`agreement_and_share_rows`."""
    return ratio(sums[..., 3:], sums[..., 2:3])


def checked_weights(ratings: Ratings, weights: Weights) -> Floats:
    """Return the weight matrix, refusing named weights on a scale that was only read off the data."""
    if weights is not None and not (isinstance(weights, str) and weights == "identity"):
        need_scale(ratings, "weights")
    return agreement_weights(weights, ratings.scale)


def need_scale(ratings: Ratings, what: str) -> None:
    """Refuse ratings whose scale was never declared: ``what`` depends on it."""
    if not ratings.declared:
        raise AgreementError(
            f"ratings without a declared scale, of which {ratings.scale} occur",
            f"{what} depend on categories that nobody used as well",
            "Pass all categories in order, such as scale=(0, 1, 2, 3, 4).",
        )


def refuse_counts_for(ratings: Ratings, name: str) -> None:
    """Refuse counts, whose columns are nobody: ``name`` compares named raters."""
    if not ratings.identified:
        raise AgreementError(
            f"{name} on counts", "it compares named raters, and counts do not say who rated", "Use fleiss_kappa."
        )


def pairable(ratings: Ratings) -> Bools:
    """Return which units have two ratings or more, shape (units,)."""
    per_unit = np.zeros(ratings.n_units, dtype=np.int16)
    for column in ratings.codes.T:
        per_unit += column >= 0
    return per_unit >= 2


def why_undefined(ratings: Ratings) -> str:
    """Return in words why a chance-corrected coefficient has no value on these ratings."""
    if ratings.n_raters < 2:
        return "there is only one rater, and agreement needs two"
    enters = pairable(ratings)
    if not enters.any():
        return "no unit was rated by two raters, so no two ratings can be compared"
    if len(ratings.scale) < 2:
        return "the scale has a single category, so raters cannot differ"
    used = np.unique(ratings.codes[enters])
    used = used[used >= 0]
    if len(used) == 1:
        return f"all compared ratings are {ratings.scale[int(used[0])]!r}, so agreement cannot be told from chance"
    return "the agreement expected by chance is already complete, so nothing is left to measure"
