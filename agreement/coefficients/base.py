"""From ratings to an Estimate: what all coefficients share once each has said its rows and its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from agreement.arrays import Floats
from agreement.coefficients.chance import why_undefined
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, Estimate, Interval
from agreement.intervals.bootstrap import bca, bootstrap, percentile
from agreement.intervals.jackknife import TINY, jackknife_t
from agreement.intervals.perfect_agreement import no_agreement, perfect_agreement
from agreement.intervals.pigeonhole import pigeonhole
from agreement.intervals.published_standard_errors import Published
from agreement.intervals.rating_patterns import Patterns, distinct, membership
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.options import Options
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note, lone_ratings_note, lopsided_clusters_note, rare_category_note

ALL_RATED = "every unit of the population was rated, so the value is the population's own"


def luck_of_shares(shares: Floats) -> float:
    """Return how often two raters choose one category who guess with the shares of all ratings (q,)."""
    return float(shares @ shares)


def estimate(
    ratings: Ratings,
    options: Options,
    *,
    rows: Callable[[Patterns], Any],
    formula: Callable[[Floats, Patterns], Floats],
    anonymous: bool = True,
    bounds: tuple[float, float] = (-1.0, 1.0),
    enters_from: int = 2,
    analytic: Published | None = None,
    luck: Callable[[Floats], float] | None = luck_of_shares,
    margins_matter: bool = True,
) -> Estimate:
    """Return a coefficient of ratings with the interval that the options ask for.

    ``rows`` maps patterns of ratings to what each contributes (P, p), ``formula`` sums of them (…, p) to the value
    (…), NaN where undefined. ``anonymous``: patterns that differ only in who gave which rating have equal rows.
    ``enters_from``: ratings from which a unit enters, 1 where single ratings count in the category shares. ``luck``
    maps category shares (q,) to how often raters who guess agree, None where 1 is not agreement of all.
    ``margins_matter`` where rare categories make the coefficient unsteady.
    """
    patterns, inverse = distinct(ratings, anonymous=anonymous)
    enters = (patterns.size >= enters_from).astype(float)
    given = rows(patterns)
    of_groups = None
    if inverse is not None:
        of_groups = membership(ratings, inverse, len(patterns.repeats), sparse=hasattr(given, "tocsr"))
    statistic = _of_groups(patterns, of_groups, given, enters, lambda sums: formula(sums, patterns))
    counted = _counted(ratings, patterns, enters_from, options.confidence)
    if not len(statistic.repeats) or not np.isfinite(statistic.point):
        return replace(counted, reason=why_undefined(ratings))
    unsampled = options.unsampled(counted.n_units)
    exact = _exact(statistic, patterns, options, luck, unsampled, bounds[0])
    if exact is not None:
        interval = exact
    elif options.interval == "analytic":
        interval = _published(analytic, ratings, statistic.point, options.confidence)
        interval = of_finite_population(interval, statistic.point, unsampled)
    elif options.interval == "pigeonhole":
        values = pigeonhole(rows, formula, ratings, n_resamples=options.n_resamples, seed=options.seed)
        interval = percentile(values, confidence=options.confidence, method="pigeonhole bootstrap percentile")
        counted = replace(counted, population=RATERS_LIKE_THESE)
    else:
        interval = resampled_interval(statistic, options, bounds, unsampled)
    if options.interval and margins_matter:
        counted = replace(counted, notes=(*counted.notes, *_rare(ratings, patterns, of_groups, enters)))
    return with_groups(counted, statistic, interval, clustered=ratings.cluster is not None)


def _exact(
    statistic: StatisticOfSums,
    patterns: Patterns,
    options: Options,
    luck: Callable[[Floats], float] | None,
    unsampled: float,
    lowest: float,
) -> Interval | None:
    """Return what is known without any scatter: all units were rated, or raters agree (or disagree) in all groups."""
    if options.interval and unsampled == 0:
        return Interval(reason=ALL_RATED)
    if options.interval not in ("jackknife", "bootstrap", "bca") or luck is None:
        return None
    if statistic.point > 1 - TINY:
        chance = luck(_shares(patterns))
        return perfect_agreement(statistic.n_groups, chance, confidence=options.confidence, lowest=max(lowest, -1.0))
    if lowest == 0 and statistic.point < TINY:
        return no_agreement(statistic.n_groups, confidence=options.confidence)
    return None


def _of_groups(
    patterns: Patterns, of_groups: Any, rows: Any, enters: Floats, formula: Callable[[Floats], Floats]
) -> StatisticOfSums:
    """Contributions of independent groups; one that contributes nothing would only pretend to be more data."""
    repeats, size = patterns.repeats, None
    if of_groups is not None:
        rows, size = of_groups @ rows, np.asarray(of_groups @ enters)
        repeats = np.ones(rows.shape[0])
    kept = np.flatnonzero(np.asarray(abs(rows).sum(axis=1)).ravel())
    if len(kept) < len(repeats):
        rows, repeats, size = rows[kept], repeats[kept], None if size is None else size[kept]
    return StatisticOfSums(rows, repeats, formula, size)


def _shares(patterns: Patterns) -> Floats:
    given = patterns.repeats @ patterns.counts
    return np.asarray(given / given.sum())


def _rare(ratings: Ratings, patterns: Patterns, of_groups: Any, enters: Floats) -> tuple[str, ...]:
    """Say that nearly every rating is one category: groups with another rating are few."""
    usual = int(np.argmax(patterns.repeats @ patterns.counts))
    other = ((patterns.size > patterns.counts[:, usual]) * enters).astype(float)
    if of_groups is None:
        n_other, n = int(patterns.repeats @ other), int(patterns.repeats @ enters)
    else:
        n_other, n = (int(np.count_nonzero(of_groups @ flag)) for flag in (other, enters))
    what = "units" if ratings.cluster is None else "clusters"
    return rare_category_note(n_other, n, str(ratings.scale[usual]), what=what)


def resampled_interval(
    statistic: StatisticOfSums, options: Options, bounds: tuple[float, float] = (-1.0, 1.0), unsampled: float = 1.0
) -> Interval:
    """Return the interval that needs only the groups: jackknife-t, percentile or BCa bootstrap, or none."""
    if options.interval is None:
        return Interval()
    if options.interval == "jackknife":
        left = statistic.jackknife()
        return jackknife_t(left, confidence=options.confidence, bounds=bounds, unsampled=unsampled)
    values = bootstrap(statistic, n_resamples=options.n_resamples, seed=options.seed)
    if options.interval == "bca":
        return bca(values, statistic.jackknife(), confidence=options.confidence)
    return percentile(values, confidence=options.confidence)


def with_groups(counted: Estimate, statistic: StatisticOfSums, interval: Interval, *, clustered: bool) -> Estimate:
    """Return the estimate with value, interval and number of clusters; few groups are noted beside an interval."""
    n, what = statistic.n_groups, "clusters" if clustered else "units"
    notes: tuple[str, ...] = ()
    if interval.method != "none":
        lopsided = lopsided_clusters_note(statistic.size) if clustered else ()
        notes = (*few_clusters_note(n, what=what), *lopsided)
    return replace(counted, n_clusters=n if clustered else None).with_interval(statistic.point, interval, notes=notes)


def _counted(ratings: Ratings, patterns: Patterns, enters_from: int, confidence: float) -> Estimate:
    enters = (patterns.size >= enters_from).astype(float)
    given = patterns.repeats * patterns.size
    n_ratings = int(given @ enters)
    lone = int(given.sum()) - n_ratings
    notes: list[str] = [*lone_ratings_note(lone)]
    single = int(patterns.repeats @ (patterns.size == 1).astype(float)) if enters_from == 1 else 0
    if single:
        notes.append(f"{single} unit(s) with one rating enter the category shares only")
    if ratings.n_dropped:
        notes.append(f"{ratings.n_dropped} row(s) held no rating")
    return Estimate.undefined(
        "not yet computed",
        confidence=confidence,
        n_units=int(patterns.repeats @ enters),
        n_raters=ratings.n_raters,
        n_ratings=n_ratings,
        n_dropped=lone + ratings.n_dropped,
        notes=tuple(notes),
    )


def of_finite_population(interval: Interval, value: float, unsampled: float) -> Interval:
    """Narrow limits of ``value ± reach`` by the root of the share of units that were not rated."""
    if interval.low is None or interval.high is None or interval.standard_error is None or unsampled == 1:
        return interval
    reach = max(value - interval.low, interval.high - value) * unsampled**0.5  # an end of the range may cut off one
    low, high = max(value - reach, interval.low), min(value + reach, interval.high)
    return replace(interval, low=low, high=high, standard_error=interval.standard_error * unsampled**0.5)


def _published(published: Published | None, ratings: Ratings, point: float, confidence: float) -> Interval:
    if published is None:
        raise AgreementError("interval='analytic'", "no standard error is published for this", "Use 'jackknife'.")
    if ratings.cluster is not None or ratings.weight is not None:
        raise AgreementError(
            "interval='analytic' with clusters or weights",
            "the published standard errors take units as independent and equal",
            "Use interval='jackknife' or 'bootstrap'.",
        )
    return published(ratings, point, confidence)
