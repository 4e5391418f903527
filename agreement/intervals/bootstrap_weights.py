"""How often each group is drawn when as many are drawn, with replacement, as there are: the weights of a bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

from agreement.arrays import Floats, Ints

SPARE = 1.5  # √n by which the Poisson means stay below n: at less more rows are drawn anew, at more items one by one
BLOCK = 1 << 16  # draws counted at a time, so that they stay in the cache
SHORT = 1 << 12  # 16 random bits pick one of so many with few refusals


def draw(rng: np.random.Generator, repeats: Floats, n_resamples: int, *, dtype: DTypeLike = np.float64) -> Floats:
    """Draw group weights of resamples (B, G), as many groups as there are; ``repeats`` counts the groups of a row.

    Where most groups share their row with several others the weights are one multinomial draw per resample; elsewhere
    groups are drawn one by one and counted. float32 holds counts up to 2²⁴ exactly.
    """
    n, width = int(repeats.sum()), len(repeats)
    if n > 4 * width:
        return np.asarray(multinomial(rng, repeats, n_resamples), dtype=dtype)
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


def multinomial(rng: np.random.Generator, repeats: Floats | Ints, n_resamples: int) -> NDArray[np.int64]:
    """Draw from as many items as there are, with replacement, and count each kind, in two thirds of numpy's time.

    Independent Poisson counts with means a little below `repeats`, given their sum, are a multinomial draw of that many
    items; the few that are missing are drawn one by one. A row whose counts sum to more than wanted is drawn anew.
    L. Devroye, *Non-Uniform Random Variate Generation* (1986), XI.1: the multinomial distribution.
    """
    n, width = int(repeats.sum()), len(repeats)
    share = repeats / n
    if n**0.5 > 3 * width:  # the missing ones would be more work than they save
        return rng.multinomial(n, share, size=n_resamples)
    drawn = rng.poisson(max(0.0, n - SPARE * n**0.5) * share, size=(n_resamples, width))
    missing = n - drawn.sum(axis=1)
    if (over := missing < 0).any():
        drawn[over] = rng.multinomial(n, share, size=np.count_nonzero(over))
        missing[over] = 0
    item = rng.integers(0, n, size=int(missing.sum()), dtype=np.uint16 if n <= SHORT else np.uint32)
    cell = np.repeat(np.arange(width), repeats.astype(np.intp))[item]
    cell += np.repeat(np.arange(n_resamples) * width, missing)
    drawn += np.bincount(cell, minlength=drawn.size).reshape(drawn.shape)
    return drawn
