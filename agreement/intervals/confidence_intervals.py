"""Intervals from resampling: jackknife-t, percentile and BCa bootstrap, for any statistic of totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agreement.arrays import Floats
from agreement.intervals.bootstrap import Totals, bootstrap, by_cluster
from agreement.intervals.bootstrap_weights import draw

__all__ = ["FEW_CLUSTERS", "Interval", "Totals", "bca", "bootstrap", "by_cluster", "draw", "jackknife_t", "percentile"]

FEW_CLUSTERS = 30
TINY = 1e-12  # closer than this to the end of the range, or to no spread at all, is rounding
UNDEFINED_SHARE = 0.5  # an interval made from less than half of its resamples is not one


@dataclass(frozen=True)
class Interval:
    """Limits, or the reason why there are none.

    Parameters
    ----------
    low, high : float or None
    method : str
    standard_error : float or None
    reason : str or None
    notes : tuple of str
    """

    low: float | None
    high: float | None
    method: str
    standard_error: float | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()


def jackknife_t(totals: Totals, *, confidence: float = 0.95, bounds: tuple[float, float] = (-1.0, 1.0)) -> Interval:
    """Return the jackknife interval with Student's t, on the atanh scale.

    The statistic is mapped from ``bounds`` to (−1, 1) and through atanh; with z_g the value without group g and z̄ their
    mean, the limits are ``G z − (G − 1) z̄ ± t(G − 1) se``, ``se² = (G − 1)/G Σ (z_g − z̄)²``, mapped back: the mean of
    the jackknife's pseudo-values, which takes out bias of order 1/G, and their standard error. A bias larger than se
    is not taken out but noted.
    Where leaving out one group reaches a bound, se is taken on the plain scale and carried over by the delta method,
    around z; a statistic below its bounds is not transformed.

    Parameters
    ----------
    totals : Totals
    confidence : float, default 0.95
    bounds : (float, float), default (−1, 1)
        Range of the statistic.

    Returns
    -------
    Interval

    References
    ----------
    J. W. Tukey, "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics 29 (1958);
    B. Efron, *The Jackknife, the Bootstrap and Other Resampling Plans* (1982), chapter 3; R. G. Miller,
    "The jackknife: a review", Biometrika 61 (1974): transform to a scale where the variance is stable.
    """
    method, n = "jackknife-t (atanh)", totals.n_groups
    if n < 2:
        return Interval(None, None, method, reason=f"only {n} independent group of ratings, an interval needs two")
    point, left = totals.point(), totals.left_out()
    if not np.isfinite(left).all():
        return Interval(None, None, method, reason="leaving out one group of ratings leaves the coefficient undefined")
    plain = _jackknife_error(left, totals.repeats)
    middle, half = (bounds[0] + bounds[1]) / 2, (bounds[1] - bounds[0]) / 2
    scaled, left_scaled, t = (point - middle) / half, (left - middle) / half, _t_quantile(n - 1, confidence)
    if scaled < -1 - TINY:  # some weight matrices let a kappa fall below its usual range
        return Interval(point - t * plain, min(point + t * plain, bounds[1]), "jackknife-t", standard_error=plain)
    if abs(scaled) >= 1 - TINY:
        return Interval(None, None, method, standard_error=plain, reason=_AT_THE_END)
    bias, error = 0.0, plain / half / (1 - scaled**2)
    if np.abs(left_scaled).max() < 1 - TINY:
        bias, error = _bias_and_error(float(np.arctanh(scaled)), np.arctanh(left_scaled), totals.repeats)
    if error < TINY:
        return Interval(None, None, method, standard_error=0.0, reason="no group of ratings differs from another")
    notes = (_BIASED,) if abs(bias) > error else ()
    centre = float(np.arctanh(scaled)) - (0.0 if notes else bias)
    low, high = (float(middle + half * np.tanh(centre + side * t * error)) for side in (-1, 1))
    return Interval(low, high, method, standard_error=plain, notes=notes)


_AT_THE_END = "no interval: the coefficient is at the end of its range, so the ratings do not show how it would vary"
_BIASED = "biased by more than its standard error, because single groups of ratings weigh so much"


def _bias_and_error(value: float, left: Floats, repeats: Floats) -> tuple[float, float]:
    n = float(repeats.sum())
    return (n - 1) * (float(repeats @ left) / n - value), _jackknife_error(left, repeats)


def _jackknife_error(values: Floats, repeats: Floats) -> float:
    n = repeats.sum()
    mean = repeats @ values / n
    return float(np.sqrt((n - 1) / n * (repeats @ np.square(values - mean))))


def _t_quantile(df: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + confidence) / 2))


def percentile(values: Floats, *, confidence: float = 0.95, method: str = "bootstrap percentile") -> Interval:
    """Return the percentile interval of bootstrap values; undefined ones are left out and counted in a note.

    Parameters
    ----------
    values : ndarray of shape (B,)
    confidence : float, default 0.95
    method : str

    Returns
    -------
    Interval
    """
    kept, notes, reason = _defined(values)
    if reason:
        return Interval(None, None, method, reason=reason)
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high), method, float(kept.std(ddof=1)), notes=notes)


def _defined(values: Floats) -> tuple[Floats, tuple[str, ...], str | None]:
    kept = values[np.isfinite(values)]
    lost = len(values) - len(kept)
    if lost > UNDEFINED_SHARE * len(values):
        return kept, (), f"the coefficient is undefined in {lost} of {len(values)} resamples"
    if kept.size and np.ptp(kept) == 0:
        return kept, (), "no interval: every resample gives the same value"
    return kept, ((f"undefined in {lost} of {len(values)} resamples, which were left out",) if lost else ()), None


def bca(values: Floats, totals: Totals, *, confidence: float = 0.95) -> Interval:
    """Return the bias-corrected and accelerated bootstrap interval.

    With z₀ = Φ⁻¹(share of values below the point, ties half) and a = Σ d³ / (6 (Σ d²)^1.5), d = mean − left-out values,
    the limits are the quantiles at Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))).

    Parameters
    ----------
    values : ndarray of shape (B,)
        Bootstrap values.
    totals : Totals
    confidence : float, default 0.95

    Returns
    -------
    Interval

    References
    ----------
    B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987).
    """
    from scipy.special import ndtr, ndtri

    method = "bootstrap BCa"
    kept, notes, reason = _defined(values)
    left = totals.left_out()
    if reason is None and not np.isfinite(left).all():
        reason = "leaving out one group of ratings leaves the coefficient undefined"
    if reason:
        return Interval(None, None, method, reason=reason)
    point = totals.point()
    share = (np.count_nonzero(kept < point) + np.count_nonzero(kept == point) / 2) / len(kept)
    if not 0 < share < 1:
        return Interval(None, None, method, reason="no interval: all resamples lie on one side of the coefficient")
    bias, speed = ndtri(share), _acceleration(left, totals.repeats)
    z = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(kept, ndtr(bias + z / (1 - speed * z)))
    return Interval(float(low), float(high), method, float(kept.std(ddof=1)), notes=notes)


def _acceleration(left: Floats, repeats: Floats) -> float:
    away = repeats @ left / repeats.sum() - left
    spread = repeats @ np.square(away)
    return float(repeats @ away**3 / (6 * spread**1.5)) if spread > 0 else 0.0
