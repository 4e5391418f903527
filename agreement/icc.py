"""Intraclass correlations from variance components: the six forms of Shrout and Fleiss, with ratings missing or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.inputs import check_confidence, cluster_codes, few_clusters_note, rating_values, unused_weights_note
from agreement.ratings import Ratings
from agreement.resample import Interval, Totals, bootstrap, by_cluster, jackknife_t, percentile

Floats = NDArray[np.float64]
Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
FORMS: tuple[Form, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
IntervalName = Literal["auto", "analytic", "jackknife", "bootstrap"]


def icc(
    ratings: Ratings | ArrayLike,
    *,
    form: Form = "2,1",
    interval: IntervalName | None = "auto",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return an intraclass correlation.

    With the variances of units :math:`\sigma_a^2`, raters :math:`\sigma_b^2` and error :math:`\sigma_e^2`:

    ========  ==================================================================  ==============================
    form      value                                                               raters
    ========  ==================================================================  ==============================
    ``1,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_w^2)`                      other ones for each unit
    ``2,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_b^2 + \sigma_e^2)`         a sample, agreement
    ``3,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_e^2)`                      these, consistency
    ``·,k``   the same with everything but :math:`\sigma_a^2` divided by k        mean of k raters
    ========  ==================================================================  ==============================

    Components come from the analysis of variance; where ratings are missing from Henderson's method I, which equals it
    on complete tables and stays unbiased. k is then the harmonic mean number of ratings.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers; units with one rating do not enter.
    form : {"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}, default "2,1"
    interval : {"auto", "analytic", "jackknife", "bootstrap"} or None, default "auto"
        "analytic" is McGraw and Wong's, for complete tables of independent units; "auto" takes it there, and the
        jackknife by cluster elsewhere.
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95
    n_resamples : int, default 2000
    seed : int, default 0

    Returns
    -------
    Estimate
        May be negative, where units differ less than chance would make them.

    References
    ----------
    P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86 (1979); K. O. McGraw and S. P. Wong, Psychological
    Methods 1 (1996) for intervals; C. R. Henderson, Biometrics 9 (1953) for missing ratings.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(icc(judges, form=form, interval=None).value, 2) for form in FORMS]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    >>> found = icc(judges, form="2,1")
    >>> round(found.low, 4), round(found.high, 4), found.method
    (0.0188, 0.7611, 'McGraw & Wong')
    """
    if form not in FORMS:
        raise AgreementError(f"form={form!r}", f"choose one of {', '.join(map(repr, FORMS))}")
    if interval not in ("auto", "analytic", "jackknife", "bootstrap", None):
        raise AgreementError(f"interval={interval!r}", "choose 'auto', 'analytic', 'jackknife', 'bootstrap' or None")
    check_confidence(confidence)
    values = rating_values(ratings)
    group = cluster_codes(cluster, ratings, len(values))
    several = (~np.isnan(values)).sum(axis=1) >= 2
    single = int((~np.isnan(values[~several])).sum())
    used, member = values[several], None if group is None else group[several]
    blank = _blank(used, member, single, confidence, unused_weights_note(ratings))
    if len(used) < 2:
        return replace(blank, reason=f"{len(used)} units with two ratings, and an intraclass correlation needs two")
    totals = _totals(used, member, form)
    value = totals.point()
    if not np.isfinite(value):
        return replace(blank, reason="all ratings are alike, so there is no variance to share out")
    complete = not np.isnan(used).any()
    if interval == "analytic" and (not complete or member is not None):
        raise AgreementError(
            "interval='analytic' with missing ratings or clusters", "it is for neither", "Use interval='jackknife'."
        )
    if interval == "auto":
        interval = "analytic" if complete and member is None else "jackknife"
    found = _interval(interval, used, totals, form, value, confidence, n_resamples, seed)
    return replace(
        blank,
        value=value,
        low=found.low,
        high=found.high,
        method=found.method,
        standard_error=found.standard_error,
        reason=found.reason,
        notes=blank.notes + found.notes + (few_clusters_note(totals.n_groups) if member is not None else ()),
    )


def _blank(
    used: Floats, member: NDArray[np.intp] | None, single: int, confidence: float, notes: tuple[str, ...]
) -> Estimate:
    if single:
        notes = (*notes, f"{single} rating(s) of units with one rating did not enter")
    if np.isnan(used).any():
        notes = (*notes, "ratings are missing: variance components by Henderson's method I")
    return Estimate(
        None,
        None,
        None,
        confidence=confidence,
        n_units=len(used),
        n_raters=int((~np.isnan(used)).any(axis=0).sum()) if len(used) else 0,
        n_ratings=int((~np.isnan(used)).sum()),
        n_dropped=single,
        n_clusters=None if member is None else len(np.unique(member)),
        reason="not yet computed",
        notes=notes,
    )


def _totals(values: Floats, member: NDArray[np.intp] | None, form: Form) -> Totals:
    """Per group: N, Σy, Σy², units, Σ y_i²/n_i, Σ n_i², Σ 1/n_i, then n_j and y_j of every rater."""
    rated = ~np.isnan(values)
    y = np.where(rated, values - np.nanmean(values), 0.0)
    n, total = rated.sum(axis=1).astype(float), y.sum(axis=1)
    own = [n, total, np.square(y).sum(axis=1), np.ones(len(n)), total**2 / n, n**2, 1 / n]
    rows = np.concatenate([np.stack(own, axis=1), rated.astype(float), y], axis=1)
    groups = np.arange(len(n)) if member is None else np.unique(member, return_inverse=True)[1].reshape(-1)
    n_groups = int(groups.max()) + 1
    return Totals(by_cluster(rows, groups, n_groups), np.ones(n_groups), _form(form, values.shape[1]))


def _form(form: Form, n_raters: int) -> Callable[[Floats], Floats]:
    def value(total: Floats) -> Floats:
        units, k = total[..., 3], total[..., 3] / total[..., 6]
        if form.startswith("1"):
            signal, noise = _one_way(total)
        else:
            signal, rater, error = _two_way(total, n_raters)
            noise = error + rater if form.startswith("2") else error
        noise = noise / k if form.endswith("k") else noise
        whole = signal + noise
        out = np.full(whole.shape, np.nan)
        return np.asarray(np.divide(signal, whole, out=out, where=(np.abs(whole) > 1e-12) & (units > 1)))

    return value


def _one_way(total: Floats) -> tuple[Floats, Floats]:
    n, y, squares, units, between, sizes = (total[..., i] for i in range(6))
    within = (squares - between) / (n - units)
    n0 = (n - sizes / n) / (units - 1)
    return ((between - y**2 / n) / (units - 1) - within) / n0, within


def _two_way(total: Floats, n_raters: int) -> tuple[Floats, Floats, Floats]:
    """Henderson's method I: four sums of squares, set equal to their expectations."""
    n, y, squares, units, between, sizes = (total[..., i] for i in range(6))
    given, sums = total[..., 7 : 7 + n_raters], total[..., 7 + n_raters :]
    active = given > 1e-9
    raters = active.sum(axis=-1)
    by_rater = np.where(active, sums**2 / np.where(active, given, 1.0), 0.0).sum(axis=-1)
    mean = y**2 / n
    a0, b0 = sizes / n, np.square(given).sum(axis=-1) / n
    left = np.stack([squares - between, squares - by_rater, squares - mean], axis=-1)
    zero = np.zeros_like(n)
    # Columns: variance of units, of raters, of error.
    matrix = np.stack(
        [
            np.stack([zero, n - units, n - units], axis=-1),
            np.stack([n - raters, zero, n - raters], axis=-1),
            np.stack([n - a0, n - b0, n - 1], axis=-1),
        ],
        axis=-2,
    )
    solvable = np.abs(np.linalg.det(matrix)) > 1e-9
    safe = np.where(solvable[..., None, None], matrix, np.eye(3))
    found = np.where(solvable[..., None], np.linalg.solve(safe, left[..., None])[..., 0], np.nan)
    return found[..., 0], found[..., 1], found[..., 2]


def _interval(
    name: str | None,
    values: Floats,
    totals: Totals,
    form: Form,
    value: float,
    confidence: float,
    n_resamples: int,
    seed: int,
) -> Interval:
    if name is None:
        return Interval(None, None, "none")
    if name == "analytic":
        return _mcgraw_wong(values, form, value, confidence)
    if name == "bootstrap":
        return percentile(bootstrap(totals, n_resamples=n_resamples, seed=seed), confidence=confidence)
    return jackknife_t(totals, confidence=confidence)


def _mcgraw_wong(values: Floats, form: Form, value: float, confidence: float) -> Interval:
    n, k = values.shape
    y = values - values.mean()
    rows, columns = k * np.square(y.mean(axis=1)).sum(), n * np.square(y.mean(axis=0)).sum()
    between, rater = rows / (n - 1), columns / max(k - 1, 1)
    within = (np.square(y).sum() - rows) / (n * (k - 1))
    error = (np.square(y).sum() - rows - columns) / ((n - 1) * (k - 1))
    noise = within if form.startswith("1") else error
    method = "McGraw & Wong"
    if noise <= 1e-12:
        return Interval(None, None, method, reason="ratings leave no error variance to build an interval from")
    if form.startswith("2"):
        low, high = _agreement_limits(n, k, between, rater, error, confidence)
    else:
        free = n * (k - 1) if form.startswith("1") else (n - 1) * (k - 1)
        low, high = _consistency_limits(n, k, between / noise, free, confidence)
    if form.endswith("k"):
        low, high = (k * limit / (1 + (k - 1) * limit) for limit in (low, high))
    return Interval(float(low), float(high), method)


def _consistency_limits(n: int, k: int, f: float, free: int, confidence: float) -> tuple[float, float]:
    tail = (1 + confidence) / 2
    low, high = f / _f(n - 1, free, tail), f * _f(free, n - 1, tail)
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_limits(
    n: int, k: int, between: float, rater: float, error: float, confidence: float
) -> tuple[float, float]:
    r = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    free = (a * rater + b * error) ** 2 / ((a * rater) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + confidence) / 2
    upper, lower = _f(n - 1, free, tail), _f(free, n - 1, tail)
    rest = k * rater + (k * n - k - n) * error
    return (
        n * (between - upper * error) / (upper * rest + n * between),
        n * (lower * between - error) / (rest + n * lower * between),
    )


def _f(first: float, second: float, share: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(first, second, share))
