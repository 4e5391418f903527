"""McGraw and Wong's limits of intraclass correlations, for complete tables of independent units.

K. O. McGraw and S. P. Wong, "Forming inferences about some intraclass correlation coefficients", Psychological
Methods 1 (1996), tables 5 to 7.
"""

from __future__ import annotations

from dataclasses import dataclass

from agreement.arrays import Floats
from agreement.coefficients.variance_components import N_SHARED
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
    """Mean squares of a complete table of n units by k raters.

    ``scale`` is the mean square of all ratings, against which a variance is told from rounding.
    """

    n: int
    k: int
    units: float
    raters: float
    within: float
    error: float
    scale: float = 1.0

    @classmethod
    def of(cls, total: Floats, n: int, k: int) -> MeanSquares:
        """Read them off totals of shape (7 + 2 k,), see :mod:`agreement.coefficients.variance_components`."""
        columns = total[N_SHARED + k :]
        centre = float(total[1] ** 2 / total[0])
        whole, rows = float(total[2]) - centre, float(total[4]) - centre
        raters = float(columns @ columns) / n - centre
        within, error = (whole - rows) / (n * (k - 1)), (whole - rows - raters) / ((n - 1) * (k - 1))
        return cls(n, k, rows / (n - 1), raters / (k - 1), within, error, float(total[2] / total[0]))

    def value(self, form: str) -> float:
        """Return the intraclass correlation of a form, NaN where its variances do not add up to one above zero."""
        noise = self.within if form.startswith("1") else self.error
        signal = (self.units - noise) / self.k
        if form.startswith("2"):
            noise += (self.raters - self.error) / self.n
        whole = signal + (noise / self.k if form.endswith("k") else noise)
        return signal / whole if whole > TINY * self.scale else float("nan")

    def limits(self, form: str, confidence: float) -> Interval:
        """Return the limits of a form: no lower one where the Spearman-Brown formula has its pole above it."""
        noise = self.within if form.startswith("1") else self.error
        if noise <= TINY * self.scale:
            return Interval(method=METHOD, reason=_ALIKE)
        if self.units <= TINY * self.scale:
            return Interval(method=METHOD, reason=_UNSPREAD)
        low, high = self._of_one_rater(form[0], confidence)
        return Interval(low, high, METHOD) if form.endswith("1") else self._of_the_mean(low, high)

    def _of_the_mean(self, low: float, high: float) -> Interval:
        pole = -1 / (self.k - 1) + TINY
        if high <= pole:
            return Interval(method=METHOD, reason=_BEYOND)
        top = self.k * high / (1 + (self.k - 1) * high)
        if low <= pole:
            return Interval(None, top, METHOD, reason=_UNBOUNDED)
        return Interval(self.k * low / (1 + (self.k - 1) * low), top, METHOD)

    def _of_one_rater(self, kind: str, confidence: float) -> tuple[float, float]:
        n, k = self.n, self.k
        if kind == "2":
            return _agreement_limits(n, k, self.units, self.raters, self.error, confidence)
        if kind == "1":
            return _consistency_limits(n, k, self.units / self.within, n * (k - 1), confidence)
        return _consistency_limits(n, k, self.units / self.error, (n - 1) * (k - 1), confidence)


def _consistency_limits(n: int, k: int, f: float, free: int, confidence: float) -> tuple[float, float]:
    tail = (1 + confidence) / 2
    low, high = f / _f(n - 1, free, tail), f * _f(free, n - 1, tail)
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_limits(
    n: int, k: int, between: float, rater: float, error: float, confidence: float
) -> tuple[float, float]:
    r = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    free = (a * rater + b * error) ** 2 / ((a * rater) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + confidence) / 2
    upper, lower = _f(n - 1, free, tail), _f(free, n - 1, tail)
    rest = k * rater + (k * n - k - n) * error
    return (
        n * (between - upper * error) / (upper * rest + n * between),
        n * (lower * between - error) / (rest + n * lower * between),
    )


def _f(first: float, second: float, share: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(first, second, share))
