"""Least squares of what raters add to the units they share, from all units and without each group of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from agreement.arrays import Bools, Floats, Ints

RANK = 1e-9  # eigenvalues below this share of the largest are none
STEADY = 1e6  # condition number up to which a group is taken off the solution, and not off the equations


class RaterEquations:
    """Normal equations of :math:`y_{ij} = m_i + b_j + s_j t_{ij}`, or without the slopes, the units' means taken off.

    What is wanted, the slopes where there are times and else the levels, is told about its mean over raters. Sums run
    over groups of units and the raters whom these met, so that hundreds of raters who met few others are quick.
    ``several`` tells which units enter, those with two ratings; ``rated`` where these have a rating.
    """

    def __init__(self, values: Floats, time: Floats | None) -> None:
        given = ~np.isnan(values)
        self.several: Bools = np.asarray(given.sum(axis=1) >= 2)
        self.rated = rated = given[self.several]
        self._count = rated.sum(axis=1)
        y = np.where(rated, values[self.several], 0.0)
        self._y = np.where(rated, y - (y.sum(axis=1) / self._count)[:, None], 0.0)
        self._effects = [rated.astype(float)]
        if time is not None:
            middle = time[given].mean() if given.any() else 0.0
            self._effects.append(np.where(rated, time[self.several] - middle, 0.0))

    @property
    def n_raters(self) -> int:
        """Number of columns."""
        return int(self.rated.shape[1])

    def solved(self, member: Ints, n_groups: int) -> tuple[Floats, Floats]:
        """Return the wanted effects, (raters,), and those without each group, (groups, raters); NaN where undefined.

        Once every rater is undefined without some group, further groups are not asked and stay NaN.
        """
        n = self.n_raters
        left = np.full((n_groups, n), np.nan)
        if n < 2 or not len(member):
            return np.full(n, np.nan), left
        whole = _Whole(*self._sums(np.arange(len(member)), np.arange(n)), n)
        if not np.isfinite(whole.point).any():
            return whole.point, left
        order = np.argsort(member, kind="stable")
        for g, rows in enumerate(np.split(order, np.searchsorted(member[order], np.arange(1, n_groups)))):
            met = np.flatnonzero(self.rated[rows].any(axis=0))
            left[g] = whole.without(met, *self._sums(rows, met))
            if not np.isfinite(left[: g + 1]).all(axis=0).any():
                break
        return whole.point, left

    @cached_property
    def chained(self) -> bool:
        """Whether shared units lead from every rater to every other."""
        from scipy.sparse.csgraph import connected_components

        shared = self._effects[0].T @ self._effects[0]
        return int(connected_components(shared, directed=False)[0]) == 1

    @cached_property
    def still(self) -> Bools:
        """Who gave all ratings that enter at one time."""
        time = self._effects[-1]
        spread = [np.ptp(time[own, j]) if own.any() else 0.0 for j, own in enumerate(self.rated.T)]
        return np.equal(spread, 0)

    def _sums(self, rows: Ints, raters: Ints) -> tuple[Floats, Floats]:
        """Sum of X'X and X'y over some units, for the raters whom these met."""
        own = [effect[np.ix_(rows, raters)] for effect in self._effects]
        x, y = np.concatenate(own, axis=1), self._y[np.ix_(rows, raters)]
        squares = -(x.T / self._count[rows]) @ x
        at = np.arange(len(raters))
        for a, first in enumerate(own):
            for b, second in enumerate(own):
                squares[at + a * len(at), at + b * len(at)] += (first * second).sum(axis=0)
        return squares, np.concatenate([(effect * y).sum(axis=0) for effect in own])


class _Whole:
    """Equations of all units, solved once."""

    def __init__(self, squares: Floats, products: Floats, n_raters: int) -> None:
        self.squares, self.products, self.n_raters = squares, products, n_raters
        self.point = _solve(squares, products, n_raters)

    @cached_property
    def scale(self) -> Floats:
        return _lengths(self.squares)

    @cached_property
    def inverse(self) -> Floats:
        return _inverse(self.squares, self.scale)

    @cached_property
    def solution(self) -> Floats:
        return np.asarray(self.inverse @ (self.products / self.scale))

    def without(self, met: Ints, squares: Floats, products: Floats) -> Floats:
        """Return the wanted effects without a group whose sums are given for the raters whom it met.

        With A the whole and L the group's part of the equations, E L E' padded to all raters,
        (A − E L E')⁺ = A⁺ + A⁺ E (I − L S)⁻¹ L E' A⁺, S = E' A⁺ E, as long as the rank stays (Woodbury).
        """
        at = np.concatenate([met + start for start in range(0, len(self.products), self.n_raters)])
        scale = self.scale[at]
        taken, across = squares / np.outer(scale, scale), self.inverse[:, at]
        kept = np.eye(len(at)) - taken @ across[at]
        try:
            back = np.linalg.inv(kept)
        except np.linalg.LinAlgError:
            return self._without(at, squares, products)
        if not np.linalg.norm(kept, 1) * np.linalg.norm(back, 1) < STEADY:
            return self._without(at, squares, products)
        x = self.solution - across @ (products / scale)
        x = x + across @ (back @ (taken @ x[at]))
        wanted = (x / self.scale)[-self.n_raters :]
        return np.asarray(np.where(np.isfinite(self.point), wanted - wanted.mean(), np.nan))

    def _without(self, at: Ints, squares: Floats, products: Floats) -> Floats:
        left = self.squares.copy(), self.products.copy()
        left[0][np.ix_(at, at)] -= squares
        left[1][at] -= products
        return _solve(*left, self.n_raters)


def _solve(squares: Floats, products: Floats, n_raters: int) -> Floats:
    """Solve, centre the wanted effects, which are the last, NaN where a centred effect cannot be estimated."""
    scale = _lengths(squares)
    inverse = _inverse(squares, scale)
    beta = (inverse @ (products / scale)) / scale
    contrast = np.zeros((n_raters, len(products)))
    contrast[:, -n_raters:] = np.eye(n_raters) - 1 / n_raters
    # A contrast is estimable when it lies in the space that the data span.
    scaled = contrast / scale
    spanned = scaled @ inverse @ (squares / np.outer(scale, scale))
    ok = np.abs(spanned - scaled).max(axis=1) <= 1e-6 * np.maximum(np.abs(scaled).max(axis=1), 1e-300)
    return np.asarray(np.where(ok, contrast @ beta, np.nan))


def _lengths(squares: Floats) -> Floats:
    return np.sqrt(np.maximum(np.diag(squares), 1e-300))


def _inverse(squares: Floats, scale: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(squares / np.outer(scale, scale), rcond=RANK, hermitian=True))
