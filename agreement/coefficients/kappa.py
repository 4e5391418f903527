"""Cohen's kappa of pairs of raters, and Light's mean over pairs: chance from the shares of each rater.

Of a crowd, whose pairs share too few units for a kappa of their own, Cohen's kappa is that of all pairs pooled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Codes, Floats, Ints
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import beyond_chance, checked_weights, ratio, refuse_counts_for
from agreement.coefficients.weights import Weights
from agreement.cross_tables import counted, margins, pooled_pairs, pools_pairs, sparse_pairs, weighted
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import kappa_interval
from agreement.intervals.rating_patterns import Patterns, distinct
from agreement.options import IntervalName, Options
from agreement.ratings import Ratings
from agreement.result_notes import Note, pooled_pairs_note, sparse_pairs_note, undefined_pairs_note


def kappa_of_tables(tables: Floats, weights: Floats) -> Floats:
    """Return Cohen's kappa of cross-tables (…, q, q) of counts or sums of weights, NaN where undefined.

    >>> kappa_of_tables(np.array([[40.0, 9.0], [6.0, 45.0]]), np.eye(2)).round(4).item()
    0.6995
    """
    n = counted(tables)
    first, second = margins(tables)
    observed = ratio(weighted(tables, weights), n)
    expected = ratio(np.einsum("...q,...q->...", first @ weights, second), np.square(n))
    return beyond_chance(observed, expected)


def cohen_kappa(
    ratings: Ratings | ArrayLike,
    *,
    weights: Weights = None,
    scale: Sequence[Any] | None = None,
    interval: IntervalName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Cohen's kappa; of more than two raters the mean over pairs, which are in ``parts``, of a crowd pooled.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum_{kl} w_{kl} p_{kl},
              \quad p_e = \sum_{kl} w_{kl} p_{k+} p_{+l}

    Each pair is computed on the units that both have rated. ``interval="analytic"`` (two raters) is that of Fleiss,
    Cohen and Everitt (1969).

    Where some of three or more raters share fewer than half of the units that two raters rated, and fewer than 20 or
    than twice the square root of them (a crowd), a mean over pairs is biased by more than its error. Then the pairs of
    raters of each unit, in both orders, are pooled into one cross-table to which every unit with two ratings adds 1,
    and kappa is that of this table: Fleiss' kappa of these units. A note with the code ``POOLED_PAIRS`` says so;
    :func:`light_kappa` is always the mean over pairs.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating.
    weights : {"linear", "quadratic", …}, matrix or None, default None
        None is unweighted; see :func:`agreement.agreement_weights`. An array needs ``scale=`` for weights.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t, bootstrap percentile or BCa, bootstrap of units and raters at once (Owen 2007), published standard
        error of two raters, or the value alone.
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
    J. Cohen, Educational and Psychological Measurement 20 (1960); Psychological Bulletin 70 (1968) for weights.

    Examples
    --------
    >>> r = Ratings.from_contingency([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> round(cohen_kappa(r).value, 3)
    0.492
    >>> round(cohen_kappa(r, weights=[[0, 1, 3], [1, 0, 6], [3, 6, 0]]).value, 3)
    0.348
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    matrix = checked_weights(read, weights)
    refuse_counts_for(read, "cohen_kappa")
    pooled = pools_pairs(read.codes)
    whole = pooled_kappa(read, matrix, options) if pooled else _mean_over_pairs(read, matrix, options)
    if read.n_raters <= 2:
        return whole
    return replace(whole, parts=_each_pair(read, matrix, options))


def light_kappa(
    ratings: Ratings | ArrayLike,
    *,
    weights: Weights = None,
    scale: Sequence[Any] | None = None,
    interval: IntervalName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return Light's kappa: the mean of Cohen's kappa over all pairs of raters.

    .. math:: \kappa_L = \binom{r}{2}^{-1} \sum_{g<h} \kappa_{gh}

    Pairs for which kappa is undefined are left out and named in the notes. Of a crowd, whose pairs share few units, the
    mean is biased towards 0, and a note with the code ``SPARSE_PAIRS`` says so.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t, bootstrap percentile or BCa, bootstrap of units and raters at once (Owen 2007), published standard
        error of two raters, or the value alone.
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
    R. J. Light, Psychological Bulletin 76 (1971).

    Examples
    --------
    >>> round(light_kappa([[1, 1, 1], [1, 1, 0], [0, 0, 0], [0, 0, 1]], interval=None).value, 4)
    0.3333
    """
    options = Options(interval, confidence, n_resamples, seed, population=population)
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    refuse_counts_for(read, "light_kappa")
    mean = _mean_over_pairs(read, checked_weights(read, weights), options)
    return replace(mean, notes=(*mean.notes, *sparse_pairs_note(*sparse_pairs(read.codes))))


def pooled_kappa(ratings: Ratings, weights: Floats, options: Options) -> Estimate:
    """Return the kappa of the pairs of all units in one table, to which each unit with two ratings adds 1."""
    _refuse_analytic(ratings, options)
    q = len(ratings.scale)

    def rows(patterns: Patterns) -> Floats:
        ordered = pooled_pairs(patterns.counts, patterns.self_pairs).reshape(len(patterns.counts), -1)
        return np.nan_to_num(ratio(ordered, patterns.pairs[:, None]))

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        return kappa_of_tables(sums.reshape(*sums.shape[:-1], q, q), weights)

    result = estimate(ratings, options, rows=rows, formula=formula)
    n_pairs, enough = sparse_pairs(ratings.codes)
    return replace(result, notes=(*result.notes, *pooled_pairs_note(enough, n_pairs, where="into one table")))


def _refuse_analytic(ratings: Ratings, options: Options) -> None:
    if options.interval == "analytic" and ratings.n_raters > 2:
        raise AgreementError(
            f"interval='analytic' with {ratings.n_raters} raters",
            "the published standard error is for two",
            "Use interval='jackknife'.",
        )


def _mean_over_pairs(ratings: Ratings, weights: Floats, options: Options) -> Estimate:
    _refuse_analytic(ratings, options)

    def formula(sums: Floats, patterns: Patterns) -> Floats:
        pairs, q = _overlapping(patterns.codes), patterns.n_categories
        drawn = np.array([patterns.rater_weight[j] * patterns.rater_weight[k] for j, k in pairs])
        kappas = kappa_of_tables(sums.reshape(*sums.shape[:-1], len(pairs), q, q), weights)
        known = np.isfinite(kappas) * drawn
        return ratio((np.nan_to_num(kappas) * known).sum(axis=-1), known.sum(axis=-1))

    result = estimate(
        ratings, options, rows=_pair_rows, formula=formula, anonymous=False, analytic=kappa_interval(weights)
    )
    return replace(result, notes=(*result.notes, *_undefined_pairs(ratings, weights)))


def _each_pair(ratings: Ratings, weights: Floats, options: Options) -> dict[str, Estimate]:
    shared = set(_overlapping(ratings.codes))
    apart = Estimate(None, None, None, options.confidence, n_raters=2, reason="these two have no unit in common")
    return {
        f"{ratings.raters[j]} & {ratings.raters[k]}": _mean_over_pairs(ratings.take_raters((j, k)), weights, options)
        if (j, k) in shared
        else apart
        for j, k in combinations(range(ratings.n_raters), 2)
    }


def _overlapping(codes: Codes) -> list[tuple[int, int]]:
    """Return the pairs of columns that share a row."""
    present = (codes >= 0).astype(np.float32)
    shared = present.T @ present
    return [(j, k) for j, k in combinations(range(codes.shape[1]), 2) if shared[j, k]]


def _cells(patterns: Patterns, pair: tuple[int, int]) -> tuple[Ints, Ints]:
    """Return the patterns in which both rated and the cell of the cross-table that each falls into."""
    first, second = (patterns.codes[:, j] for j in pair)
    both = np.flatnonzero((first >= 0) & (second >= 0))
    return both, first[both].astype(np.intp) * patterns.n_categories + second[both]


def _pair_rows(patterns: Patterns) -> Any:
    """Return, pair by pair, the cell of the cross-table that a pattern falls into."""
    pairs = _overlapping(patterns.codes)
    size, height = patterns.n_categories**2, len(patterns.codes)
    if len(pairs) <= 1:
        rows = np.zeros((height, size * len(pairs)))
        for pair in pairs:
            both, cell = _cells(patterns, pair)
            rows[both, cell] = 1
        return rows
    from scipy.sparse import coo_array

    found = [_cells(patterns, pair) for pair in pairs]
    row = np.concatenate([both for both, _ in found])
    column = np.concatenate([cell + i * size for i, (_, cell) in enumerate(found)])
    return coo_array((np.ones(len(row)), (row, column)), shape=(height, size * len(pairs))).tocsr()


def _undefined_pairs(ratings: Ratings, weights: Floats) -> tuple[Note, ...]:
    """Name the pairs of raters without a kappa: no unit in common, or nothing left beyond chance."""
    if ratings.n_raters <= 2:
        return ()
    patterns, _ = distinct(ratings)
    pairs, q = _overlapping(patterns.codes), patterns.n_categories
    tables = np.asarray(patterns.repeats @ _pair_rows(patterns)).reshape(-1, q, q)
    known = {pair for pair, kappa in zip(pairs, kappa_of_tables(tables, weights), strict=True) if np.isfinite(kappa)}
    lost = [
        f"{ratings.raters[j]} & {ratings.raters[k]}"
        for j, k in combinations(range(ratings.n_raters), 2)
        if (j, k) not in known
    ]
    return undefined_pairs_note(lost)
