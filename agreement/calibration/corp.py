"""What a calibration curve rests on: the isotonic fit, its decomposition, the noise it took, and both bands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.calibration.isotonic import isotonic_fit, isotonic_fits
from agreement.calibration.score_level_sums import LevelSums, bootstrap_sums, signed_sums

FEW_UNITS = 5
SPARSE_FACTOR = 1.4


@dataclass(frozen=True)
class Fit:
    """The curve on the sample and what its residuals say about noise."""

    fitted: Floats
    block: Ints
    n_blocks: int
    independent: Floats  # clusters (or units) that each level's block rests on
    residual: Floats  # per unit
    variance: float | None  # s^2 = SSE / (n - D)


def fit_curve(data: LevelSums) -> Fit:
    """Fit the curve and look at its residuals, one per unit."""
    fitted, block = isotonic_fit(data.sums(data.mean), data.weight)
    n_blocks = int(block[-1]) + 1
    residual = data.mean - fitted[data.level]
    variance = float((residual**2).sum()) / (data.n - n_blocks) if data.n > n_blocks else None
    if data.cluster is None:
        independent = np.bincount(block[data.level], minlength=n_blocks)
    else:
        base = data.n_clusters
        independent = np.bincount(np.unique(block[data.level] * base + data.cluster) // base, minlength=n_blocks)
    return Fit(fitted, block, n_blocks, independent[block].astype(float), residual, variance)


def noise_floor(values: Floats) -> float | None:
    """Mean variance of the ratings of one unit, over units with at least two."""
    several = values[(~np.isnan(values)).sum(axis=1) >= 2]
    return float(np.nanvar(several, axis=1, ddof=1).mean()) if len(several) else None


def score_decomposition(data: LevelSums, fit: Fit) -> dict[str, Any]:
    """Mean squared differences of the ratings from the score, the curve and their mean, and what follows from them."""
    n, weight, sums = data.n, data.weight, data.sums(data.mean)
    grand = np.full(len(fit.fitted), sums.sum() / n)
    loss, loss_fitted, loss_mean = (
        float((data.square - 2 * (sums * at).sum() + (weight * at**2).sum()) / n) for at in (data.x, fit.fitted, grand)
    )
    return {"mean_squared_error": loss, "msc": loss - loss_fitted, "dsc": loss_mean - loss_fitted, "unc": loss_mean}


def debiased_decomposition(
    raw: dict[str, Any], excess: tuple[float, float] | None, noise: float | None
) -> dict[str, Any]:
    """Decomposition without the variance that curve and grand mean took from noise, and the shares explained."""
    if excess is None:
        return dict.fromkeys(("msc_corrected", "dsc_corrected", "explained", "explained_as_is")) | {
            "noise_floor": noise
        }
    msc, dsc = raw["msc"] - excess[0], raw["dsc"] - excess[0] + excess[1]
    to_explain = raw["unc"] - noise if noise is not None else 0.0
    return {
        "msc_corrected": msc,
        "dsc_corrected": dsc,
        "noise_floor": noise,
        "explained": dsc / to_explain if to_explain > 0 else None,
        "explained_as_is": (dsc - msc) / to_explain if to_explain > 0 else None,
    }


def noise_fitted(data: LevelSums, fit: Fit) -> tuple[float, float] | None:
    """Variance that the curve, and the grand mean alone, take from noise; None without residuals."""
    if fit.variance is None:
        return None
    whole = np.zeros(data.n, dtype=np.intp)
    grand = fit.variance / data.n * _design_effect(fit.residual, whole, data.cluster)
    effect = _design_effect(fit.residual, fit.block[data.level], data.cluster)
    return _degrees_of_freedom(data, fit.n_blocks) * fit.variance / data.n * effect, grand


def _degrees_of_freedom(data: LevelSums, n_blocks: int) -> float:
    """Degrees of freedom that the curve takes: D, and more where levels are too sparse to order themselves.

    Meyer & Woodroofe (2000, Annals of Statistics 28(4), 1083-1104) put the factor between 1 and 2; 1.4 makes the
    corrected miscalibration of a referee with continuous scores unbiased in simulation.
    """
    return n_blocks * (SPARSE_FACTOR if data.n < FEW_UNITS * len(data.x) else 1.0)


def _design_effect(residual: Floats, block: Ints, cluster: Ints | None) -> float:
    """Variance of block means with clusters kept together, relative to independent units."""
    if cluster is None:
        return 1.0
    base = int(cluster.max()) + 1
    pair, member = np.unique(block * base + cluster, return_inverse=True)
    clustered = np.bincount(pair // base, weights=np.bincount(member.reshape(-1), weights=residual) ** 2)
    single, size, pairs = np.bincount(block, weights=residual**2), np.bincount(block), np.bincount(pair // base)
    usable = pairs > 1  # one cluster alone shows no scatter between clusters
    if single[usable].sum() == 0:
        return 1.0
    together = clustered[usable] / size[usable] * pairs[usable] / (pairs[usable] - 1)
    alone = single[usable] / (size[usable] - 1)
    return float(together.sum() / alone.sum())


def bands(
    data: LevelSums, fit: Fit, n_resamples: int, confidence: float, rng: np.random.Generator
) -> tuple[dict[str, Any], Floats | None, Floats | None]:
    """Both bands by name, and the miscalibration of every simulation and of every resample."""
    names = ("confidence_low", "confidence_high", "consistency_low", "consistency_high")
    if n_resamples < 1 or data.n_clusters < 2 or fit.variance is None:
        return dict.fromkeys(names, np.full(len(data.x), np.nan)), None, None
    curves, resampled = _refitted(data, bootstrap_sums(data, n_resamples, rng))
    low, high = _stretched_band(curves, fit.fitted, fit.independent, confidence)
    signed = signed_sums(data, data.mean - data.x[data.level], n_resamples, rng)
    calibrated = ((np.broadcast_to(data.weight, each.shape), data.weight * data.x + each) for each in signed)
    curves, simulated = _refitted(data, calibrated)
    null_low, null_high = np.quantile(np.vstack([curves, fit.fitted]), _tails(confidence), axis=0)
    return dict(zip(names, (low, high, null_low, null_high), strict=True)), simulated, resampled


def resampled_miscalibration(
    raw: dict[str, Any], parts: dict[str, Any], simulated: Floats | None, resampled: Floats | None, confidence: float
) -> dict[str, Any]:
    """P-value of calibration and interval of the corrected miscalibration."""
    corrected = parts["msc_corrected"]
    if simulated is None or resampled is None or corrected is None:
        return dict.fromkeys(("p_calibrated", "msc_low", "msc_high"))
    # A resample fits noise twice, that of the sample and its own: only its scatter is used.
    centred = corrected + resampled - resampled.mean()
    low, high = np.quantile(centred, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    beyond = int((simulated >= raw["msc"] - 1e-12).sum())
    return {"p_calibrated": (1 + beyond) / (1 + len(simulated)), "msc_low": low, "msc_high": high}


def _refitted(data: LevelSums, drawn: Iterable[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Curves of drawn weights and sums, and the miscalibration of each."""
    curves, msc = [], []
    for weight, sums in drawn:
        curves.append(isotonic_fits(sums, weight))
        msc.append(_miscalibration(data.x, curves[-1], sums, weight))
    return np.concatenate(curves), np.concatenate(msc)


def _tails(confidence: float) -> list[float]:
    return [(1 - confidence) / 2, (1 + confidence) / 2]


def _stretched_band(curves: Floats, centre: Floats, independent: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Percentiles, moved outward from the centre as Student's t is wider than the normal distribution.

    ``t(nu) / z = 1 + (z^2 + 1) / (4 nu)`` to first order, and the bootstrap variance lacks the factor n / (n - 1).
    """
    tails = _tails(confidence)
    low, high = np.quantile(curves, tails, axis=0)
    z = NormalDist().inv_cdf(tails[1])
    nu = np.maximum(independent - 1, 1.0)
    stretch = np.sqrt((nu + 1) / nu) * (1 + (z**2 + 1) / (4 * nu))
    return np.minimum(low, centre - stretch * (centre - low)), np.maximum(high, centre + stretch * (high - centre))


def _miscalibration(x: Floats, fitted: Floats, sums: Floats, weight: Floats) -> Floats:
    mean = np.divide(sums, weight, out=fitted.copy(), where=weight > 0)
    return np.asarray((weight * ((mean - x) ** 2 - (mean - fitted) ** 2)).sum(axis=1) / weight.sum(axis=1))
