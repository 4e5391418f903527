"""Means over claims with bands from resampled videos, for several magnitudes at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from referee_calib.errors import InputError

Known = tuple[float | None, ...]


def mean_bands(
    cells: Sequence[Sequence[tuple[str, float]]],
    *,
    seed: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> tuple[Known, Known, Known]:
    """Average each cell and draw its percentile band by resampling whole videos.

    Parameters
    ----------
    cells : sequence of sequences of (video, value)
        One sequence per magnitude.
    seed, n_resamples, confidence
        The same videos are drawn for every cell, so that curves of one call can be compared.

    Returns
    -------
    mean, low, high : tuple of float or None
        None where a cell is empty; no band where it holds fewer than two videos.
    """
    if not 0 < confidence < 1 or n_resamples < 1:
        raise InputError(f"confidence={confidence}, n_resamples={n_resamples}", "they lie in 0 to 1, and from 1 on")
    videos = {video: i for i, video in enumerate(sorted({video for cell in cells for video, _ in cell}))}
    sums, counts = np.zeros((len(videos), len(cells))), np.zeros((len(videos), len(cells)))
    for k, cell in enumerate(cells):
        for video, value in cell:
            sums[videos[video], k] += value
            counts[videos[video], k] += 1
    mean = tuple(_ratio(s, n) for s, n in zip(sums.sum(axis=0), counts.sum(axis=0), strict=True))
    if not videos:
        return mean, mean, mean
    dice = np.random.default_rng(seed)
    weights = dice.multinomial(len(videos), np.full(len(videos), 1 / len(videos)), size=n_resamples)
    tail = (1 - confidence) / 2
    low, high = _quantiles(weights @ sums, weights @ counts, (tail, 1 - tail))
    wide = (counts > 0).sum(axis=0) >= 2
    return mean, _where(wide, low), _where(wide, high)


def _quantiles(sums: np.ndarray, counts: np.ndarray, shares: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Quantiles of sums over counts per column; resamples in which a column is empty do not count."""
    bounds = []
    for s, n in zip(sums.T, counts.T, strict=True):
        drawn = s[n > 0] / n[n > 0]
        bounds.append(np.quantile(drawn, shares) if drawn.size else (0.0, 0.0))
    return [float(b[0]) for b in bounds], [float(b[1]) for b in bounds]


def _ratio(total: float, count: float) -> float | None:
    return float(total / count) if count else None


def _where(known: np.ndarray, values: Sequence[float]) -> Known:
    return tuple(value if ok else None for ok, value in zip(known, values, strict=True))
