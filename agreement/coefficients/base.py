"""From ratings to an Estimate: what all coefficients share once each has said its statistics and its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.confidence_intervals import (
    FEW_CLUSTERS,
    Interval,
    Totals,
    bca,
    bootstrap,
    jackknife_t,
    percentile,
)
from agreement.intervals.pigeonhole import pigeonhole
from agreement.intervals.rating_patterns import Patterns, distinct, membership
from agreement.options import Keywords, Options
from agreement.ratings import Ratings

__all__ = ["Coefficient", "Keywords", "Options", "Statistics", "estimate", "filled", "resampled", "totals_of"]

Statistics = tuple[Any, Callable[[Floats], Floats]]


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
    rows = membership(ratings, inverse, len(patterns.repeats), sparse=hasattr(rows, "tocsr")) @ rows
    return _contributed(rows, np.ones(rows.shape[0]), value), patterns


def _contributed(rows: Any, repeats: Floats, value: Callable[[Floats], Floats]) -> Totals:
    """Leave out groups that contribute nothing: they would only pretend to be more data."""
    kept = np.flatnonzero(np.asarray(abs(rows).sum(axis=1)).ravel())
    return Totals(rows[kept], repeats[kept], value) if len(kept) < len(repeats) else Totals(rows, repeats, value)


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
