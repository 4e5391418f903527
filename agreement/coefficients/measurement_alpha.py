"""Krippendorff's alpha of measurements: interval distances of any number of different values, without categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats, Ints
from agreement.coefficients.base import Options, filled, resampled
from agreement.coefficients.chance import TINY
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.bootstrap import Totals, by_cluster
from agreement.validation import MAX_CATEGORIES, cluster_positions, plain_array, refuse_infinite, refuse_transposed


def measurements(x: Any) -> Floats | None:
    """Return ``x`` as numbers where it holds more different values than a scale has, else None.

    Parameters
    ----------
    x : array_like of shape (units, raters)

    Returns
    -------
    ndarray of shape (units, raters) or None

    Raises
    ------
    AgreementError
        For an infinite rating.
    """
    array = plain_array(x)
    if array.dtype.kind not in "iuf" or array.ndim != 2:
        return None
    values = array.astype(float)
    refuse_infinite(values)
    return values if len(np.unique(values[~np.isnan(values)])) > MAX_CATEGORIES else None


def measured_alpha(x: Floats, options: Options) -> Estimate:
    r"""Return alpha with the interval distance from sums of values and of squares.

    Since :math:`\sum_{i \ne j} (x_i - x_j)^2 = 2 (m \sum x^2 - (\sum x)^2)`,

    .. math:: \alpha = 1 - (n - 1) \frac{\sum_u (m_u \sum x^2 - (\sum x)^2) / (m_u - 1)}{n \sum x^2 - (\sum x)^2}

    Parameters
    ----------
    x : ndarray of shape (units, raters)
        NaN where a rating is missing.
    options : Options

    Returns
    -------
    Estimate

    Examples
    --------
    >>> x = np.linspace(0, 1, 200)[:, None] + np.array([0.0, 0.01])
    >>> round(measured_alpha(x, Options(interval=None)).value, 5)
    0.99941
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
    note = (f"{lone} rating(s) could not be compared with another of the same unit and did not enter",) if lone else ()
    counted = Estimate(
        None,
        None,
        None,
        options.confidence,
        n_units=int(np.count_nonzero(paired)),
        n_raters=x.shape[1],
        n_ratings=int(size[paired].sum()),
        n_dropped=lone,
        reason="no unit was rated by two raters, so no two ratings can be compared",
        notes=note,
    )
    if not paired.any():
        return counted
    totals = _totals(x[paired], None if options.cluster is None else _labels(options.cluster, paired))
    return filled(counted, totals, resampled(totals, options), options, clustered=options.cluster is not None)


def _labels(cluster: ArrayLike, paired: Bools) -> Ints:
    positions: Ints = np.unique(cluster_positions(cluster, len(paired))[paired], return_inverse=True)[1]
    return positions


def _totals(x: Floats, cluster: Ints | None) -> Totals:
    given = ~np.isnan(x)
    centred = np.where(given, x - x[given].mean(), 0.0)  # sums of squares of large numbers would lose their digits
    size, first, second = given.sum(axis=1), centred.sum(axis=1), np.square(centred).sum(axis=1)
    within = (size * second - np.square(first)) / (size - 1)
    rows = np.stack([size, first, second, within], axis=1)
    if cluster is not None:
        rows = by_cluster(rows, cluster, int(cluster.max()) + 1)
    return Totals(rows, np.ones(len(rows)), _alpha)


def _alpha(total: Floats) -> Floats:
    n, first, second, within = np.moveaxis(total, -1, 0)
    spread = n * second - np.square(first)
    share = np.divide(within, spread, out=np.full(spread.shape, np.nan), where=spread > TINY * n * second)
    alpha: Floats = 1 - (n - 1) * share
    return alpha
