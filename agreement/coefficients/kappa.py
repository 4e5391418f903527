"""Kappa with rater-specific chance: Cohen's for pairs, Light's mean over pairs, Conger's for all raters at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Codes, Floats, Ints
from agreement.coefficients.base import Coefficient, Keywords, Options, Statistics, estimate
from agreement.coefficients.chance import beyond_chance, checked_weights, observed_rows, ratio, why_undefined
from agreement.coefficients.weights import Weights
from agreement.comparison.cross_tables import counted, margins, weighted
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.published_standard_errors import conger_interval, kappa_interval
from agreement.intervals.rating_patterns import Patterns, distinct
from agreement.ratings import Ratings, as_ratings


def kappa_of_tables(tables: Floats, weights: Floats) -> Floats:
    """Return Cohen's kappa of cross-tables, NaN where undefined.

    Parameters
    ----------
    tables : ndarray of shape (…, q, q)
        Counts or sums of weights.
    weights : ndarray of shape (q, q)

    Returns
    -------
    ndarray of shape (…)

    Examples
    --------
    >>> kappa_of_tables(np.array([[40.0, 9.0], [6.0, 45.0]]), np.eye(2)).round(4).item()
    0.6995
    """
    n = counted(tables)
    first, second = margins(tables)
    observed = ratio(weighted(tables, weights), n)
    expected = ratio(np.einsum("...q,...q->...", first @ weights, second), np.square(n))
    return beyond_chance(observed, expected)


def cohen_kappa(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Cohen's kappa, for more than two raters the mean over pairs with the pairs in ``parts``.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum_{kl} w_{kl} p_{kl},
              \quad p_e = \sum_{kl} w_{kl} p_{k+} p_{+l}

    Each pair is computed on the units that both have rated. ``interval="analytic"`` (two raters) is that of Fleiss,
    Cohen and Everitt (1969).

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        NaN in an array marks a missing rating.
    weights : {"linear", "quadratic", …}, matrix or None, default None
        None is unweighted; see :func:`agreement.agreement_weights`. An array needs ``scale=`` for weights.
    **options
        See :class:`agreement.options.Options`.

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
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    matrix = checked_weights(read, weights)
    _need_raters(read, "cohen_kappa")
    whole = _mean_over_pairs(read, matrix, chosen)
    if read.n_raters <= 2:
        return whole
    return replace(whole, parts=_each_pair(read, matrix, chosen))


def light_kappa(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Light's kappa: the mean of Cohen's kappa over all pairs of raters.

    .. math:: \kappa_L = \binom{r}{2}^{-1} \sum_{g<h} \kappa_{gh}

    Pairs for which kappa is undefined are left out and named in the notes.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    **options
        See :class:`agreement.options.Options`.

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
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    _need_raters(read, "light_kappa")
    return _mean_over_pairs(read, checked_weights(read, weights), chosen)


def conger_kappa(ratings: Ratings | ArrayLike, *, weights: Weights = None, **options: Unpack[Keywords]) -> Estimate:
    r"""Return Conger's kappa for several raters, which is Cohen's for two.

    .. math:: p_e = \frac{1}{r(r-1)} \sum_{g \ne h} \sum_{kl} w_{kl} \, p_{gk} p_{hl},
              \quad p_{gk} = \text{share of } k \text{ among the ratings of } g

    Observed agreement is that of :func:`agreement.percent_agreement`. ``interval="analytic"`` uses Gwet's standard
    error.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    weights : {"linear", "quadratic", …}, matrix or None, default None
        See :func:`agreement.agreement_weights`.
    **options
        See :class:`agreement.options.Options`.

    Returns
    -------
    Estimate

    References
    ----------
    A. J. Conger, Psychological Bulletin 88 (1980); missing ratings after Gwet (2014).

    Examples
    --------
    Observed 0.75, expected 0.5:

    >>> conger_kappa([[1, 1], [1, 0], [0, 0], [0, 0]], interval=None).value
    0.5
    """
    chosen = Options(**options)
    read = as_ratings(ratings, scale=chosen.scale, cluster=chosen.cluster)
    _need_raters(read, "conger_kappa")
    matrix = checked_weights(read, weights)
    made = Coefficient(_conger(matrix), why_undefined, anonymous=False, enters_from=1, analytic=conger_interval(matrix))
    return estimate(made, read, chosen)


def _need_raters(ratings: Ratings, name: str) -> None:
    if not ratings.identified:
        raise AgreementError(
            f"{name} on counts", "it compares named raters, and counts do not say who rated", "Use fleiss_kappa."
        )


def _mean_over_pairs(ratings: Ratings, weights: Floats, options: Options) -> Estimate:
    if options.interval == "analytic" and ratings.n_raters > 2:
        raise AgreementError(
            f"interval='analytic' with {ratings.n_raters} raters",
            "the published standard error is for two",
            "Use interval='jackknife'.",
        )
    made = Coefficient(_pairs(weights), why_undefined, anonymous=False, analytic=kappa_interval(weights))
    result = estimate(made, ratings, options)
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


def _pairs(weights: Floats) -> Callable[[Patterns], Statistics]:
    """Return the builder whose rows hold, pair by pair, the cell of the cross-table that a pattern falls into."""

    def build(patterns: Patterns) -> Statistics:
        q = patterns.n_categories
        pairs = _overlapping(patterns.codes)
        drawn = np.array([patterns.rater_weight[j] * patterns.rater_weight[k] for j, k in pairs])

        def value(total: Floats) -> Floats:
            kappas = kappa_of_tables(total.reshape(*total.shape[:-1], len(pairs), q, q), weights)
            known = np.isfinite(kappas) * drawn
            return ratio((np.nan_to_num(kappas) * known).sum(axis=-1), known.sum(axis=-1))

        return _one_hot(patterns, pairs), value

    return build


def _one_hot(patterns: Patterns, pairs: list[tuple[int, int]]) -> Any:
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


def _undefined_pairs(ratings: Ratings, weights: Floats) -> tuple[str, ...]:
    """Name the pairs of raters without a kappa: no unit in common, or nothing left beyond chance."""
    if ratings.n_raters <= 2:
        return ()
    patterns, _ = distinct(ratings)
    pairs, q = _overlapping(patterns.codes), patterns.n_categories
    tables = np.asarray(patterns.repeats @ _one_hot(patterns, pairs)).reshape(-1, q, q)
    known = {pair for pair, kappa in zip(pairs, kappa_of_tables(tables, weights), strict=True) if np.isfinite(kappa)}
    lost = [
        f"{ratings.raters[j]} & {ratings.raters[k]}"
        for j, k in combinations(range(ratings.n_raters), 2)
        if (j, k) not in known
    ]
    more = "" if len(lost) <= 10 else " …"
    return (f"undefined for {len(lost)} pair(s) of raters, left out: {', '.join(lost[:10])}{more}",) if lost else ()


def _conger(weights: Floats) -> Callable[[Patterns], Statistics]:
    def build(patterns: Patterns) -> Statistics:
        q, drawn = patterns.n_categories, patterns.rater_weight

        def value(total: Floats) -> Floats:
            given = total[..., 2:].reshape(*total.shape[:-1], len(drawn), q)
            n = given.sum(axis=-1, keepdims=True)
            shares = np.nan_to_num(ratio(given, n))
            active = drawn * (n[..., 0] > 0)
            mixed = (active[..., None] * shares).sum(axis=-2)
            self_pairs = (np.square(active) * ((shares @ weights) * shares).sum(axis=-1)).sum(axis=-1)
            every = ((mixed @ weights) * mixed).sum(axis=-1) - self_pairs
            expected = ratio(every, np.square(active.sum(axis=-1)) - np.square(active).sum(axis=-1))
            return beyond_chance(ratio(total[..., 0], total[..., 1]), expected)

        hits = (patterns.codes[:, :, None] == np.arange(q)).reshape(len(patterns.codes), -1)
        return np.concatenate([observed_rows(patterns, weights), hits], axis=1), value

    return build
