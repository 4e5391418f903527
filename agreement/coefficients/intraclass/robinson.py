"""Robinson's A: the share of the variance beyond the raters' means that lies between units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values, unused_weights_note
from agreement.arrays import Floats
from agreement.estimate import Estimate
from agreement.intervals.row_resampling import estimate_from_rows
from agreement.options import RESAMPLED, Options, ResampledName
from agreement.ratings import Ratings

TINY = 1e-12


def robinson_a(
    ratings: Ratings | ArrayLike,
    *,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Robinson's A.

    .. math:: A = \frac{SS_{units}}{SS_{units} + SS_{error}}

    the sums of squares being those of an analysis of variance with units and raters. It is :math:`((k - 1) r + 1) / k`
    with r the intraclass correlation of ratings from which the raters' means were taken, so 1/k where k raters have
    nothing in common: compare it between tables of the same k only.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers. Only units that every rater rated enter; the others are counted in ``n_dropped``.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
    n_resamples, seed : int, default 2000 and 0

    Returns
    -------
    Estimate
        Between 0 and 1.

    References
    ----------
    W. S. Robinson, "The statistical measurement of agreement", American Sociological Review 22 (1957).

    Examples
    --------
    Of means 1.5, 2.5, 4: 2 Σ (mean - 8/3)² = 19/3; the error left beside it is 1/3.

    >>> round(robinson_a([[1, 2], [2, 3], [4, 4]], interval=None).value, 4)
    0.95
    """
    options = Options(interval, confidence, n_resamples, seed, RESAMPLED)
    values = rating_values(ratings)
    group = cluster_codes(cluster, ratings, len(values))
    whole = ~np.isnan(values).any(axis=1)
    n = int(whole.sum())
    why = (
        f"{n} units were rated by every rater, and A needs two units and two raters"
        if n < 2 or values.shape[1] < 2
        else "all units have the same ratings up to the raters' means, so there is no variance to share out"
    )
    member = None if group is None else group[whole]
    found = estimate_from_rows(values[whole], member, _a, options, why, bounds=(0.0, 1.0))
    lost = int((~np.isnan(values[~whole])).sum())
    note = (f"{lost} ratings of units that not every rater rated did not enter",) if lost else ()
    return replace(found, n_dropped=lost, notes=(*found.notes, *note, *unused_weights_note(ratings)))


def _a(values: Floats) -> float | None:
    if min(values.shape) < 2:
        return None
    centred = values - values.mean(axis=0)
    units = centred.mean(axis=1)
    between, whole = values.shape[1] * float(units @ units), float(np.square(centred).sum())
    return between / whole if whole > TINY * np.square(values).sum() else None
