r"""Limits and tests of intraclass correlations where ratings are missing, for independent units.

With raters left out or fixed there is one ratio of variances, :math:`\theta = \sigma_a^2 / \sigma_e^2`, and R, the
residual sum of squares of generalised least squares, falls from that without units, R(0), to that with units as fixed
effects, :math:`R(\infty)`. For the true ratio, and normal ratings,

.. math:: F(\theta) = \frac{(R(\theta) - R(\infty)) / r}{R(\infty) / f} \sim F_{r, f}

exactly (A. Wald, Annals of Mathematical Statistics 11 (1940); D. A. Harville and A. P. Fenech, Biometrics 41 (1985)).
On complete tables it is the F of Shrout and Fleiss. ICC(2,·) has two ratios; its limits are McGraw and Wong's, with the
mean squares that a design with the same information would have had.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.coefficients.intraclass.mean_squares import MeanSquares, f_quantile, limits_of_mean
from agreement.coefficients.intraclass.rating_sums import RatingSums
from agreement.coefficients.intraclass.reml import VarianceRatios, residual_squares
from agreement.estimate import Interval

EXACT = "exact F (Wald; Harville & Fenech)"
APPROXIMATE = "McGraw & Wong, mean squares of REML"
LOWEST, HIGHEST = -30.0, 25.0  # of the logarithm of theta less its least value
ROUNDING = 1e-12
ALIKE = "ratings leave no error variance to build an interval from"
UNCONNECTED = "too few ratings are shared to tell the variances of units, raters and error apart"


@dataclass(frozen=True, eq=False)
class UnitPivot:
    """The F statistic of units at any ratio of variances, with raters left out or fixed.

    ``unit_freedom`` and ``error_freedom`` are r and f, ``error`` is R(∞); ``parts`` are the connected parts of the
    design: raters who share no unit with others, however many between, tell nothing of each other.
    """

    sums: RatingSums
    model: str
    unit_freedom: int
    error_freedom: int
    error: float
    parts: int

    @classmethod
    def of(cls, sums: RatingSums, model: str) -> UnitPivot:
        """Read the degrees of freedom and R(∞) off the sums of all units."""
        weight = 1 / sums.sizes
        squares = float(sums.squares - weight @ sums.squared_sums)
        n, units = round(float(sums.n_ratings)), round(float(sums.n_units))
        if model == "1":
            return cls(sums, model, units - 1, n - units, squares, 1)
        left = np.diag(sums.given) - np.einsum("s,sjl->jl", weight, sums.together)
        right = sums.by_rater - weight @ sums.of_units
        roots, vectors = np.linalg.eigh(left)
        known = roots > 1e-9 * max(float(roots.max()), 1.0)
        fitted = float((np.square(vectors[:, known].T @ right) / roots[known]).sum())
        rank, raters = int(known.sum()), sums.n_raters
        return cls(sums, model, units - (raters - rank), n - units - rank, squares - fitted, raters - rank)

    @property
    def has_error(self) -> bool:
        """Whether the ratings leave an error that is more than rounding."""
        return self.error_freedom > 0 and self.error > ROUNDING * float(self.sums.squares)

    def f(self, theta: float) -> float:
        """Return F at a ratio of variances."""
        units = residual_squares(self._batch, self.model, theta) - self.error
        return max(units, 0.0) / self.unit_freedom / (self.error / self.error_freedom)

    @cached_property
    def _batch(self) -> RatingSums:
        return self.sums.like(self.sums.packed[None, :])

    def ratio_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the ratio of variances."""
        r, f, tail = self.unit_freedom, self.error_freedom, (1 + confidence) / 2
        return self._ratio_at(f_quantile(r, f, tail)), self._ratio_at(1 / f_quantile(f, r, tail))

    def _ratio_at(self, quantile: float) -> float:
        from scipy.optimize import brentq

        shift = 1 / float(self.sums.sizes.max())

        def apart(log: float) -> float:
            return self.f(float(np.exp(log)) - shift) - quantile

        if apart(LOWEST) <= 0:
            return -shift
        return float("inf") if apart(HIGHEST) >= 0 else float(np.exp(brentq(apart, LOWEST, HIGHEST))) - shift


def unbalanced_limits(pivot: UnitPivot, fit: VarianceRatios, form: str, confidence: float) -> Interval:
    """Return the limits of a form, or the reason why there are none."""
    method = APPROXIMATE if form.startswith("2") else EXACT
    if not pivot.has_error:
        return Interval(method=method, reason=ALIKE)
    if form.startswith("2"):
        return equivalent_mean_squares(pivot, fit).limits(form, confidence, method)
    low, high = (_share(theta) for theta in pivot.ratio_limits(confidence))
    if form.endswith("1"):
        return Interval(low, high, method)
    return limits_of_mean(low, high, float(pivot.sums.harmonic_k), method)


def equivalent_mean_squares(pivot: UnitPivot, fit: VarianceRatios) -> MeanSquares:
    """Return the mean squares that the fitted variances are expected to have, with raters taken as a sample.

    Each is σ_e² plus the variance of units or raters times how often one enters, N less the levels of the other side
    over its own degrees of freedom: k and n of a complete table.
    """
    sums = pivot.sums
    n, units, raters = float(sums.n_ratings), float(sums.n_units), float(sums.n_raters)
    k = (n - raters) / pivot.unit_freedom
    rater_freedom = max(raters - pivot.parts, 1.0)
    per_rater = (n - units) / rater_freedom
    return MeanSquares(
        n=per_rater,
        k=k,
        units=1 + k * float(fit.units),
        raters=1 + per_rater * float(fit.raters),
        within=1.0 + float(fit.raters),
        error=1.0,
        scale=1.0,
        unit_freedom=pivot.unit_freedom,
        rater_freedom=rater_freedom,
        within_freedom=n - units,
        error_freedom=pivot.error_freedom,
    )


def _share(theta: float) -> float:
    return 1.0 if np.isinf(theta) else theta / (1 + theta)
