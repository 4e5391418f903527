"""Mean squares of units, raters and error, and the intraclass correlations with McGraw and Wong's limits from them.

K. O. McGraw and S. P. Wong, "Forming inferences about some intraclass correlation coefficients", Psychological
Methods 1 (1996), tables 4 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agreement.arrays import Floats
from agreement.coefficients.intraclass.complete_totals import N_SHARED
from agreement.estimate import Interval

METHOD = "McGraw & Wong"
TINY = 1e-12  # a variance below this share of the mean square of all ratings is rounding
_ALIKE = "ratings leave no error variance to build an interval from"
_UNSPREAD = "the units have one mean, so the coefficient is at the end of its range"
_UNBOUNDED = (
    "the lower limit of the mean of k raters is unbounded: that of one rater lies at or below -1/(k - 1), where the "
    "Spearman-Brown formula has a pole"
)
_BEYOND = "both limits of one rater lie at or below -1/(k - 1), where the Spearman-Brown formula has a pole"


@dataclass(frozen=True)
class MeanSquares:
    """Mean squares of n units by k raters, with their degrees of freedom.

    ``scale`` is the mean square of all ratings, against which a variance is told from rounding.
    """

    n: float
    k: float
    units: float
    raters: float
    within: float
    error: float
    scale: float
    unit_freedom: float
    rater_freedom: float
    within_freedom: float
    error_freedom: float

    @classmethod
    def of(cls, total: Floats) -> MeanSquares:
        """Read them off totals of a complete table, see :mod:`agreement.coefficients.intraclass.complete_totals`."""
        n, k = round(float(total[0])), len(total) - N_SHARED
        units, raters, within, error = (float(square) for square in _squares(total, k))
        scale = float(total[1] / (n * k))
        return cls(n, k, units, raters, within, error, scale, n - 1, k - 1, n * (k - 1), (n - 1) * (k - 1))

    def value(self, form: str) -> float:
        """Return the intraclass correlation of a form, NaN where its variances do not add up to one above zero."""
        return float(_value(form, self.n, self.k, self.units, self.raters, self.within, self.error, self.scale))

    def noise(self, form: str) -> float:
        """Return the mean square that those of units are held against."""
        return self.within if form.startswith("1") else self.error

    def limits(self, form: str, confidence: float, method: str = METHOD) -> Interval:
        """Return the limits of a form: no lower one where the Spearman-Brown formula has its pole above it."""
        if self.noise(form) <= TINY * self.scale:
            return Interval(method=method, reason=_ALIKE)
        if self.units <= TINY * self.scale:
            return Interval(method=method, reason=_UNSPREAD)
        low, high = self._of_one_rater(form[0], confidence)
        return Interval(low, high, method) if form.endswith("1") else limits_of_mean(low, high, self.k, method)

    def agreement_freedom(self, rho: float) -> tuple[float, float, float]:
        """Return a, b and Satterthwaite's degrees of freedom of a·raters + b·error at an ICC(2,1) of rho."""
        a = self.k * rho / (self.n * (1 - rho))
        b = 1 + self.k * rho * (self.n - 1) / (self.n * (1 - rho))
        rater, error = a * self.raters, b * self.error
        free = (rater + error) ** 2 / (rater**2 / self.rater_freedom + error**2 / self.error_freedom)
        return a, b, free

    def _of_one_rater(self, kind: str, confidence: float) -> tuple[float, float]:
        tail = (1 + confidence) / 2
        if kind == "2":
            return self._agreement_limits(tail)
        noise, free = self.noise(kind), self.within_freedom if kind == "1" else self.error_freedom
        f = self.units / noise
        low, high = f / f_quantile(self.unit_freedom, free, tail), f * f_quantile(free, self.unit_freedom, tail)
        return (low - 1) / (low + self.k - 1), (high - 1) / (high + self.k - 1)

    def _agreement_limits(self, tail: float) -> tuple[float, float]:
        n, k, between, rater, error = self.n, self.k, self.units, self.raters, self.error
        r = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
        _, _, free = self.agreement_freedom(r)
        upper, lower = f_quantile(self.unit_freedom, free, tail), f_quantile(free, self.unit_freedom, tail)
        rest = k * rater + (k * n - k - n) * error
        return (
            n * (between - upper * error) / (upper * rest + n * between),
            n * (lower * between - error) / (rest + n * lower * between),
        )


def limits_of_mean(low: float, high: float, k: float, method: str) -> Interval:
    """Return the limits of the mean of k raters by the Spearman-Brown formula from those of one rater."""
    pole = -1 / (k - 1) + TINY
    if high <= pole:
        return Interval(method=method, reason=_BEYOND)
    top = k * high / (1 + (k - 1) * high)
    if low <= pole:
        return Interval(None, top, method, reason=_UNBOUNDED)
    return Interval(k * low / (1 + (k - 1) * low), top, method)


def anova_icc(total: Floats, form: str) -> Floats:
    """Return the intraclass correlation of totals of complete tables (…, p), NaN where undefined."""
    k = total.shape[-1] - N_SHARED
    n = total[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        units, raters, within, error = _squares(total, k)
        return _value(form, n, k, units, raters, within, error, total[..., 1] / (n * k))


def f_quantile(first: float, second: float, share: float) -> float:
    """Return the quantile of the F distribution."""
    from scipy.special import fdtri

    return float(fdtri(first, second, share))


def _squares(total: Floats, k: int) -> tuple[Floats, Floats, Floats, Floats]:
    n, columns = total[..., 0], total[..., N_SHARED:]
    centre = columns.sum(axis=-1) ** 2 / (n * k)
    whole, rows = total[..., 1] - centre, total[..., 2] - centre
    raters = np.square(columns).sum(axis=-1) / n - centre
    error = (whole - rows - raters) / ((n - 1) * (k - 1))
    return rows / (n - 1), raters / (k - 1), (whole - rows) / (n * (k - 1)), error


def _value(
    form: str,
    n: Floats | float,
    k: float,
    units: Floats | float,
    raters: Floats | float,
    within: Floats | float,
    error: Floats | float,
    scale: Floats | float,
) -> Floats:
    noise = within if form.startswith("1") else error
    signal = (units - noise) / k
    if form.startswith("2"):
        noise = noise + (raters - error) / n
    whole = np.asarray(signal + (noise / k if form.endswith("k") else noise))
    possible = (whole > TINY * np.asarray(scale)) & (np.asarray(n) > 1)
    return np.asarray(np.divide(signal, whole, out=np.full(whole.shape, np.nan), where=possible))
