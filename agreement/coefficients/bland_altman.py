"""Bland and Altman's limits of agreement: the range in which differences of two raters mostly lie."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values, renumbered, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.quantiles import t_quantile
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_interval
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

PUBLISHED = "Bland & Altman"


@dataclass(frozen=True)
class BlandAltman(JsonFields):
    """Differences of two raters, second minus first.

    Attributes
    ----------
    mean, sd : Estimate
        Of the differences; sd with n − 1.
    low, high : Estimate
        Limits of agreement, mean ∓ multiple · sd.
    """

    mean: Estimate
    sd: Estimate
    low: Estimate
    high: Estimate
    multiple: float


def bland_altman(
    ratings: Ratings | ArrayLike,
    *,
    multiple: float = 1.96,
    interval: Literal["analytic", "jackknife"] | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> BlandAltman:
    r"""Return the limits of agreement of two raters, ``mean(d) ∓ multiple · sd(d)`` with d = second − first.

    The analytic intervals are Bland and Altman's: standard errors :math:`s/\sqrt n` of the mean and
    :math:`s \sqrt{1/n + m^2/(2(n-1))}` of the limits, with Student's t.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, 2)
        Units with both ratings enter.
    multiple : float, default 1.96
        Above 0; Bland and Altman's example rounds it to 2.
    interval : {"jackknife", "analytic"} or None, default "jackknife"
        By cluster, or published (independent units).
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95

    Returns
    -------
    BlandAltman

    References
    ----------
    J. M. Bland and D. G. Altman, The Lancet 327 (1986).

    Examples
    --------
    >>> found = bland_altman([[1, 2], [2, 2], [3, 5], [4, 3]], multiple=2)
    >>> found.mean.value, round(found.sd.value, 3), round(found.low.value, 3), round(found.high.value, 3)
    (0.5, 1.291, -2.082, 3.082)
    """
    check_confidence(confidence)
    check_interval(interval, ("jackknife", "analytic", None))
    if not isinstance(multiple, Real) or not 0 < multiple < np.inf:
        raise AgreementError(f"multiple={multiple!r}", "it says how many standard deviations the limits lie apart")
    values = rating_values(ratings)
    if values.shape[1] != 2:
        raise AgreementError(f"{values.shape[1]} raters", "limits of agreement compare two", "Choose two columns.")
    group = cluster_codes(cluster, ratings, len(values))
    if interval == "analytic" and group is not None:
        raise AgreementError("interval='analytic' with clusters", "it takes units as independent", "Use 'jackknife'.")
    both = ~np.isnan(values).any(axis=1)
    apart = values[both, 1] - values[both, 0]
    member = None if group is None else renumbered(group[both])
    n_clusters = None if member is None else int(member.max(initial=-1)) + 1
    blank = Estimate.undefined(
        f"{len(apart)} units with both ratings, and a standard deviation needs two",
        confidence=confidence,
        n_units=len(apart),
        n_raters=2,
        n_ratings=2 * len(apart),
        n_dropped=int((~np.isnan(values[~both])).sum()),
        n_clusters=n_clusters,
        notes=(*few_clusters_note(n_clusters), *unused_weights_note(ratings)),
    )
    if len(apart) < 2:
        return BlandAltman(blank, blank, blank, blank, multiple)
    found = []
    for of_mean, of_sd in ((1.0, 0.0), (0.0, 1.0), (1.0, -multiple), (1.0, multiple)):
        statistic = _combination(apart, np.arange(len(apart)) if member is None else member, of_mean, of_sd)
        if interval is None:
            limits = Interval()
        elif interval == "analytic":
            limits = _published(statistic.point, apart, (of_mean, of_sd), confidence)
        else:
            limits = plain_jackknife_t(statistic.jackknife(), confidence=confidence)
        found.append(blank.with_interval(statistic.point, limits))
    return BlandAltman(found[0], found[1], found[2], found[3], multiple)


def _combination(apart: Floats, member: Ints, of_mean: float, of_sd: float) -> StatisticOfSums:
    """Return ``of_mean · mean + of_sd · sd`` of the differences."""
    centre = apart.mean()  # squares of large numbers would cancel
    d = apart - centre

    def formula(sums: Floats) -> Floats:
        mean = of_mean * _mean(sums) if of_mean else 0.0
        return np.asarray((mean + of_sd * _sd(sums) if of_sd else mean) + centre * of_mean)

    return StatisticOfSums.by_group(np.stack([np.ones(len(d)), d, d * d], axis=1), member, formula)


def _published(point: float, apart: Floats, weights: tuple[float, float], confidence: float) -> Interval:
    n = len(apart)
    if np.ptp(apart) <= 1e-12 * np.abs(apart).max():
        alike = "all differences are alike, so there is no spread to go by"
        return Interval(method=PUBLISHED, standard_error=0.0, reason=alike)
    error = float(apart.std(ddof=1) * np.sqrt(weights[0] ** 2 / n + weights[1] ** 2 / (2 * (n - 1))))
    reach = t_quantile(n - 1, confidence) * error
    return Interval(point - reach, point + reach, PUBLISHED, error)


def _mean(total: Floats) -> Floats:
    return np.asarray(total[..., 1] / total[..., 0])


def _sd(total: Floats) -> Floats:
    n, d, squares = (total[..., i] for i in range(3))
    return np.asarray(np.sqrt(np.maximum(squares - d * d / n, 0) / (n - 1)))
