"""Jackknife-t intervals, from the values of a statistic without one group at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agreement.arrays import Floats
from agreement.estimate import Interval
from agreement.intervals.degrees_of_freedom import freedom_of_groups, freedom_of_spread
from agreement.intervals.quantiles import on_logit_scale, t_quantile

TINY = 1e-12  # closer than this to the end of the range, or to no spread at all, is rounding
AT_THE_END = "no interval: the coefficient is at the end of its range, so the ratings do not show how it would vary"
_BIASED = "biased by more than its standard error, because single groups of ratings weigh so much"


@dataclass(frozen=True, eq=False)
class Jackknife:
    """A statistic and its replicates without one group (G,), NaN where undefined.

    ``repeats`` counts the groups that share a replicate, ``size`` the units of a group, where they differ.
    """

    point: float
    replicates: Floats
    repeats: Floats
    size: Floats | None = None

    @classmethod
    def of(cls, point: float, replicates: Floats, size: Floats | None = None) -> Jackknife:
        """Replicates of which each stands for one group."""
        return cls(float(point), replicates, np.ones(len(replicates)), size)

    @property
    def n_groups(self) -> int:
        """Number of independent groups."""
        return int(self.repeats.sum())

    def standard_error(self) -> float:
        """Return ``sqrt((G − 1)/G Σ (v_g − v̄)²)``."""
        return _standard_error(self.replicates, self.repeats)

    def degrees_of_freedom(self) -> float:
        """Return those of the standard error: fewer than G − 1 where clusters are unequal or few groups vary."""
        return min(freedom_of_groups(self.repeats, self.size), _freedom_of_spread(self.replicates, self.repeats))

    def why_none(self, what: str = "coefficient") -> str | None:
        """Say why the replicates give no interval at all, None where they do."""
        if self.n_groups < 2:
            return f"only {self.n_groups} independent group of units, an interval needs two"
        if not np.isfinite(self.replicates).all():
            return f"leaving out one group of units leaves the {what} undefined"
        return None


def jackknife_t(
    found: Jackknife,
    *,
    confidence: float = 0.95,
    bounds: tuple[float, float] = (-1.0, 1.0),
    unsampled: float = 1.0,
) -> Interval:
    """Return the jackknife interval with Student's t, on the atanh scale.

    The statistic is mapped from ``bounds`` to (−1, 1) and through atanh; with z_g the value without group g and z̄ their
    mean, the limits are ``G z − (G − 1) z̄ ± t(df) se``, ``se² = (G − 1)/G Σ (z_g − z̄)²``, mapped back: the mean of
    the jackknife's pseudo-values, which takes out bias of order 1/G, and their standard error. A bias larger than se
    is not taken out but noted. The degrees of freedom are the effective number of clusters less 1, which is G − 1 where
    all are of one size (:func:`~agreement.intervals.degrees_of_freedom.freedom_of_groups`). The upper limit has no more
    than half of those that the scatter of the z_g shows by itself (``freedom_of_spread``): where disagreements are rare
    and happen to be many, the statistic is low and its error on this scale is small as well.
    Where leaving out one group reaches a bound, se is taken on the plain scale and carried over by the delta method,
    around z; a statistic below its bounds is not transformed. Of a finite population the share ``unsampled`` was not
    rated: variance and bias are that share of themselves (W. G. Cochran, *Sampling Techniques*, 1977).

    J. W. Tukey, Annals of Mathematical Statistics 29 (1958); B. Efron, *The Jackknife, the Bootstrap and Other
    Resampling Plans* (1982), chapter 3; R. G. Miller, Biometrika 61 (1974): transform to a scale where the variance is
    stable.
    """
    method = "jackknife-t (atanh)"
    if why := found.why_none():
        return Interval(method=method, reason=why)
    root = unsampled**0.5
    point, plain, df = found.point, found.standard_error() * root, freedom_of_groups(found.repeats, found.size)
    middle, half = (bounds[0] + bounds[1]) / 2, (bounds[1] - bounds[0]) / 2
    scaled, replicates = (point - middle) / half, (found.replicates - middle) / half
    if scaled < -1 - TINY:  # some weight matrices let a kappa fall below its usual range
        reach = t_quantile(df, confidence) * plain
        return Interval(point - reach, min(point + reach, bounds[1]), "jackknife-t", plain)
    if abs(scaled) >= 1 - TINY:
        return Interval(method=method, standard_error=plain, reason=AT_THE_END)
    bias, error, centre, left = 0.0, plain / half / (1 - scaled**2), float(np.arctanh(scaled)), found.replicates
    if np.abs(replicates).max() < 1 - TINY:
        left = np.arctanh(replicates)
        n_float = float(found.repeats.sum())
        bias = (n_float - 1) * (float(found.repeats @ left) / n_float - centre) * unsampled
        error = _standard_error(left, found.repeats) * root
    if error < TINY:
        return Interval(method=method, standard_error=0.0, reason="no group of units differs from another")
    notes = (_BIASED,) if abs(bias) > error else ()
    centre -= 0.0 if notes else bias
    above = min(df, _freedom_of_spread(left, found.repeats) / 2)
    reaches = -t_quantile(df, confidence) * error, t_quantile(max(above, 1.0), confidence) * error
    low, high = (float(middle + half * np.tanh(centre + reach)) for reach in reaches)
    return Interval(low, high, method, plain, notes=notes)


def plain_jackknife_t(
    found: Jackknife, *, confidence: float = 0.95, unit: float = 1.0, bounds: tuple[float, float] | None = None
) -> Interval:
    """Return ``value ± t(df) se`` on the statistic's own scale, for differences and shifts.

    ``unit`` is the size of the numbers that the statistic is made of: an error of 1e-12 of it, or less, is rounding.
    ``bounds`` is how far the statistic can go: limits end there, for no value beyond is possible.
    """
    method = "jackknife-t"
    if why := found.why_none("statistic"):
        return Interval(method=method, reason=why)
    error = found.standard_error()
    if error < TINY * unit or error == 0:
        return Interval(method=method, standard_error=0.0, reason="no group of units differs from another")
    df = found.degrees_of_freedom()
    reach = t_quantile(df, confidence) * error
    low, high = found.point - reach, found.point + reach
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Interval(low, high, method, error, degrees_of_freedom=df)


def bounded_jackknife_t(found: Jackknife, bounds: tuple[float, float], *, confidence: float = 0.95) -> Interval:
    r"""Return the jackknife interval of a mean of numbers within bounds: on the logit scale, so that it stays inside.

    The degrees of freedom are the effective number of groups less 1. Where no group differs from another, or the value
    lies at an end, the limits are exact: if a share p of all groups is like these, all G are with probability
    :math:`p^G`, so with :math:`L = (\alpha/2)^{1/G}` the mean lies between ``low + L (value − low)`` and
    ``high − L (high − value)`` even if all others lay at an end.
    """
    method = "jackknife-t (logit)"
    if why := found.why_none("mean"):
        return Interval(method=method, reason=why)
    low, high = bounds
    error, df = found.standard_error(), freedom_of_groups(found.repeats, found.size)
    edge = TINY * (high - low)
    if error < edge or not low + edge < found.point < high - edge:
        value = min(max(found.point, low), high)
        share = ((1 - confidence) / 2) ** (1 / (df + 1))
        limits = low + share * (value - low), high - share * (high - value)
        return Interval(*limits, "exact, no scatter seen", error)
    reach = t_quantile(df, confidence) * error
    below, above = (on_logit_scale(found.point, side * reach, bounds) for side in (-1, 1))
    return Interval(below, above, method, error, degrees_of_freedom=df)


def _freedom_of_spread(values: Floats, repeats: Floats) -> float:
    return freedom_of_spread(values - repeats @ values / repeats.sum(), repeats)


def _standard_error(values: Floats, repeats: Floats) -> float:
    n = repeats.sum()
    mean = repeats @ values / n
    return float(np.sqrt((n - 1) / n * (repeats @ np.square(values - mean))))
