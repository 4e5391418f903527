r"""What every unit does to a REML fit, to first order: where raters are many, fits of all resamples take long.

With g the slope of the deviance in the logarithms of the ratios, H its second derivatives and T the sums that it is a
function of, a change of T moves the optimum by :math:`-H^{-1} \, \partial g / \partial T \; \Delta T` (the
infinitesimal jackknife). In the notation of :mod:`agreement.coefficients.intraclass.reml`, with A and t the matrix and
right side of the raters' equations and z their solution,

.. math:: dD = \operatorname{tr}(K \, dA) + \frac{\nu}{R} (dq - 2 z^T dt)
          + \sum_s (\log(1 + n_s \theta) + n_s \log R) \, dc_s

where :math:`K - \frac{\nu}{R} z z^T` is :math:`A^{-1}` of fixed raters and :math:`\phi B^{-1} + p p^T / s`,
:math:`B = I + \phi A`, :math:`p = B^{-1} 1`, :math:`s = 1^T B^{-1} A 1`, of random ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.coefficients.intraclass.rating_sums import RatingSums
from agreement.coefficients.intraclass.reml import VarianceRatios, restricted_deviance
from agreement.intervals.statistic_of_sums import StatisticOfSums, sum_by_group

STEP = 1e-3
MOST_MOVED = 3.0  # on the log scale: beyond it a linear step means nothing


def linearized_icc(
    values: Floats, sums: RatingSums, fit: VarianceRatios, form: str, groups: Ints, n_groups: int
) -> StatisticOfSums:
    """Return an ICC of form 2 or 3 as a function of sums of independent groups, linear in the fit."""
    shift = 1 / float(sums.sizes.max())
    at = np.log([float(fit.units) + shift, max(float(fit.raters), 1e-300)])
    free = 2 if form.startswith("2") and float(fit.raters) > 0 else 1
    model, phi_zero = form[0], free == 1

    def ratios(point: Floats) -> tuple[float, float]:
        return float(np.exp(point[0])) - shift, 0.0 if phi_zero else float(np.exp(point[1]))

    def deviance(point: Floats) -> float:
        theta, phi = ratios(point)
        batch = sums.like(sums.packed[None, :])
        return float(restricted_deviance(batch, model, np.array([theta]), np.array([phi]))[0])

    slopes = []
    for axis in np.eye(2)[:free] * STEP:
        above, below = (_unit_gradients(values, sums, model, *ratios(at + side * axis)) for side in (1, -1))
        slopes.append((above - below) / (2 * STEP))
    moves = -np.linalg.solve(_hessian(deviance, at, free), np.stack(slopes))
    size = (~np.isnan(values)).sum(axis=1)
    rows = np.stack([np.ones(len(values)), 1 / size, *moves], axis=1)
    added = sum_by_group(rows, groups, n_groups)
    whole = added.sum(axis=0)

    def formula(total: Floats) -> Floats:
        moved = np.clip(total[..., 2:] - whole[2:], -MOST_MOVED, MOST_MOVED)
        units = np.exp(at[0] + moved[..., 0]) - shift
        raters = np.zeros_like(units) if phi_zero else np.exp(at[1] + moved[..., 1])
        return VarianceRatios(units, raters).icc(form, total[..., 0] / np.maximum(total[..., 1], 1e-300))

    return StatisticOfSums(added, np.ones(n_groups), formula)


def _hessian(deviance: Callable[[Floats], float], at: Floats, free: int) -> Floats:
    axes = np.eye(2)[:free] * STEP
    return np.array(
        [
            [
                (deviance(at + a + b) - deviance(at + a - b) - deviance(at - a + b) + deviance(at - a - b))
                / (4 * STEP**2)
                for b in axes
            ]
            for a in axes
        ]
    )


def _unit_gradients(values: Floats, sums: RatingSums, model: str, theta: float, phi: float) -> Floats:
    """Return of each unit what its part of the sums adds to the deviance, to first order (units,)."""
    inner = 1 + theta * sums.sizes
    weight = theta / inner
    left = np.diag(sums.given) - np.einsum("s,sjl->jl", weight, sums.together)
    right = sums.by_rater - weight @ sums.of_units
    squares = float(sums.squares - weight @ sums.squared_sums)
    kernel, z, residual, free = (_fixed if model == "3" else _random)(sums, left, right, squares, phi)
    scale = free / residual
    kernel = kernel + scale * np.outer(z, z)
    rated = ~np.isnan(values)
    y = np.where(rated, values - np.nanmean(values), 0.0)
    size, total = rated.sum(axis=1), y.sum(axis=1)
    own = theta / (1 + theta * size)
    pairs = np.zeros(len(values))
    for n in sums.sizes:
        units = np.flatnonzero(size == n)
        who = np.nonzero(rated[units])[1].reshape(len(units), n)
        pairs[units] = sum(kernel[who[:, [j]], who].sum(axis=1) for j in range(n))
    of_sums = np.square(y).sum(axis=1) - own * total**2 - 2 * (y @ z) + 2 * own * total * (rated @ z)
    counted = np.log(1 + theta * size) + size * np.log(residual)
    return np.asarray(scale * of_sums + counted + rated @ np.diag(kernel) - own * pairs)


def _fixed(
    sums: RatingSums, left: Floats, right: Floats, squares: float, phi: float
) -> tuple[Floats, Floats, float, float]:
    """Return K without its last term, z, R and N − rank X."""
    inverse = np.asarray(np.linalg.inv(left), dtype=np.float64)
    z = inverse @ right
    return inverse, z, squares - float(right @ z), float(sums.n_ratings) - sums.n_raters


def _random(
    sums: RatingSums, left: Floats, right: Floats, squares: float, phi: float
) -> tuple[Floats, Floats, float, float]:
    inverse = np.linalg.inv(np.eye(sums.n_raters) + phi * left)
    ones, solved = inverse.sum(axis=1), inverse @ right
    spread = float(ones @ left.sum(axis=1))
    mean = float(solved.sum()) / spread
    residual = squares - phi * float(right @ solved) - mean**2 * spread
    kernel = phi * inverse + np.outer(ones, ones) / spread
    return kernel, phi * solved + mean * ones, residual, float(sums.n_ratings) - 1
