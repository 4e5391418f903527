"""Smooth calibration error: residuals smoothed along the score by a reflected Gaussian, no bins to choose.

J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing" (ICLR 2024; 2023 as
arXiv:2309.12236). On [0, 1] the reflected Gaussian kernel is the heat kernel, whose cosine waves
``cos(π j t)`` shrink by ``exp(−(π j σ)² / 2)``: smoothing is a product there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.arrays import Floats

CELLS = 4096  # scores are placed in the nearest of these cells of [0, 1]; their residuals are not rounded
NARROWEST = 0.001


def smooth_error(score: Floats, residual: Floats) -> tuple[float, float, Floats]:
    r"""Return the smooth calibration error, the bandwidth, and how much the error changes per weight of a unit (n,).

    With :math:`r_σ(t) = \frac1n \sum_i K_σ(t, p_i)(o_i − p_i)`, the error of a bandwidth is
    :math:`E(σ) = \int_0^1 |r_σ(t)| dt`, which falls as σ grows; the smooth error is the one σ with E(σ) = σ, down to
    0.001, below which it is the error at σ = 0.001. ``residual`` is outcome less score.
    """
    n = len(score)
    cell = np.minimum((score * CELLS).astype(np.intp), CELLS - 1)
    sums = np.bincount(cell, weights=residual, minlength=CELLS) / n

    def error(width: float) -> float:
        return float(np.abs(_smooth(sums, width)).sum())

    width = _fixed_point(error)
    found = error(width)
    gradient = _smooth(np.sign(_smooth(sums, width)), width)  # d error / d residual; the kernel is symmetric
    influence = (gradient[cell] * residual - found) / n
    if width > NARROWEST:  # the bandwidth moves with the error: d σ = d E / (1 − E'(σ))
        step = 1e-3 * width
        slope = (error(width + step) - error(width - step)) / (2 * step)
        influence = influence / (1 - min(slope, 0.0))
    return found, width, influence


def _smooth(values: Floats, width: float) -> Floats:
    from scipy.fft import dct, idct

    decay = np.exp(-((np.pi * np.arange(len(values)) * width) ** 2) / 2)
    return np.asarray(idct(decay * dct(values)))


def _fixed_point(error: Callable[[float], float]) -> float:
    from scipy.optimize import brentq

    if error(NARROWEST) <= NARROWEST:
        return NARROWEST
    return float(brentq(lambda width: error(width) - width, NARROWEST, 1.0 + NARROWEST, xtol=1e-9))
