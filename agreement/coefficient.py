"""From ratings to an Estimate: what all coefficients share once each has said its statistics and its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.patterns import Keys, Patterns, distinct
from agreement.ratings import Ratings
from agreement.resample import FEW_CLUSTERS, Interval, Totals, bca, bootstrap, draw, jackknife_t, percentile

Floats = NDArray[np.float64]
IntervalName = Literal["jackknife", "bootstrap", "bca", "pigeonhole", "analytic"]
DENSE = 1 << 20  # a table of clusters × patterns up to this size is held whole
Statistics = tuple[Any, Callable[[Floats], Floats]]
INTERVALS = ("jackknife", "bootstrap", "bca", "pigeonhole", "analytic", None)


class Keywords(TypedDict, total=False):
    """Keyword-only options that every coefficient takes; :class:`Options` documents them."""

    scale: Any
    interval: IntervalName | None
    cluster: ArrayLike | None
    confidence: float
    n_resamples: int
    seed: int


@dataclass(frozen=True)
class Options:
    """How to make the interval.

    Parameters
    ----------
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t on the atanh scale; percentile or BCa bootstrap; bootstrap of units (or clusters) and raters at once
        (pigeonhole; Owen 2007); the published standard error; or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent, for instance the video of each unit; by default the clusters of the Ratings, else
        the units.
    confidence : float, default 0.95
    n_resamples : int, default 2000
    seed : int, default 0
    """

    scale: Any = None
    interval: IntervalName | None = "jackknife"
    cluster: ArrayLike | None = None
    confidence: float = 0.95
    n_resamples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.interval not in INTERVALS:
            raise AgreementError(f"interval={self.interval!r}", f"choose one of {', '.join(map(repr, INTERVALS))}")
        if not 0 < self.confidence < 1:
            raise AgreementError(f"confidence={self.confidence}", "it is a share between 0 and 1, such as 0.95")
        if self.n_resamples < 2:
            raise AgreementError(f"n_resamples={self.n_resamples}", "a bootstrap needs many, 2000 for a paper")


@dataclass(frozen=True, eq=False)
class Coefficient:
    """A coefficient as statistics per pattern and a formula of their totals.

    Parameters
    ----------
    build : callable
        Maps Patterns to (rows of shape (P, p), value function of totals (…, p)).
    undefined : callable
        Maps Ratings to the reason why the value is undefined.
    anonymous : bool
        Whether patterns that differ only in who gave which rating have equal rows.
    bounds : (float, float)
        Range of the coefficient, for the transformation of the jackknife.
    enters_from : int, default 2
        Number of ratings from which a unit enters: 1 where single ratings count in the category shares.
    analytic : callable, optional
        Maps (Ratings, value, confidence) to the published interval.
    """

    build: Callable[[Patterns], Statistics]
    undefined: Callable[[Ratings], str]
    anonymous: bool = True
    bounds: tuple[float, float] = (-1.0, 1.0)
    enters_from: int = 2
    analytic: Callable[[Ratings, float, float], Interval] | None = None


def totals_of(coefficient: Coefficient, ratings: Ratings) -> tuple[Totals, Patterns]:
    """Return the contributions of the independent groups of ``ratings`` to a coefficient, and the patterns behind them.

    Groups that contribute nothing, such as a unit with one rating, are left out.

    Parameters
    ----------
    coefficient : Coefficient
    ratings : Ratings

    Returns
    -------
    totals : Totals
    patterns : Patterns
    """
    patterns, inverse = distinct(ratings, anonymous=coefficient.anonymous)
    rows, value = coefficient.build(patterns)
    if inverse is None:
        return _contributed(rows, patterns.repeats, value), patterns
    rows = _membership(ratings, inverse, len(patterns.repeats), sparse=hasattr(rows, "tocsr")) @ rows
    return _contributed(rows, np.ones(rows.shape[0]), value), patterns


def _contributed(rows: Any, repeats: Floats, value: Callable[[Floats], Floats]) -> Totals:
    """Leave out groups that contribute nothing: they would only pretend to be more data."""
    kept = np.flatnonzero(np.asarray(abs(rows).sum(axis=1)).ravel())
    return Totals(rows[kept], repeats[kept], value) if len(kept) < len(repeats) else Totals(rows, repeats, value)


def _membership(ratings: Ratings, inverse: Keys, n_patterns: int, *, sparse: bool) -> Any:
    """Return how often (or with which weight) each cluster holds each pattern, shape (G, P)."""
    cluster = np.arange(ratings.n_units) if ratings.cluster is None else ratings.cluster
    n_clusters = int(cluster.max()) + 1
    if not sparse and n_clusters * n_patterns <= DENSE:
        cell = cluster * n_patterns
        cell += inverse
        table = np.bincount(cell, weights=ratings.weight, minlength=n_clusters * n_patterns)
        return table.reshape(n_clusters, n_patterns).astype(float)
    from scipy.sparse import coo_array

    weight = np.ones(len(inverse)) if ratings.weight is None else ratings.weight
    return coo_array((weight, (cluster, inverse)), shape=(n_clusters, n_patterns)).tocsr()


def estimate(coefficient: Coefficient, ratings: Ratings, options: Options) -> Estimate:
    """Return a coefficient of ``ratings`` with the interval that ``options`` ask for.

    Parameters
    ----------
    coefficient : Coefficient
    ratings : Ratings
        With the clusters of the call.
    options : Options

    Returns
    -------
    Estimate
    """
    totals, patterns = totals_of(coefficient, ratings)
    point = totals.point() if len(totals.repeats) else float("nan")
    counted = _counted(ratings, patterns, coefficient.enters_from)
    if not np.isfinite(point):
        return replace(counted, reason=coefficient.undefined(ratings), confidence=options.confidence)
    interval = _interval(coefficient, totals, ratings, point, options)
    return filled(counted, totals, interval, options, clustered=ratings.cluster is not None)


def filled(counted: Estimate, totals: Totals, interval: Interval, options: Options, *, clustered: bool) -> Estimate:
    """Return an estimate that so far holds only its numbers of units and ratings, with its value and interval.

    Parameters
    ----------
    counted : Estimate
    totals : Totals
    interval : Interval
    options : Options
    clustered : bool
        Whether the groups of the totals are clusters rather than units.

    Returns
    -------
    Estimate
    """
    n_clusters = totals.n_groups if clustered else None
    return replace(
        counted,
        value=totals.point(),
        low=interval.low,
        high=interval.high,
        method=interval.method,
        confidence=options.confidence,
        n_clusters=n_clusters,
        reason=interval.reason,
        standard_error=interval.standard_error,
        notes=(*counted.notes, *interval.notes, *_few(totals.n_groups, n_clusters, options)),
    )


def _counted(ratings: Ratings, patterns: Patterns, enters_from: int) -> Estimate:
    enters = (patterns.size >= enters_from).astype(float)
    given = patterns.repeats * patterns.size
    n_ratings = int(given @ enters)
    lone = int(given.sum()) - n_ratings
    notes = []
    if lone:
        notes.append(f"{lone} rating(s) could not be compared with another of the same unit and did not enter")
    single = int(patterns.repeats @ (patterns.size == 1).astype(float)) if enters_from == 1 else 0
    if single:
        notes.append(f"{single} unit(s) with one rating enter the category shares only")
    if ratings.n_dropped:
        notes.append(f"{ratings.n_dropped} row(s) held no rating")
    return Estimate(
        None,
        None,
        None,
        n_units=int(patterns.repeats @ enters),
        n_raters=ratings.n_raters,
        n_ratings=n_ratings,
        n_dropped=lone + ratings.n_dropped,
        reason="not yet computed",
        notes=tuple(notes),
    )


def _few(n_groups: int, n_clusters: int | None, options: Options) -> tuple[str, ...]:
    if options.interval is None or n_groups >= FEW_CLUSTERS:
        return ()
    what = "units" if n_clusters is None else "clusters"
    return (f"only {n_groups} {what}: intervals from fewer than {FEW_CLUSTERS} are rough",)


def _interval(coefficient: Coefficient, totals: Totals, ratings: Ratings, point: float, options: Options) -> Interval:
    confidence = options.confidence
    if options.interval == "analytic":
        return _published(coefficient, ratings, point, confidence)
    if options.interval == "pigeonhole":
        values = pigeonhole(coefficient, ratings, n_resamples=options.n_resamples, seed=options.seed)
        return percentile(values, confidence=confidence, method="pigeonhole bootstrap percentile")
    return resampled(totals, options, coefficient.bounds)


def resampled(totals: Totals, options: Options, bounds: tuple[float, float] = (-1.0, 1.0)) -> Interval:
    """Return the interval that needs only the totals: jackknife-t, percentile or BCa bootstrap, or none.

    Parameters
    ----------
    totals : Totals
    options : Options
    bounds : (float, float), default (−1, 1)
        Range of the statistic.

    Returns
    -------
    Interval
    """
    confidence = options.confidence
    if options.interval is None:
        return Interval(None, None, "none")
    if options.interval == "jackknife":
        return jackknife_t(totals, confidence=confidence, bounds=bounds)
    values = bootstrap(totals, n_resamples=options.n_resamples, seed=options.seed)
    if options.interval == "bca":
        return bca(values, totals, confidence=confidence)
    return percentile(values, confidence=confidence)


def _published(coefficient: Coefficient, ratings: Ratings, point: float, confidence: float) -> Interval:
    if coefficient.analytic is None:
        raise AgreementError("interval='analytic'", "no standard error is published for this", "Use 'jackknife'.")
    if ratings.cluster is not None or ratings.weight is not None:
        raise AgreementError(
            "interval='analytic' with clusters or weights",
            "the published standard errors take units as independent and equal",
            "Use interval='jackknife' or 'bootstrap'.",
        )
    return coefficient.analytic(ratings, point, confidence)


def pigeonhole(coefficient: Coefficient, ratings: Ratings, *, n_resamples: int = 2000, seed: int = 0) -> Floats:
    """Return a coefficient of resamples of units (or clusters) and of raters, drawn independently.

    A rating weighs the product of its unit's and its rater's draws. A rater drawn twice is never compared with herself.

    Parameters
    ----------
    coefficient : Coefficient
    ratings : Ratings
        With known raters.
    n_resamples : int, default 2000
    seed : int, default 0

    Returns
    -------
    ndarray of shape (n_resamples,)
        NaN where a resample leaves the coefficient undefined, for instance when it holds a single rater.

    References
    ----------
    A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007).
    """
    if not ratings.identified:
        raise AgreementError("interval='pigeonhole' on counts", "it resamples raters, and counts do not say who rated")
    rng = np.random.default_rng(seed)
    patterns, inverse = distinct(ratings)
    if inverse is None:
        member, groups = None, patterns.repeats
    else:
        member = _membership(ratings, inverse, len(patterns.repeats), sparse=True)
        groups = np.ones(member.shape[0])
    values = np.full(n_resamples, np.nan)
    for b in range(n_resamples):
        raters = draw(rng, np.ones(ratings.n_raters), 1)[0]
        units = draw(rng, groups, 1)[0]
        if np.count_nonzero(raters) >= 2:
            rows, value = coefficient.build(patterns.with_raters(raters))
            values[b] = value(np.asarray((units if member is None else units @ member) @ rows)[None, :])[0]
    return values
