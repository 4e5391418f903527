"""Krippendorff's alpha from the coincidence matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats, Ints
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import TINY, need_scale, pairable
from agreement.coefficients.measurement_alpha import alpha_of_measurements, measurements
from agreement.coefficients.weights import distances
from agreement.cross_tables import margins
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import Published, alpha_interval
from agreement.intervals.rating_patterns import Patterns
from agreement.labels.set_alpha import alpha_of_sets
from agreement.labels.set_distances import SET_DISTANCES
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings

LevelName = Literal["nominal", "ordinal", "interval", "ratio"]
Distance = Callable[[Any, Any], float]
SetLevelName = Literal["masi", "jaccard"]
Level = LevelName | SetLevelName | Distance


def krippendorff_alpha(
    ratings: Ratings | ArrayLike,
    *,
    level: Level = "ordinal",
    scale: Sequence[Any] | None = None,
    interval: IntervalName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Krippendorff's alpha; missing ratings are allowed, a unit with one rating does not enter.

    With the coincidences :math:`o_{ck} = \sum_u \frac{n_{uc} (n_{uk} - [c = k])}{m_u - 1}`, their margins
    :math:`n_c` and their sum :math:`n`,

    .. math:: \alpha = 1 - \frac{D_o}{D_e}
              = 1 - (n - 1) \frac{\sum_{ck} o_{ck} \, \delta^2_{ck}}{\sum_{ck} n_c n_k \, \delta^2_{ck}}

    Distances :math:`\delta^2`: nominal :math:`[c \ne k]`; interval :math:`(c - k)^2`;
    ratio :math:`((c - k)/(c + k))^2`; ordinal :math:`(\sum_{g=c}^{k} n_g - (n_c + n_k)/2)^2`.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating. An array may hold measurements, more than 127 different values, at level
        ``"interval"``.
    level : {"nominal", "ordinal", "interval", "ratio", "masi", "jaccard"} or callable, default "ordinal"
        Level of measurement; for ratings that are sets of labels :func:`masi_distance` or :func:`jaccard_distance` (not
        squared, as is usual); or a function of two categories that returns their squared distance.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t, bootstrap percentile or BCa, bootstrap of units and raters at once (Owen 2007), published standard
        error (Gwet's; not for ordinal, whose distance
        varies with the sample), or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    population : int, optional
        Units there are, where the rated ones are a random sample of a finite number: the interval narrows by
        √(1 − rated/population), and there is none where all are rated.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

    Returns
    -------
    Estimate

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011); *Content Analysis*, 4th ed. (2018),
    chapter 12.

    Examples
    --------
    >>> table = [[0, 1], [1, 1], [0, 1], [0, 0], [0, 0], [0, 1], [0, 0], [0, 0], [1, 0], [0, 0]]
    >>> round(krippendorff_alpha(table, level="nominal", interval=None).value, 3)
    0.095
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    if isinstance(level, str) and level in SET_DISTANCES:
        return alpha_of_sets(ratings, level, options, cluster=cluster)
    if level == "interval" and scale is None and not isinstance(ratings, Ratings):
        numbers = measurements(ratings)
        if numbers is not None:
            return alpha_of_measurements(numbers, options, cluster=cluster)
    read = _weighing_one(as_ratings(ratings, scale=scale, cluster=cluster))
    distance = _fixed_distance(read, level)
    lower, upper = above_diagonal(len(read.scale))

    def rows(patterns: Patterns) -> Floats:
        counts, pairs = patterns.counts, patterns.pairs
        weight = np.divide(patterns.size, pairs, out=np.zeros(len(pairs)), where=pairs > 0)[:, None]  # 1 / (m_u − 1)
        margins = (counts * patterns.size[:, None] - patterns.self_pairs) * weight
        return np.concatenate([margins, counts[:, lower] * counts[:, upper] * weight], axis=1)

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        margins, coincidences = np.split(sums, [len(read.scale)], axis=-1)
        return alpha_of_coincidences(margins, coincidences, None if distance is None else distance[lower, upper])

    return estimate(read, options, rows=rows, formula=formula, analytic=_published(distance))


def _weighing_one(ratings: Ratings) -> Ratings:
    """Scale the weights to a mean of 1 over the units that enter: the n of n − 1 is a number of ratings."""
    if ratings.weight is None:
        return ratings
    enters = pairable(ratings)
    if enters.all() or not enters.any():
        return ratings
    return replace(ratings, weight=ratings.weight / ratings.weight[enters].mean())


def _fixed_distance(ratings: Ratings, level: Level) -> Floats | None:
    scale = ratings.scale
    if callable(level):
        return _called(level, scale)
    if level not in get_args(LevelName):
        raise AgreementError(
            f"level={level!r}", "choose 'nominal', 'ordinal', 'interval', 'ratio', 'masi', 'jaccard', or a function"
        )
    if level == "ordinal" and not _numeric(scale):
        need_scale(ratings, "ordinal distances between words")
    return distance_of_level(scale, cast(LevelName, level))


def _numeric(scale: tuple[Any, ...]) -> bool:
    return all(isinstance(v, (int, float)) for v in scale)


def distance_of_level(scale: tuple[Any, ...], level: LevelName) -> Floats | None:
    """Return the squared distances of categories at a level, None for ordinal ones, which depend on the margins.

    Refuses an unknown level, and one that needs numbers, or numbers not below zero, where the scale has others.
    """
    if level == "nominal":
        return 1 - np.eye(len(scale))
    if level == "ordinal":
        return None
    if level not in ("interval", "ratio"):
        raise AgreementError(f"level={level!r}", "choose 'nominal', 'ordinal', 'interval' or 'ratio'")
    if not _numeric(scale):
        raise AgreementError(f"level={level!r} on the scale {scale}", "its categories are words, not numbers")
    if level == "ratio" and min(scale) < 0:
        raise AgreementError(f"level='ratio' on the scale {scale}", "ratios need a scale without negative values")
    return distances("quadratic" if level == "interval" else "ratio", scale)


def _called(distance: Distance, scale: tuple[Any, ...]) -> Floats:
    table = np.array([[0.0 if a == b else float(distance(a, b)) for b in scale] for a in scale])
    if not np.isfinite(table).all() or table.min() < 0 or not np.allclose(table, table.T):
        raise AgreementError("the distance function", "a distance is finite, not negative, and the same both ways")
    return table


@lru_cache(maxsize=8)
def above_diagonal(q: int) -> tuple[Ints, Ints]:
    """Return row and column of the entries above the diagonal, row by row."""
    lower, upper = np.triu_indices(q, k=1)
    return lower, upper


def alpha_of_coincidences(margins: Floats, off_diagonal: Floats, distance: Floats | None) -> Floats:
    """Return alpha, NaN where undefined, from margins n_c (…, q) and coincidences o_ck of c < k, row by row.

    Squared distances are in the same order; None are ordinal ones.
    """
    lower, upper = above_diagonal(margins.shape[-1])
    if distance is None:
        middle = np.cumsum(margins, axis=-1) - margins / 2  # mid-ranks: their differences are the ordinal distances
        distance = np.square(middle[..., lower] - middle[..., upper])
    observed = np.einsum("...p,...p->...", off_diagonal, distance)
    expected = np.einsum("...p,...p,...p->...", margins[..., lower], margins[..., upper], distance)
    several = np.count_nonzero(margins > TINY, axis=-1) > 1
    defined = several & (expected > 0)
    share = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=defined)
    alpha: Floats = 1 - (margins.sum(axis=-1) - 1) * share
    return alpha


def alpha_of_tables(tables: Floats, distance: Floats | None) -> Floats:
    """Return alpha of cross-tables of two raters (…, q, q), with distances as of :func:`alpha_of_coincidences`."""
    lower, upper = above_diagonal(tables.shape[-1])
    apart = tables[..., lower, upper] + tables[..., upper, lower]
    return alpha_of_coincidences(np.add(*margins(tables)), apart, distance)


def _published(distance: Floats | None) -> Published | None:
    if distance is None or distance.max() <= 0:
        return None
    return alpha_interval(1 - distance / distance.max())
