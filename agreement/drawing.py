"""How often each group is drawn when as many are drawn, with replacement, as there are: the weights of a bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

Floats = NDArray[np.float64]
BLOCK = 1 << 16  # draws counted at a time, so that they stay in the cache
SHORT = 1 << 12  # 16 random bits pick one of so many with few refusals


def draw(rng: np.random.Generator, repeats: Floats, n_resamples: int, *, dtype: DTypeLike = np.float64) -> Floats:
    """Draw group weights of bootstrap resamples, as many groups as there are.

    Where most groups share their row with several others the weights are one multinomial draw per resample; elsewhere
    groups are drawn one by one and counted.

    Parameters
    ----------
    rng : numpy.random.Generator
    repeats : ndarray of shape (G,)
        Groups that share a row.
    n_resamples : int
        B.
    dtype : dtype, default float64
        float32 holds counts up to 2²⁴ exactly.

    Returns
    -------
    ndarray of shape (B, G)
        Each row sums to ``repeats.sum()``.

    Examples
    --------
    >>> draw(np.random.default_rng(0), np.array([1.0, 1.0, 2.0]), 3).sum(axis=1).tolist()
    [4.0, 4.0, 4.0]
    """
    n, width = int(repeats.sum()), len(repeats)
    if n > 4 * width:
        return np.asarray(rng.multinomial(n, repeats / n, size=n_resamples), dtype=dtype)
    owner = None if n == width else np.repeat(np.arange(width), repeats.astype(np.intp))
    kind = np.uint16 if n <= SHORT else np.int64
    weights = np.empty((n_resamples, width), dtype=dtype)
    step = max(1, BLOCK // max(n, 1))
    for start in range(0, n_resamples, step):
        rows = min(step, n_resamples - start)
        picked = rng.integers(0, n, size=(rows, n), dtype=kind)
        cell = picked.astype(np.intp, copy=False) if owner is None else owner[picked]
        cell += (np.arange(rows) * width)[:, None]
        weights[start : start + rows] = np.bincount(cell.ravel(), minlength=rows * width).reshape(rows, width)
    return weights
