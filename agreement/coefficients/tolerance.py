"""Agreement within a tolerance: how often ratings lie no further apart than a stated distance."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, rating_values, renumbered, unused_weights_note
from agreement.arrays import Bools, Floats
from agreement.coefficients.base import resampled_interval, with_groups
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings
from agreement.result_notes import lone_ratings_note

Of = Literal["pairs", "units"]
ROUNDING = 1e-9  # 0.3 − 0.1 is more than 0.2, in binary


def tolerance_agreement(
    ratings: Ratings | ArrayLike,
    *,
    tolerance: float = 1.0,
    of: Of = "pairs",
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return the share of pairs of ratings, or of units, that lie within a tolerance.

    .. math:: \frac{1}{n} \sum_i \frac{2}{r_i (r_i - 1)} \sum_{j < l} [\,|y_{ij} - y_{il}| \le t\,], \qquad
              \frac{1}{n} \sum_i [\max_j y_{ij} - \min_j y_{ij} \le t]

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers, or words of a scale, which become their positions. A unit with one rating does not enter.
    tolerance : float, default 1
        The distance t; 0 is raw agreement.
    of : {"pairs", "units"}, default "pairs"
        Whether the pairs of a unit are averaged, as in :func:`percent_agreement`, or all its ratings have to lie within
        the tolerance of each other, which more raters make less likely.
    scale : sequence, optional
        Categories of an array.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
    n_resamples, seed : int, default 2000 and 0

    Returns
    -------
    Estimate

    References
    ----------
    ``agree(ratings, tolerance)`` of the R package irr, for ``of="units"``.

    Examples
    --------
    Pairs within 1: 3 of 3, 1 of 3; units: the first.

    >>> table = [[1, 2, 2], [1, 3, 4]]
    >>> [round(tolerance_agreement(table, of=of, interval=None).value, 4) for of in ("pairs", "units")]
    [0.6667, 0.5]
    """
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    if not isinstance(tolerance, Real) or not 0 <= tolerance < np.inf:
        raise AgreementError(f"tolerance={tolerance!r}", "it is the largest distance of ratings that agree, 0 or more")
    if of not in ("pairs", "units"):
        raise AgreementError(f"of={of!r}", "choose 'pairs' or 'units'")
    values = rating_values(ratings if scale is None else as_ratings(ratings, scale=scale), anonymous=True)
    group = cluster_codes(cluster, ratings, len(values))
    size = (~np.isnan(values)).sum(axis=1)
    several = size >= 2
    lone = int(size[~several].sum())
    counted = Estimate.undefined(
        "no unit was rated by two raters, so no two ratings can be compared",
        confidence=confidence,
        n_units=int(several.sum()),
        n_raters=values.shape[1],
        n_ratings=int(size[several].sum()),
        n_dropped=lone,
        notes=(*lone_ratings_note(lone), *unused_weights_note(ratings)),
    )
    if not several.any():
        return counted
    limit = float(tolerance) + ROUNDING * max(1.0, float(tolerance))
    within = (_pairs_within if of == "pairs" else _all_within)(values[several], limit)
    member = np.arange(len(within)) if group is None else renumbered(group[several])
    rows = np.stack([within, np.ones(len(within))], axis=1)
    statistic = StatisticOfSums.by_group(rows, member, lambda sums: np.asarray(sums[..., 0] / sums[..., 1]))
    interval_found = resampled_interval(statistic, options, bounds=(0.0, 1.0))
    return with_groups(counted, statistic, interval_found, clustered=group is not None)


def _all_within(values: Floats, limit: float) -> Floats:
    return np.asarray(np.nanmax(values, axis=1) - np.nanmin(values, axis=1) <= limit, dtype=float)


def _pairs_within(values: Floats, limit: float) -> Floats:
    """Return the share of the pairs of each unit that lie within the limit."""
    found, pairs = np.zeros(len(values)), np.zeros(len(values))
    for j in range(values.shape[1]):
        apart = np.abs(values[:, j + 1 :] - values[:, j : j + 1])
        known: Bools = ~np.isnan(apart)
        pairs += known.sum(axis=1)
        found += (known & (apart <= limit)).sum(axis=1)
    return np.asarray(found / pairs)
