"""Bland and Altman's limits of agreement: the range in which differences of two raters mostly lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.confidence_intervals import Interval, Totals, by_cluster
from agreement.intervals.jackknife import plain_jackknife
from agreement.ratings import Ratings
from agreement.score_inputs import (
    check_confidence,
    cluster_codes,
    few_clusters_note,
    rating_values,
    unused_weights_note,
)

Floats = NDArray[np.float64]
PUBLISHED = "Bland & Altman"


@dataclass(frozen=True)
class BlandAltman:
    """Differences of two raters, second minus first.

    Attributes
    ----------
    mean, sd : Estimate
        Of the differences; sd with n − 1.
    low, high : Estimate
        Limits of agreement, mean ∓ multiple · sd.
    multiple : float
    """

    mean: Estimate
    sd: Estimate
    low: Estimate
    high: Estimate
    multiple: float

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names of the fields."""
        estimates = {name: getattr(self, name).to_json() for name in ("mean", "sd", "low", "high")}
        return {**estimates, "multiple": self.multiple}


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
    if interval not in ("analytic", "jackknife", None):
        raise AgreementError(f"interval={interval!r}", "choose 'jackknife', 'analytic' or None")
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
    member = None if group is None else np.unique(group[both], return_inverse=True)[1].reshape(-1)
    few = () if member is None else few_clusters_note(int(member.max(initial=-1)) + 1)
    blank = Estimate(
        None,
        None,
        None,
        confidence=confidence,
        n_units=len(apart),
        n_raters=2,
        n_ratings=2 * len(apart),
        n_dropped=int((~np.isnan(values[~both])).sum()),
        n_clusters=None if member is None else int(member.max(initial=-1)) + 1,
        reason=f"{len(apart)} units with both ratings, and a standard deviation needs two",
        notes=(*few, *unused_weights_note(ratings)),
    )
    if len(apart) < 2:
        return BlandAltman(blank, blank, blank, blank, multiple)
    forms: list[Callable[[Floats], Floats]] = [
        _mean,
        _sd,
        lambda t: _mean(t) - multiple * _sd(t),
        lambda t: _mean(t) + multiple * _sd(t),
    ]
    weights = (1.0, 0.0), (0.0, 1.0), (1.0, multiple), (1.0, multiple)
    found = [_estimate(blank, apart, member, f, w, interval, confidence) for f, w in zip(forms, weights, strict=True)]
    return BlandAltman(found[0], found[1], found[2], found[3], multiple)


def _estimate(
    blank: Estimate,
    apart: Floats,
    member: NDArray[np.intp] | None,
    value: Callable[[Floats], Floats],
    weights: tuple[float, float],
    interval: str | None,
    confidence: float,
) -> Estimate:
    groups = np.arange(len(apart)) if member is None else member
    n_groups = int(groups.max()) + 1
    centre = apart.mean()  # squares of large numbers would cancel
    d = apart - centre
    rows = np.stack([np.ones(len(d)), d, d * d], axis=1)
    shift = centre * weights[0]
    totals = Totals(by_cluster(rows, groups, n_groups), np.ones(n_groups), lambda t: value(t) + shift)
    point = totals.point()
    if interval is None:
        made = Interval(None, None, "none")
    elif interval == "analytic":
        made = _published(point, apart, weights, confidence)
    else:
        made = plain_jackknife(totals, confidence=confidence)
    return replace(
        blank,
        value=point,
        low=made.low,
        high=made.high,
        method=made.method,
        standard_error=made.standard_error,
        reason=made.reason,
    )


def _published(point: float, apart: Floats, weights: tuple[float, float], confidence: float) -> Interval:
    from scipy.special import stdtrit

    n = len(apart)
    if np.ptp(apart) <= 1e-12 * np.abs(apart).max():
        return Interval(None, None, PUBLISHED, 0.0, reason="all differences are alike, so there is no spread to go by")
    error = float(apart.std(ddof=1) * np.sqrt(weights[0] ** 2 / n + weights[1] ** 2 / (2 * (n - 1))))
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * error
    return Interval(point - reach, point + reach, PUBLISHED, error)


def _mean(total: Floats) -> Floats:
    return np.asarray(total[..., 1] / total[..., 0])


def _sd(total: Floats) -> Floats:
    n, d, squares = (total[..., i] for i in range(3))
    return np.asarray(np.sqrt(np.maximum(squares - d * d / n, 0) / (n - 1)))
