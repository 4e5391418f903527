"""Finn's coefficient: the variance within units against that of ratings drawn at random from the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.coefficients.chance import need_scale
from agreement.coefficients.intraclass.rating_sums import RatingSums
from agreement.coefficients.intraclass.unbalanced_limits import UnitPivot
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings
from agreement.result_notes import lone_ratings_note

Model = Literal["one-way", "two-way"]
METHOD = "F with infinite degrees of freedom above"


def finn(
    ratings: Ratings | ArrayLike,
    *,
    model: Model = "one-way",
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Finn's coefficient, which does not fall when all units are rated alike.

    .. math:: 1 - \frac{MS}{\sigma_0^2}, \qquad \sigma_0^2 = \frac{s^2 - 1}{12} \text{ of s levels one step apart}

    MS is the mean square within units (``"one-way"``), or that of the error once the raters' means are taken out
    (``"two-way"``); :math:`\sigma_0^2` is the variance of ratings drawn at random, each level as likely. Missing
    ratings are allowed: sums of squares are those of least squares.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        On a declared scale: :math:`\sigma_0^2` depends on levels that nobody used. Words count by their positions.
    model : {"one-way", "two-way"}, default "one-way"
        Whether a rater who always rates higher disagrees.
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
        1 where raters agree everywhere, 0 where they vary as chance would, below 0 where more.

    References
    ----------
    R. H. Finn, "A note on estimating the reliability of categorical data", Educational and Psychological Measurement 30
    (1970).

    Examples
    --------
    Mean square within units (0.5 + 0 + 0.5 + 0)/4 = 1/4, of five levels at random (25 - 1)/12 = 2.

    >>> finn([[3, 4], [4, 4], [4, 3], [4, 4]], scale=(1, 2, 3, 4, 5), interval=None).value
    0.875
    """
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    values, member, chance, lone = _read(ratings, model, scale, cluster)
    statistic = partial(_coefficient, model=model, chance=chance)
    found = estimate_from_rows(values, member, statistic, options, _why(values, model))
    notes = (*found.notes, *lone_ratings_note(lone), *unused_weights_note(ratings))
    return replace(found, n_dropped=lone, notes=notes)


def finn_test(
    ratings: Ratings | ArrayLike,
    *,
    model: Model = "one-way",
    scale: Sequence[Any] | None = None,
    cluster: ArrayLike | None = None,
) -> HypothesisTest:
    r"""Test Finn's coefficient against ratings drawn at random from the scale, each level as likely.

    .. math:: F_{\infty, f} = \frac{\sigma_0^2}{MS}

    with the degrees of freedom f of the mean square: :math:`n (k - 1)` one-way, :math:`(n - 1)(k - 1)` two-way, of n
    units and k raters. (The R package irr takes :math:`n (k - 1)` for both.)

    Parameters
    ----------
    ratings, model, scale, cluster
        As of :func:`finn`. Clusters do not matter here: under the null every rating is independent.

    Returns
    -------
    HypothesisTest
        Its alternative is "greater".

    References
    ----------
    R. H. Finn, Educational and Psychological Measurement 30 (1970).

    Examples
    --------
    >>> found = finn_test([[3, 4], [4, 4], [4, 3], [4, 4]], scale=(1, 2, 3, 4, 5))
    >>> round(found.statistic, 2), found.degrees_of_freedom, str(found)
    (8.0, (4,), 'p = 0.0265')
    """
    values, _, chance, _ = _read(ratings, model, scale, cluster)
    null, found = "Finn's coefficient = 0: ratings are drawn at random", _mean_square(values, model)
    if found is None:
        return HypothesisTest(None, null, METHOD, alternative="greater", reason=_why(values, model))
    square, free = found
    from scipy.special import chdtr

    p = float(chdtr(free, free * square / chance))  # F with infinite degrees above is 1 over chi-squared by its own
    statistic = chance / square if square > 0 else None
    return HypothesisTest(p, null, METHOD, statistic, (free,), alternative="greater")


def _read(
    ratings: Ratings | ArrayLike, model: str, scale: Sequence[Any] | None, cluster: ArrayLike | None
) -> tuple[Floats, Ints | None, float, int]:
    """Return units with two ratings or more, their clusters, the variance by chance, and how many ratings are alone."""
    if model not in ("one-way", "two-way"):
        raise AgreementError(f"model={model!r}", "choose 'one-way' or 'two-way'")
    read = as_ratings(ratings, scale=scale)
    need_scale(read, "Finn's coefficient")
    if model == "two-way" and not read.identified:
        raise AgreementError("model='two-way' of counts", "they do not say who rated", "Use model='one-way'.")
    values = read.values()
    group = cluster_codes(cluster, read, len(values))
    size = (~np.isnan(values)).sum(axis=1)
    several = size >= 2
    member = None if group is None else group[several]
    return values[several], member, float(np.var(category_values(read.scale))), int(size[~several].sum())


def _coefficient(values: Floats, *, model: str, chance: float) -> float | None:
    found = _mean_square(values, model)
    return None if found is None or chance <= 0 else 1 - found[0] / chance


def _mean_square(values: Floats, model: str) -> tuple[float, int] | None:
    if not len(values):
        return None
    if model == "one-way":
        free = int((~np.isnan(values)).sum()) - len(values)
        return float(np.nansum(np.square(values - np.nanmean(values, axis=1, keepdims=True)))) / free, free
    present = values[:, ~np.isnan(values).all(axis=0)]
    pivot = UnitPivot.of(RatingSums.of(present), "3")
    return (max(pivot.error, 0.0) / pivot.error_freedom, pivot.error_freedom) if pivot.error_freedom > 0 else None


def _why(values: Floats, model: str) -> str:
    if not len(values):
        return "no unit was rated by two raters, so no two ratings can be compared"
    if model == "two-way":
        return "too few ratings are shared to tell the variances of units, raters and error apart"
    return "the scale has one level"
