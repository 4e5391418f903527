"""Intervals and tests for raters like these: the people, and in a difference the referee too, as draws of raters.

What is computed for these people says nothing of others. With few people the interval for others is wide, because few
people show little of how raters differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS, Estimate, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.jackknife import AT_THE_END, TINY, Jackknife
from agreement.intervals.quantiles import t_quantile
from agreement.result_notes import Note, NoteCode
from agreement.significance.difference_from_zero import student_p

FIXED, SAMPLE = "fixed", "sample"
POPULATIONS = {FIXED: THESE_RATERS, SAMPLE: RATERS_LIKE_THESE}
FEW_RATERS = 10
MOST_GROUPS = 40  # of raters left out together, where raters are more
TWO_WAY = "two-way jackknife-t over units and raters"
DIFFERENCE = "t over raters and jackknife-t over units, the wider"
ONE_MORE = "the referee is one more rater like these"
TOO_FEW = "raters as a sample need three people whose pairs share units, to show how raters differ"


def check_raters(raters: str) -> str:
    """Refuse what is neither "fixed" nor "sample", and return the population that it means."""
    if raters not in POPULATIONS:
        raise AgreementError(f"raters={raters!r}", "choose 'fixed' (these raters) or 'sample' (raters like these)")
    return POPULATIONS[raters]


def few_raters_note(n_raters: int) -> tuple[Note, ...]:
    """Say that what holds for raters like these rests on few raters, where it does."""
    if n_raters >= FEW_RATERS:
        return ()
    few = f"only {n_raters} raters: they show little of how raters like these differ, so intervals for such are wide"
    return (Note(few, NoteCode.FEW_RATERS),)


def variance_of_mean_over_raters(values: Floats) -> tuple[float, int]:
    """Return the variance of the mean of one number per rater, and how many are known."""
    known = values[np.isfinite(values)]
    return (float(known.var(ddof=1)) / len(known) if len(known) > 1 else float("nan")), len(known)


def variance_of_mean_over_pairs(pairs: Floats) -> tuple[float, int]:
    """Return the variance of the mean over pairs of raters, by leaving out raters, and how many raters are known.

    ``pairs`` (raters, raters) is symmetric, with NaN for pairs that share nothing and on the diagonal.
    """
    known = pairs[np.ix_(*2 * [np.isfinite(pairs).any(axis=1)])]
    n = len(known)
    if n < 3:
        return float("nan"), n
    whole, own, count = np.nansum(known), np.nansum(known, axis=1), np.isfinite(known).sum(axis=1)
    rest = np.isfinite(known).sum() - 2 * count
    if not rest.all():
        return float("nan"), n
    left = (whole - 2 * own) / rest
    return float((n - 1) / n * np.square(left - left.mean()).sum()), n


def variance_of_one_more_rater(pairs: Floats) -> tuple[float, int]:
    r"""Return the variance of "a further rater with these, less these among themselves", and the number of raters.

    With :math:`c_{jk} = \mu + a_j + a_k + e_{jk}` and :math:`A_j` the mean of rater j over the n − 1 others,
    ``S² (1 + 1/n) ((n − 1)/(n − 2))²``, S² the variance of the :math:`A_j`: that of :math:`a - \bar a` for a new rater,
    and no less than what the e add to it.
    """
    known = pairs[np.ix_(*2 * [np.isfinite(pairs).any(axis=1)])]
    n = len(known)
    if n < 3:
        return float("nan"), n
    of_rater = np.nanmean(known, axis=1)
    return float(of_rater.var(ddof=1)) * (1 + 1 / n) * ((n - 1) / (n - 2)) ** 2, n


def variance_without_raters(values: Floats, statistic: Callable[[Floats], float]) -> tuple[float, int]:
    """Return the variance over raters of a statistic of ratings (units, raters), by leaving out one rater at a time.

    Of more raters than ``MOST_GROUPS`` it leaves out random groups of them, and returns the number of groups.
    Units that are left with one rating leave as well; NaN with fewer than three raters, or where it is undefined.
    """
    n_raters = values.shape[1]
    if n_raters < 3:
        return float("nan"), n_raters
    n = min(n_raters, MOST_GROUPS)
    group = np.arange(n_raters) if n == n_raters else np.random.default_rng(0).permutation(np.arange(n_raters) % n)
    left = np.full(n, np.nan)
    for j in range(n):
        rest = values[:, group != j]
        several = np.count_nonzero(~np.isnan(rest), axis=1) >= 2
        left[j] = statistic(rest[several]) if several.any() else np.nan
    return float((n - 1) / n * np.square(left - left.mean()).sum()), n


def two_way_interval(
    found: Jackknife,
    by_raters: tuple[float, int],
    *,
    confidence: float = 0.95,
    bounds: tuple[float, float] | None = None,
) -> Interval:
    """Return the interval of a statistic for units and raters like these.

    The variances over units (``found``) and over raters are added, with Satterthwaite's degrees of freedom; what the
    two share, a rater's error on a unit, is counted twice, so the interval is careful. With bounds the limits are made
    on the atanh scale and stay inside.
    """
    if why := found.why_none():
        return Interval(method=TWO_WAY, reason=why)
    by_units = found.standard_error() ** 2, found.degrees_of_freedom()
    return _two_way(found.point, by_units, by_raters, confidence, bounds)


def two_way_of_estimate(
    whole: Estimate, by_raters: tuple[float, int], bounds: tuple[float, float] = (-1.0, 1.0)
) -> Estimate:
    """Return an estimate, whose standard error is over units, with the interval for units and raters like these."""
    free = (whole.n_units if whole.n_clusters is None else whole.n_clusters) - 1.0
    if whole.value is None or whole.standard_error is None or free < 1:
        return replace(whole, population=RATERS_LIKE_THESE, low=None, high=None)
    interval = _two_way(whole.value, (whole.standard_error**2, free), by_raters, whole.confidence, bounds)
    return replace(whole, population=RATERS_LIKE_THESE).with_interval(whole.value, interval)


def mean_over_pairs_for_like_raters(whole: Estimate) -> Estimate:
    """Return a mean over pairs of raters with the interval for raters like these; ``parts`` are the pairs in order."""
    n = int((1 + np.sqrt(1 + 8 * len(whole.parts))) / 2) if whole.parts else 2
    pairs: Floats = np.full((n, n), np.nan)
    for (j, k), part in zip(combinations(range(n), 2), whole.parts.values(), strict=False):
        pairs[j, k] = pairs[k, j] = np.nan if part.value is None else part.value
    return two_way_of_estimate(whole, variance_of_mean_over_pairs(pairs))


def _two_way(
    point: float,
    by_units: tuple[float, float],
    by_raters: tuple[float, int],
    confidence: float,
    bounds: tuple[float, float] | None,
) -> Interval:
    (units, units_freedom), (raters, n_raters) = by_units, by_raters
    if not np.isfinite(raters):
        return Interval(method=TWO_WAY, reason=TOO_FEW)
    error = float(np.sqrt(units + raters))
    if error < TINY:
        return Interval(method=TWO_WAY, standard_error=0.0, reason="neither units nor raters differ")
    free = error**4 / (units**2 / units_freedom + raters**2 / (n_raters - 1))
    reach, few = t_quantile(free, confidence) * error, few_raters_note(n_raters)
    if bounds is None:
        return Interval(point - reach, point + reach, TWO_WAY, error, notes=few)
    middle, half = (bounds[0] + bounds[1]) / 2, (bounds[1] - bounds[0]) / 2
    scaled = (point - middle) / half
    if abs(scaled) >= 1 - TINY:
        return Interval(method=TWO_WAY, standard_error=error, reason=AT_THE_END)
    z, step = np.arctanh(scaled), reach / half / (1 - scaled**2)
    low, high = (float(middle + half * np.tanh(z + side * step)) for side in (-1, 1))
    return Interval(low, high, TWO_WAY, error, notes=few)


def difference_for_like_raters(
    found: Jackknife, pairs: Floats, *, confidence: float = 0.95, bounds: tuple[float, float]
) -> tuple[Interval, HypothesisTest]:
    """Return interval and test of "referee with people less people with people", the referee a draw like the people.

    Under the hypothesis the difference varies as that of one more rater: t over the raters with one less degree of
    freedom than there are. Units alone are looked at too, and the larger p-value and the wider interval are taken.
    """
    variance, n = variance_of_one_more_rater(pairs)
    why = found.why_none("statistic") or (None if np.isfinite(variance) else TOO_FEW)
    error = float(np.sqrt(variance)) if why is None else 0.0
    if why is None and error < TINY:
        why = "every rater agrees equally well with the others"
    if why:
        return Interval(method=DIFFERENCE, reason=why), HypothesisTest(
            None, ONE_MORE, DIFFERENCE, reason=why, population=RATERS_LIKE_THESE
        )
    sides = [(error, n - 1.0)]
    if (by_units := found.standard_error()) >= TINY:
        sides.append((by_units, found.degrees_of_freedom()))
    reach = max(t_quantile(free, confidence) * se for se, free in sides)
    p, se, free = max((student_p(found.point, se, free), se, free) for se, free in sides)
    low, high = max(found.point - reach, bounds[0]), min(found.point + reach, bounds[1])
    test = HypothesisTest(
        p, ONE_MORE, DIFFERENCE, float(found.point / se), (float(free),), population=RATERS_LIKE_THESE
    )
    return Interval(float(low), float(high), DIFFERENCE, max(se for se, _ in sides), notes=few_raters_note(n)), test
