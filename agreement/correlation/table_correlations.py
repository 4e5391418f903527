"""Correlations of cross-tables: with few distinct values a table holds all that a correlation needs, ranks included."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.arrays import Floats
from agreement.cross_tables import counted, margins

OfTables = Callable[[Floats, Floats], Floats]


def unit_spread(values: Floats) -> Floats:
    """Return numbers close together times a power of two, so that they spread over 1/2 to 1.

    No digit is lost, and what takes a small variance for rounding cannot take a small unit of measurement for it.
    """
    spread = np.ptp(values)
    return values if spread == 0 or spread >= 0.5 else np.ldexp(values, -int(np.frexp(spread)[1]))


def pearson_of_tables(tables: Floats, values: Floats) -> Floats:
    """Return Pearson's correlation of tables ``(…, q, q)`` of the q values, NaN where undefined."""
    shape = tables.shape[:-1]
    return _correlation(tables, np.broadcast_to(values, shape), np.broadcast_to(values, shape))


def spearman_of_tables(tables: Floats, values: Floats) -> Floats:
    """Return Spearman's correlation of tables, from the mid-ranks of their margins."""
    return _correlation(tables, *(_mid_ranks(margin) for margin in margins(tables)))


def tau_b_of_tables(tables: Floats, values: Floats) -> Floats:
    """Return Kendall's tau-b of tables: concordant less discordant pairs over those untied on either side."""
    n = counted(tables)
    below = _after(_after(tables, -1), -2)
    aside = _after(_after(tables[..., ::-1], -1)[..., ::-1], -2)
    apart = (tables * (below - aside)).sum(axis=(-2, -1))
    untied = [n * n / 2 - np.square(margin).sum(axis=-1) / 2 for margin in margins(tables)]
    return _ratio(apart, np.sqrt(np.maximum(untied[0] * untied[1], 0)))


def concordance_of_tables(tables: Floats, values: Floats) -> Floats:
    """Return Kendall's W of tables, corrected for ties: for two raters 1/2 + S_xy / (S_x + S_y) of ranks."""
    together, *spread = _moments(tables, *(_mid_ranks(margin) for margin in margins(tables)))
    return 0.5 + _ratio(together, spread[0] + spread[1])


def ccc_of_tables(tables: Floats, values: Floats, ddof: int = 0) -> Floats:
    """Return Lin's concordance correlation of tables."""
    n = counted(tables)
    x, y = ((tables.sum(axis=axis) * values).sum(axis=-1) / np.maximum(n, 1) for axis in (-1, -2))
    apart = np.square(values[:, None] - values[None, :])
    mean = (tables * apart).sum(axis=(-2, -1)) / np.maximum(n, 1)
    spread = sum(
        (tables.sum(axis=axis) * np.square(values - m[..., None])).sum(axis=-1) for axis, m in ((-1, x), (-2, y))
    )
    # Mean squared difference = s_x^2 + s_y^2 - 2 s_xy + (x - y)^2, all over n.
    share = 1 / np.maximum(n - ddof, 1)
    covariance = (spread / np.maximum(n, 1) + np.square(x - y) - mean) / 2 * n * share
    return _ratio(2 * covariance, spread * share + np.square(x - y))


def _correlation(tables: Floats, x: Floats, y: Floats) -> Floats:
    together, first, second = _moments(tables, x, y)
    return _ratio(together, np.sqrt(np.maximum(first * second, 0)))


def _moments(tables: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the sums of products and of squares about the means, of the values x of rows and y of columns."""
    n = counted(tables)
    rows, columns = margins(tables)
    a = x - (_ratio((rows * x).sum(axis=-1), n))[..., None]
    b = y - (_ratio((columns * y).sum(axis=-1), n))[..., None]
    together = ((tables @ b[..., None])[..., 0] * a).sum(axis=-1)
    return together, (rows * a * a).sum(axis=-1), (columns * b * b).sum(axis=-1)


def _mid_ranks(margin: Floats) -> Floats:
    return np.asarray(np.cumsum(margin, axis=-1) - margin / 2)


def _after(tables: Floats, axis: int) -> Floats:
    """Sum of the entries strictly after each one along an axis."""
    turned = np.flip(tables, axis)
    return np.asarray(np.flip(np.cumsum(turned, axis=axis) - turned, axis))


def _ratio(above: Floats, below: Floats) -> Floats:
    out = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 1e-9))
