"""Groups of eight candidates, as training compares them: whether their order holds, and whether there is one at all.

A policy is trained on the differences within a group. A reward that ties all eight teaches nothing, however right it
is: that is the price of a plateau. If jitter changes the order, it teaches noise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from referee_calib.perturbation.harness.reward_table import GROUP, Cell, Floats, RewardTable

TIED = 1e-9
SPREADS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)  # largest perturbations of the policies whose groups are drawn
SPREAD = 0.5  # the one that is judged: perturbations of up to half the object's size


def draw_groups(asked: NDArray[np.bool_], eligible: list[int], seed: int) -> NDArray[np.int64]:
    """Draw each claim's eight candidates, evenly and without repeats, from `eligible` cells that apply.

    `asked` has shape (K, n); the cells drawn have shape (n, 8), -1 throughout where fewer than eight apply.
    """
    n = asked.shape[1]
    if len(eligible) < GROUP:
        return np.full((n, GROUP), -1, dtype=np.int64)
    keys = np.random.default_rng(seed).random((len(eligible), n))
    keys[~asked[eligible]] = np.inf
    order = np.argsort(keys, axis=0)[:GROUP]
    chosen = np.array(eligible, dtype=np.int64)[order].T
    drawn: Floats = np.take_along_axis(keys, order, axis=0)
    enough = np.asarray(np.isfinite(drawn).all(axis=0))
    return np.where(enough[:, None], chosen, -1)


def eligible(cells: Sequence[Cell], spread: float = SPREAD) -> list[int]:
    """Return the cells of perturbations in place or span with magnitudes up to `spread`, in sizes or lengths."""
    return [k for k, cell in enumerate(cells) if cell.kind == "graded" and 0 < (cell.delta or 0.0) <= spread]


def candidates(table: RewardTable, reward: str, groups: NDArray[np.int64]) -> Floats:
    """Return what the candidates of each claim earn, shape (8, n); NaN for a claim without a group."""
    paid = table.values[table.index(reward)]
    found = np.take_along_axis(paid, np.maximum(groups, 0).T, axis=0) if paid.size else np.empty((GROUP, 0))
    return np.where(groups.T < 0, np.nan, found)


def zero_variance(paid: Floats) -> Floats:
    """Tell which groups are tied throughout: 1 or 0, NaN where a candidate has no value; shape (n,)."""
    with np.errstate(invalid="ignore"):
        spread = paid.max(axis=0) - paid.min(axis=0)
    return np.where(np.isnan(spread), np.nan, (spread <= TIED).astype(float))


def rank_stability(before: Floats, after: Floats) -> Floats:
    """Kendall's tau-b of each group with itself after the jitter; NaN where all are tied before or after."""
    i, j = np.triu_indices(before.shape[0], 1)
    differences = (values[i] - values[j] for values in (before, after))
    a, b = (np.sign(np.where(np.abs(each) <= TIED, 0.0, each)) for each in differences)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((a * b).sum(axis=0) / np.sqrt((a != 0).sum(axis=0) * (b != 0).sum(axis=0)))


def best_flips(before: Floats, after: Floats) -> Floats:
    """Probability that a best candidate of each group is no longer among the best; NaN where all were tied."""
    with np.errstate(invalid="ignore"):
        first, then = (values >= values.max(axis=0) - TIED for values in (before, after))
    lost = 1 - (first & then).sum(axis=0) / np.maximum(first.sum(axis=0), 1)
    undefined = np.isnan(before).any(axis=0) | np.isnan(after).any(axis=0) | (zero_variance(before) == 1)
    return np.where(undefined, np.nan, lost)
