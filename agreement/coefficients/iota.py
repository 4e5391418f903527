"""Janson and Olsson's iota: chance-corrected agreement of any number of raters on one or several variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, rating_values, refuse_counts, unused_weights_note
from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings

Level = Literal["quantitative", "nominal"]
Table = Ratings | ArrayLike
TINY = 1e-12


def iota(
    ratings: Table | Sequence[Table],
    *,
    level: Level = "quantitative",
    standardize: bool = False,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return iota, agreement beyond chance on one or several variables that the same raters rated the same units by.

    .. math:: \iota = 1 - \frac{d_o}{d_e}, \qquad
              d_o = \binom{b}{2}^{-1} \sum_{r < s} \frac1n \sum_i \delta(x_{ir}, x_{is}), \qquad
              d_e = \binom{b}{2}^{-1} \sum_{r < s} \frac1{n^2} \sum_{i, j} \delta(x_{ir}, x_{js})

    with b raters, n units and :math:`\delta` the squared Euclidean distance of two vectors of measurements, or the
    number of nominal variables in which they differ. Of one nominal variable iota is Conger's kappa, of one measurement
    and two raters Lin's concordance.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters), or a sequence of them
        One table per variable, with the same units and raters. Only units that every rater rated by every variable
        enter; the others are counted in ``n_dropped``.
    level : {"quantitative", "nominal"}, default "quantitative"
    standardize : bool, default False
        Divide every measurement by the standard deviation of all its ratings, so that its unit does not matter.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the first table, else each unit.
    confidence : float, default 0.95
    n_resamples, seed : int, default 2000 and 0

    Returns
    -------
    Estimate
        ``n_ratings`` counts every variable.

    References
    ----------
    H. Janson and U. Olsson, "A measure of agreement for interval or nominal multivariate observations", Educational and
    Psychological Measurement 61 (2001).

    Examples
    --------
    Weight and height of five people by three judges of photographs (table 1 of the paper).

    >>> weight = [[71, 74, 76], [73, 80, 80], [86, 101, 93], [59, 62, 66], [71, 83, 77]]
    >>> height = [[166, 171, 171], [160, 170, 165], [187, 174, 185], [161, 163, 162], [172, 182, 181]]
    >>> round(iota([weight, height], interval=None).value, 3)
    0.755
    """
    if level not in ("quantitative", "nominal"):
        raise AgreementError(f"level={level!r}", "choose 'quantitative' or 'nominal'")
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    tables = _tables(ratings)
    values = [_numbers(table, level) for table in tables]
    if len({v.shape for v in values}) != 1:
        raise AgreementError(
            f"tables of shapes {[v.shape for v in values]}", "variables have the same units and raters"
        )
    group = cluster_codes(cluster, tables[0], len(values[0]))
    side = np.concatenate(values, axis=1)
    whole = ~np.isnan(side).any(axis=1)
    why = _why(int(whole.sum()), values[0].shape[1])
    statistic = partial(_iota, n_raters=values[0].shape[1], nominal=level == "nominal", standardize=standardize)
    found = estimate_from_rows(side[whole], None if group is None else group[whole], statistic, options, why)
    lost = int((~np.isnan(side[~whole])).sum())
    notes = (f"{lost} ratings of units that not every rater rated did not enter",) if lost else ()
    notes = (*found.notes, *notes, *unused_weights_note(tables[0]))
    return replace(found, n_raters=values[0].shape[1], n_dropped=lost, notes=notes)


def _tables(ratings: Any) -> list[Table]:
    if isinstance(ratings, Ratings) or (isinstance(ratings, np.ndarray) and ratings.ndim == 2):
        return [ratings]
    listed = list(ratings)
    if not listed:
        raise AgreementError("no table of ratings", "iota needs one variable or more")
    deep = isinstance(listed[0], Ratings) or np.ndim(np.asarray(listed[0], dtype=object)) == 2
    return listed if deep else [ratings]


def _numbers(table: Table, level: str) -> Floats:
    refuse_counts(table, "iota")
    if level == "quantitative":
        return rating_values(table)
    codes = as_ratings(table).codes
    return np.where(codes < 0, np.nan, codes.astype(float))


def _why(n_units: int, n_raters: int) -> str:
    if n_units < 2 or n_raters < 2:
        return f"{n_units} units were rated by every rater, and iota needs two units and two raters"
    return "every rating is the same, so there is no disagreement to expect by chance"


def _iota(side: Floats, *, n_raters: int, nominal: bool, standardize: bool) -> float | None:
    n_units, n_columns = side.shape
    if n_units < 2 or n_raters < 2:
        return None
    observed = expected = 0.0
    for start in range(0, n_columns, n_raters):
        for x in _coordinates(side[:, start : start + n_raters], nominal=nominal, standardize=standardize):
            x = x - x.mean()
            units, raters = x.mean(axis=1), x.mean(axis=0)
            total, within = float(np.square(x).sum()), float(np.square(x - units[:, None]).sum())
            observed += n_raters * within
            expected += (n_raters - 1) * total + n_units * float(np.square(raters).sum())
    return 1 - observed / expected if expected > TINY * np.square(side).sum() else None


def _coordinates(x: Floats, *, nominal: bool, standardize: bool) -> list[Floats]:
    """Return the coordinates whose squared distances add up to that of a variable."""
    if nominal:
        return [(x == code) / np.sqrt(2) for code in np.unique(x)]
    spread = float(x.std(ddof=1)) if standardize else 1.0
    return [x / spread if spread > 0 else x]
