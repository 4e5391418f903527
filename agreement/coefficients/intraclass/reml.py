r"""Variance components of ratings of which some are missing, by restricted maximum likelihood (REML).

The model is :math:`y_{ij} = \mu + a_i + b_j + e_{ij}` with random units. Raters are left out (``"1"``), random
(``"2"``) or fixed (``"3"``). With the ratios :math:`\theta = \sigma_a^2 / \sigma_e^2` and
:math:`\phi = \sigma_b^2 / \sigma_e^2`, :math:`V = I + \theta Z_a Z_a' + \phi Z_b Z_b'`, fixed effects X and
:math:`R = \min_\beta (y - X\beta)' V^{-1} (y - X\beta)`, twice the negative restricted log-likelihood is

.. math:: \log |V| + \log |X' V^{-1} X| + (N - \operatorname{rank} X) \log R

and :math:`\hat\sigma_e^2 = R / (N - \operatorname{rank} X)`. H. D. Patterson and R. Thompson, Biometrika 58 (1971);
D. A. Harville, Journal of the American Statistical Association 72 (1977). The variance of units may fall below zero, as
far as a covariance matrix allows, as it may in the analysis of variance of a complete table; that of raters may not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Bools, Floats
from agreement.coefficients.intraclass.rating_sums import RatingSums

STEP = 1e-3  # of numerical derivatives, on the log scale
LONGEST = 2.0  # step of one iteration
CLOSE = 1e-7
CLOSE_TO_START = 1e-4  # for sums that are a part of those whose optimum is known
MOST_ITERATIONS = 60
LARGEST = np.log(1e7)  # of a ratio of variances: beyond it there is no error
SMALLEST_UNITS, SMALLEST_RATERS = np.log(1e-7), np.log(1e-9)
ZERO_RATERS = 1e-6  # a ratio below it has run to its boundary

Objective = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class VarianceRatios:
    """Variances of units and of raters over that of the error, of one or many sums (…)."""

    units: Floats
    raters: Floats

    def icc(self, form: str, k: Floats) -> Floats:
        """Return the intraclass correlation of a form, NaN where its variances do not add up to one above zero."""
        noise = 1 + self.raters if form.startswith("2") else np.ones_like(self.units)
        whole = self.units + (noise / k if form.endswith("k") else noise)
        return np.asarray(np.divide(self.units, whole, out=np.full(whole.shape, np.nan), where=whole > 1e-12))


def reml(sums: RatingSums, model: str, start: VarianceRatios | None = None) -> VarianceRatios:
    """Return the ratios of variances of sums (p,) or (B, p) that the restricted likelihood is largest at.

    ``model`` is the first character of a form; ``start`` is one pair of ratios, the optimum of similar sums.
    """
    many = sums if sums.packed.ndim == 2 else sums.like(sums.packed[None, :])
    shift = 1 / float(sums.sizes.max())  # above −1/n a covariance matrix of n ratings is one
    if start is not None:
        units, raters = (np.full(len(many.packed), float(part)) for part in (start.units, start.raters))
        units, raters = np.log(np.maximum(units + shift, 1e-6)), np.log(np.maximum(raters, 1e-5))
    else:
        units, raters = _begin(many, model, shift)
    units, raters = _descend(many, model, shift, units, raters, CLOSE if start is None else CLOSE_TO_START)
    phi = np.exp(raters) if model == "2" else np.zeros(len(many.packed))
    found = np.exp(units) - shift, np.where(phi < ZERO_RATERS, 0.0, phi)
    return VarianceRatios(*(f.reshape(sums.packed.shape[:-1]) for f in found))


def restricted_deviance(sums: RatingSums, model: str, theta: Floats, phi: Floats) -> Floats:
    """Return twice the negative restricted log-likelihood of sums (B, p) at ratios (B,), up to a constant."""
    residual, determinants, free = _least_squares(sums, model, theta, phi)
    return determinants + free * np.log(np.maximum(residual, 1e-300))


def residual_squares(sums: RatingSums, model: str, theta: float) -> float:
    """Return R of sums (1, p), with raters left out (``"1"``) or fixed (``"3"``)."""
    return float(_least_squares(sums, model, np.array([theta]), np.zeros(1))[0][0])


def _begin(sums: RatingSums, model: str, shift: float) -> tuple[Floats, Floats]:
    """Return the best of a coarse grid of ratios, on the log scale; with random raters beginning from fixed ones."""
    n = len(sums.packed)
    if model != "2":
        grid = [(float(np.log(shift)) + step, 0.0) for step in range(-3, 7)]
    else:
        units = float(np.log(reml(sums, "3").units[0] + shift))
        grid = [(units, raters) for raters in (-5.0, -2.0, 0.0, 2.0)]
    found = [restricted_deviance(sums, model, np.full(n, np.exp(u) - shift), np.full(n, np.exp(r))) for u, r in grid]
    best = np.array(grid)[np.argmin(found, axis=0)]
    return best[:, 0], best[:, 1]


def _descend(
    sums: RatingSums, model: str, shift: float, units: Floats, raters: Floats, close: float
) -> tuple[Floats, Floats]:
    """Minimise the deviance over the two logarithms in turn; they hardly depend on each other."""

    def of_units(u: Floats) -> Floats:
        return restricted_deviance(sums, model, np.exp(u) - shift, np.exp(raters))

    def of_raters(r: Floats) -> Floats:
        return restricted_deviance(sums, model, np.exp(units) - shift, np.exp(r))

    for _ in range(MOST_ITERATIONS):
        before = units, raters
        units = _step(units, of_units, SMALLEST_UNITS)
        if model == "2":
            raters = _step(raters, of_raters, SMALLEST_RATERS)
        if np.abs(units - before[0]).max() + np.abs(np.exp(raters) - np.exp(before[1])).max() < close:
            break
    return units, raters


def _step(at: Floats, deviance: Objective, lowest: float) -> Floats:
    """Take one Newton step towards less deviance, a shorter one where it would lead to more."""
    here, above, below = deviance(at), deviance(at + STEP), deviance(at - STEP)
    slope, bend = (above - below) / (2 * STEP), (above - 2 * here + below) / STEP**2
    newton = np.divide(-slope, bend, out=-np.sign(slope) * LONGEST, where=bend > 0)
    step = np.clip(newton, -LONGEST, LONGEST)
    for _ in range(4):
        to = np.clip(at + step, lowest, LARGEST)
        worse: Bools = np.asarray(deviance(to) > here + 1e-9 * np.abs(here))
        if not worse.any():
            break
        step = np.where(worse, step / 4, step)
    return np.where(worse, at, to)


def _least_squares(sums: RatingSums, model: str, theta: Floats, phi: Floats) -> tuple[Floats, Floats, Floats]:
    """Return R, log |V| + log |X' V⁻¹ X| and N − rank X."""
    inner = 1 + theta[:, None] * sums.sizes
    weight = theta[:, None] / inner  # V⁻¹ = I − weight · 11' within a unit
    own = np.einsum("bs,bs->b", sums.units, np.log(inner))
    squares = sums.squares - np.einsum("bs,bs->b", weight, sums.squared_sums)
    if model == "1":
        return _without_raters(sums, inner, own, squares)
    together = sums.together
    right = sums.by_rater - np.einsum("bs,bsj->bj", weight, sums.of_units)
    left = -np.einsum("bs,bsjl->bjl", weight, together)
    diagonal = np.einsum("bjj->bj", left)
    diagonal += sums.given
    if model == "3":
        return _fixed_raters(sums, left, right, own, squares)
    return _random_raters(sums, left, right, own, squares, phi)


def _without_raters(sums: RatingSums, inner: Floats, own: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    first = sums.of_units.sum(axis=-1) / sums.sizes
    ones = np.einsum("bs,bs->b", sums.units, sums.sizes / inner)
    cross = (first / inner).sum(axis=-1)
    return squares - cross**2 / ones, own + np.log(ones), sums.n_ratings - 1


def _fixed_raters(
    sums: RatingSums, left: Floats, right: Floats, own: Floats, squares: Floats
) -> tuple[Floats, Floats, Floats]:
    absent = sums.given < 0.5
    np.einsum("bjj->bj", left)[absent] = 1.0
    solved = np.linalg.solve(left, right[..., None])[..., 0]
    fitted = np.einsum("bj,bj->b", right, solved)
    free = sums.n_ratings - np.count_nonzero(~absent, axis=-1)
    return squares - fitted, own + np.linalg.slogdet(left)[1], free


def _random_raters(
    sums: RatingSums, left: Floats, right: Floats, own: Floats, squares: Floats, phi: Floats
) -> tuple[Floats, Floats, Floats]:
    mixed = np.eye(sums.n_raters) + phi[:, None, None] * left
    ones = left.sum(axis=-1)
    solved = np.linalg.solve(mixed, np.stack([ones, right], axis=-1))
    of_ones, cross = solved[..., 0].sum(axis=-1), solved[..., 1].sum(axis=-1)
    residual = squares - phi * np.einsum("bj,bj->b", right, solved[..., 1]) - cross**2 / of_ones
    return residual, own + np.linalg.slogdet(mixed)[1] + np.log(of_ones), sums.n_ratings - 1
