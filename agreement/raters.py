"""Raters one by one: who rates high, who rates low, and who changes along the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.inputs import check_confidence, cluster_codes, few_clusters_note, rating_values, unused_weights_note
from agreement.pair_tables import Known
from agreement.plain_jackknife import plain_jackknife
from agreement.ratings import Ratings

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
MOST_GROUPS = 400


def severity(
    ratings: Ratings | ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> dict[str, Estimate]:
    r"""Return how far above (+) or below (−) the average rater each rater rates the same units.

    Least squares of :math:`y_{ij} = m_i + b_j` with :math:`\sum_j b_j = 0`, so that raters who met easier units are not
    taken for lenient. Intervals by jackknife-t over clusters.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Units with one rating say nothing here.
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale.

    Examples
    --------
    Rater 1 is 1 above rater 0 wherever both rated:

    >>> found = severity([[0, 1], [2, 3], [1, 2], [3, None]])
    >>> [round(e.value, 6) for e in found.values()]
    [-0.5, 0.5]
    """
    values = rating_values(ratings)
    rated = (~np.isnan(values)).astype(float)
    design = np.eye(values.shape[1])[None, :, :] * rated[:, :, None]
    return _fitted(ratings, values, design, slice(0, values.shape[1]), cluster, confidence)


def drift(
    ratings: Ratings | ArrayLike, when: ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> dict[str, Estimate]:
    r"""Return how much each rater's severity changes per unit of time, relative to the average rater.

    Least squares of :math:`y_{ij} = m_i + b_j + s_j t_{ij}`; the slopes are centred, because a change that all raters
    share cannot be told from a change of the units.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    when : array_like of shape (units, raters)
        Order, or time, in which each rater gave each rating.
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95

    Returns
    -------
    dict of str to Estimate
        In the unit of the scale per unit of ``when``.

    Examples
    --------
    Rater 1 rises by 1 level every 2 units, rater 0 stays: slopes −0.25 and 0.25 about their mean.

    >>> steps = [0, 2, 4, 6]
    >>> found = drift([[1, 0], [1, 1], [1, 2], [1, 3]], [[t, t] for t in steps])
    >>> [round(e.value, 6) for e in found.values()]
    [-0.25, 0.25]
    """
    values = rating_values(ratings)
    time = np.asarray(when, dtype=float)
    if time.shape != values.shape:
        raise AgreementError(f"when of shape {time.shape}", f"ratings have shape {values.shape}, one time each")
    rated = ~np.isnan(values)
    if not np.isfinite(time[rated]).all():
        raise AgreementError("a rating without its time", "drift needs to know when each rating was given")
    shifted = np.where(rated, time - (time[rated].mean() if rated.any() else 0.0), 0.0)
    one = np.eye(values.shape[1])[None, :, :]
    design = np.concatenate([one * rated[:, :, None], one * shifted[:, :, None]], axis=2)
    n_raters = values.shape[1]
    return _fitted(ratings, values, design, slice(n_raters, 2 * n_raters), cluster, confidence)


def _fitted(
    ratings: Ratings | ArrayLike,
    values: Floats,
    design: Floats,
    wanted: slice,
    cluster: ArrayLike | None,
    confidence: float,
) -> dict[str, Estimate]:
    check_confidence(confidence)
    names = [str(r) for r in (ratings.raters if isinstance(ratings, Ratings) else range(values.shape[1]))]
    codes = cluster_codes(cluster, ratings, len(values))
    rated = ~np.isnan(values)
    several = rated.sum(axis=1) >= 2
    member, n_groups = _groups(codes, several)
    squares, products = _normal_equations(values[several], design[several], rated[several], member, n_groups)
    whole = squares.sum(axis=0), products.sum(axis=0)
    point = _solve(*whole, wanted)
    left = np.array([_solve(whole[0] - squares[g], whole[1] - products[g], wanted) for g in range(n_groups)])
    found = {}
    for j, name in enumerate(names):
        own = several & rated[:, j]
        blank = Estimate(
            None,
            None,
            None,
            confidence=confidence,
            n_units=int(own.sum()),
            n_raters=1,
            n_ratings=int(own.sum()),
            n_clusters=None if codes is None else len(np.unique(codes[own])),
            reason="shares no chain of units with the other raters, so they cannot be compared"
            if own.any()
            else "rated no unit that another rater rated",
            notes=(
                *(() if codes is None else few_clusters_note(len(np.unique(codes[own])))),
                *unused_weights_note(ratings),
            ),
        )
        found[name] = blank if not np.isfinite(point[j]) else _estimate(blank, point[j], left[:, j], confidence)
    return found


def _groups(codes: Ints | None, several: NDArray[np.bool_]) -> tuple[Ints, int]:
    """Clusters of the units that enter; of many, random blocks of about one size."""
    labels = np.arange(int(several.sum())) if codes is None else np.unique(codes[several], return_inverse=True)[1]
    member = np.asarray(labels, dtype=np.intp).reshape(-1)
    n_groups = int(member.max(initial=-1)) + 1
    if n_groups > MOST_GROUPS:
        member = np.random.default_rng(0).permutation(np.arange(n_groups) % MOST_GROUPS)[member]
        n_groups = MOST_GROUPS
    return member, n_groups


def _normal_equations(
    values: Floats, design: Floats, rated: NDArray[np.bool_], member: Ints, n_groups: int
) -> tuple[Floats, Floats]:
    """Sum of X'X and X'y per group, with the mean of each unit taken off both."""
    count = rated.sum(axis=1)
    y = np.where(rated, values, 0.0)
    y = np.where(rated, y - (y.sum(axis=1) / count)[:, None], 0.0)
    x = np.where(rated[:, :, None], design - (design.sum(axis=1) / count[:, None])[:, None, :], 0.0)
    squares, products = np.einsum("ujp,ujq->upq", x, x), np.einsum("ujp,uj->up", x, y)
    out = np.zeros((n_groups, *squares.shape[1:])), np.zeros((n_groups, products.shape[1]))
    np.add.at(out[0], member, squares)
    np.add.at(out[1], member, products)
    return out


def _solve(squares: Floats, products: Floats, wanted: slice) -> Floats:
    """Solve, centre the wanted effects, NaN where a centred effect cannot be estimated."""
    p = len(products)
    scale = np.sqrt(np.maximum(np.diag(squares), 1e-300))
    inverse = np.linalg.pinv(squares / np.outer(scale, scale), rcond=1e-9, hermitian=True)
    beta = (inverse @ (products / scale)) / scale
    n = wanted.stop - wanted.start
    contrast = np.zeros((n, p))
    contrast[:, wanted] = np.eye(n) - 1 / n
    # A contrast is estimable when it lies in the space that the data span.
    scaled = contrast / scale
    spanned = scaled @ inverse @ (squares / np.outer(scale, scale))
    ok = np.abs(spanned - scaled).max(axis=1) <= 1e-6 * np.maximum(np.abs(scaled).max(axis=1), 1e-300)
    return np.asarray(np.where(ok, contrast @ beta, np.nan))


def _estimate(blank: Estimate, value: float, left: Floats, confidence: float) -> Estimate:
    none: Callable[[Floats], Floats] = lambda total: total[..., 0]  # noqa: E731 - a place holder for a known value
    at = Known(np.empty((len(left), 0)), np.ones(len(left)), none, float(value), left)
    made = plain_jackknife(at, confidence=confidence)
    return replace(
        blank,
        value=float(value),
        low=made.low,
        high=made.high,
        method=made.method,
        standard_error=made.standard_error,
        reason=made.reason,
    )
