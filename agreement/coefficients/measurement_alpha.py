"""Krippendorff's alpha of measurements: interval distances of any number of different values, without categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import renumbered
from agreement.arrays import Floats
from agreement.coefficients.base import ALL_RATED, resampled_interval, with_groups
from agreement.coefficients.chance import TINY
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.intervals.perfect_agreement import perfect_agreement
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.options import Options
from agreement.result_notes import lone_ratings_note
from agreement.validation import MAX_CATEGORIES, cluster_positions, plain_array, refuse_infinite, refuse_transposed


def measurements(x: Any) -> Floats | None:
    """Return ``x`` as finite numbers where it holds more different values than a scale has, else None."""
    array = plain_array(x)
    if array.dtype.kind not in "iuf" or array.ndim != 2:
        return None
    values = array.astype(float)
    refuse_infinite(values)
    return values if len(np.unique(values[~np.isnan(values)])) > MAX_CATEGORIES else None


def alpha_of_measurements(x: Floats, options: Options, *, cluster: ArrayLike | None = None) -> Estimate:
    r"""Return alpha with the interval distance from sums of values and of squares.

    Since :math:`\sum_{i \ne j} (x_i - x_j)^2 = 2 (m \sum x^2 - (\sum x)^2)`,

    .. math:: \alpha = 1 - (n - 1) \frac{\sum_u (m_u \sum x^2 - (\sum x)^2) / (m_u - 1)}{n \sum x^2 - (\sum x)^2}
    """
    if options.interval in ("pigeonhole", "analytic"):
        raise AgreementError(
            f"interval={options.interval!r} of measurements",
            "it needs a scale",
            "Use 'jackknife', 'bootstrap' or 'bca'.",
        )
    refuse_transposed(*x.shape, wide=False)
    size = np.count_nonzero(~np.isnan(x), axis=1)
    paired = size >= 2
    lone = int(size[~paired].sum())
    counted = Estimate.undefined(
        "no unit was rated by two raters, so no two ratings can be compared",
        confidence=options.confidence,
        n_units=int(np.count_nonzero(paired)),
        n_raters=x.shape[1],
        n_ratings=int(size[paired].sum()),
        n_dropped=lone,
        notes=lone_ratings_note(lone),
    )
    if not paired.any():
        return counted
    groups = np.arange(len(x)) if cluster is None else cluster_positions(cluster, len(x))
    statistic = StatisticOfSums.by_group(_rows(x[paired]), renumbered(groups[paired]), _alpha)
    unsampled = options.unsampled(counted.n_units)
    if options.interval and unsampled == 0:
        interval = Interval(reason=ALL_RATED)
    elif options.interval and statistic.point > 1 - TINY:
        interval = perfect_agreement(statistic.n_groups, 0.0, confidence=options.confidence)
    else:
        interval = resampled_interval(statistic, options, unsampled=unsampled)
    return with_groups(counted, statistic, interval, clustered=cluster is not None)


def _rows(x: Floats) -> Floats:
    given = ~np.isnan(x)
    centred = np.where(given, x - x[given].mean(), 0.0)  # sums of squares of large numbers would lose their digits
    size, first, second = given.sum(axis=1), centred.sum(axis=1), np.square(centred).sum(axis=1)
    return np.stack([size, first, second, (size * second - np.square(first)) / (size - 1)], axis=1)


def _alpha(total: Floats) -> Floats:
    n, first, second, within = np.moveaxis(total, -1, 0)
    spread = n * second - np.square(first)
    share = np.divide(within, spread, out=np.full(spread.shape, np.nan), where=spread > TINY * n * second)
    alpha: Floats = 1 - (n - 1) * share
    return alpha
