"""The distribution of a difference when the referee is swapped with people at random, drawn or enumerated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.significance.rater_swaps import SwapChanges

MOST_PATTERNS = 1 << 14  # up to so many ways of swapping all are taken
HELD = 1 << 22  # numbers held at a time while drawing
ROUNDING, DIGITS = 1e-12, 9


@dataclass(frozen=True, eq=False)
class SwapDistribution:
    """Absolute differences under swaps, the one observed among them.

    Parameters
    ----------
    observed : float
        The linearised difference as it is.
    values : array (b,)
        Its absolute values under swaps.
    exact : bool
        Whether these are all ways of swapping, equally likely, or random ones.
    """

    observed: float
    values: Floats
    exact: bool

    @property
    def p_value(self) -> float:
        """Mid-p: share of swaps farther from 0 than what was observed, and half of those as far.

        Few swaps have few values, and the plain share would be far too careful (H. O. Lancaster, JASA 56, 1961).
        """
        levels, mid_p = self._mid_p
        return float(mid_p[np.abs(levels - abs(self.observed)).argmin()])

    @property
    def monte_carlo_error(self) -> float | None:
        """Standard error of the p-value from the number of draws, None where all swaps were taken."""
        p = self.p_value
        return None if self.exact else float(np.sqrt(p * (1 - p) / len(self.values)))

    def reach(self, confidence: float) -> float:
        """Return the largest value whose mid-p exceeds 1 − confidence: what lies farther is significant."""
        levels, mid_p = self._mid_p
        return float(levels[np.flatnonzero(mid_p > 1 - confidence + ROUNDING)[-1]])

    @cached_property
    def _mid_p(self) -> tuple[Floats, Floats]:
        """Values that occur, and the mid-p of each; values that differ by rounding are one."""
        top = max(float(self.values.max()), np.finfo(float).tiny)
        _, first, count = np.unique(np.round(self.values / top, DIGITS), return_index=True, return_counts=True)
        beyond = count[::-1].cumsum()[::-1] - count / 2
        return self.values[first], beyond / len(self.values)


def swap_distributions(
    found: SwapChanges, observed: Floats, n_resamples: int, rng: np.random.Generator
) -> list[SwapDistribution]:
    """Return the distribution of each statistic: all ways of swapping where they are few, else random ones."""
    exact = _ways(found) <= MOST_PATTERNS
    changed = _all_ways(found) if exact else np.concatenate(list(_drawn(found, n_resamples, rng)))
    moved = np.abs(observed + changed)
    if not exact:
        moved = np.concatenate([moved, np.abs(observed)[None]])
    return [SwapDistribution(float(at), column, exact) for at, column in zip(observed, moved.T, strict=True)]


def _ways(found: SwapChanges) -> float:
    with np.errstate(over="ignore"):
        return float(np.prod(found.n_roles.astype(float) ** found.repeats))


def _all_ways(found: SwapChanges) -> Floats:
    """Return the change of every way of swapping, shape (ways, s)."""
    ways: Floats = np.zeros((1, len(found.changes)))
    for g, (n, times) in enumerate(zip(found.n_roles.tolist(), found.repeats.tolist(), strict=True)):
        for _ in range(times):
            ways = (ways[:, None] + found.changes[:, g, :n].T[None]).reshape(-1, len(found.changes))
    return ways


def _drawn(found: SwapChanges, n_resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield the changes of random swaps, shape (b, s)."""
    n_groups, widest = int(found.repeats.sum()), found.changes.shape[2]
    single = n_groups <= 4 * len(found.repeats)
    width = n_groups if single else len(found.repeats) * widest
    step = max(1, HELD // max(width, 1))
    for start in range(0, n_resamples, step):
        b = min(step, n_resamples - start)
        yield _one_by_one(found, b, rng) if single else _counted(found, b, rng)


def _one_by_one(found: SwapChanges, b: int, rng: np.random.Generator) -> Floats:
    each = np.repeat(np.arange(len(found.repeats)), found.repeats)
    role: Ints = (rng.random((b, len(each))) * found.n_roles[each]).astype(np.intp)
    total: Floats = np.zeros((b, len(found.changes)))
    for r in range(1, found.changes.shape[2]):
        total += (role == r).astype(float) @ found.changes[:, each, r].T
    return total


def _counted(found: SwapChanges, b: int, rng: np.random.Generator) -> Floats:
    """Draw how many of the groups that share a row take each role."""
    widest = found.changes.shape[2]
    shares = (np.arange(widest) < found.n_roles[:, None]) / found.n_roles[:, None]
    taken = rng.multinomial(found.repeats, shares, size=(b, len(found.repeats)))
    return np.asarray(np.einsum("bgr,sgr->bs", taken.astype(float), found.changes, optimize=True))
