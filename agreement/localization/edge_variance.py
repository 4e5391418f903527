r"""Variance components of one edge: items, annotators' bias, and noise, from sums over independent groups.

With :math:`d_{ij}` the deviations from an item's mean and :math:`\hat b` the annotators' effects by least squares,
:math:`RSS = \sum d_{ij}^2 - 2 \hat b' c + \hat b' S \hat b`, where c are sums of :math:`d_{ij}` by annotator and S is
the normal matrix of the effects. Without a group the effects are others and its own items' squares are taken off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agreement.array_inputs import renumbered
from agreement.arrays import Bools, Floats, Ints
from agreement.estimate import Interval
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t
from agreement.intervals.statistic_of_sums import sum_by_group
from agreement.raters.severity_equations import RANK, RaterEquations

NO_FREEDOM = "there are too few marks beside the items and annotators to tell noise from them"
NOT_ABOVE_ZERO = "estimated as 0: they differ no more than noise would make them"
NO_NOISE = "marks agree to the last digit, so there is no noise to be measured"
NOT_CHAINED = "shared items do not lead from every annotator to every other"
ROUNDING = 1e-12  # share of the whole variance that is none


@dataclass(frozen=True, eq=False)
class VarianceComponent:
    """A variance, and its values without one group each (G,); `reason` says why there is none."""

    variance: float
    replicates: Floats
    size: Floats
    reason: str | None = None

    @property
    def value(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(self.variance))

    def interval(self, confidence: float) -> Interval:
        """Return jackknife-t limits of the standard deviation, from those of its logarithm.

        Where a replicate is not above 0 the logarithm is not defined, and the limits are those of the variance, cut
        at 0.
        """
        if (self.replicates > 0).all():
            logs = Jackknife.of(np.log(self.value), np.log(self.replicates) / 2, self.size)
            found = plain_jackknife_t(logs, confidence=confidence)
            if found.low is None or found.high is None:
                return found
            error = None if found.standard_error is None else found.standard_error * self.value
            limits = float(np.exp(found.low)), float(np.exp(found.high))
            return replace(found, low=limits[0], high=limits[1], method="jackknife-t (log)", standard_error=error)
        found = plain_jackknife_t(Jackknife.of(self.variance, self.replicates, self.size), confidence=confidence)
        if found.low is None or found.high is None:
            return found
        return replace(found, low=max(found.low, 0.0) ** 0.5, high=found.high**0.5, standard_error=None)


@dataclass(frozen=True, slots=True)
class EdgeVariances:
    """The three components; that of annotators has no meaning where they are only numbered."""

    item: VarianceComponent
    annotator: VarianceComponent
    noise: VarianceComponent


def edge_variances(table: Floats, member: Ints, *, named: bool) -> EdgeVariances:
    """Return the components of a table (items, annotators), NaN where there is no mark, with replicates by group."""
    sums = _GroupSums.of(table, member, named=named)
    variances = np.stack(sums.components(), axis=1)  # (1 + G, 3): of all groups, and without each
    total = float(np.nanvar(table[sums.several]))
    undefined = None if sums.freedom > 0 and sums.chained else NO_FREEDOM if sums.chained else NOT_CHAINED
    made = []
    for values, why in zip(variances.T, (NOT_ABOVE_ZERO, NOT_ABOVE_ZERO, NO_NOISE), strict=True):
        low = not np.isfinite(values[0]) or values[0] <= ROUNDING * max(total, ROUNDING)
        made.append(VarianceComponent(float(values[0]), values[1:], sums.size, undefined or (why if low else None)))
    return EdgeVariances(*made)


@dataclass(frozen=True, eq=False)
class _GroupSums:
    """Deviations from item means and what annotators add to them: of all groups (first row), and without each."""

    several: Bools  # items with two marks or more
    size: Floats  # (G,) items of a group
    left: Floats  # (1 + G,) squares left after items and effects
    marks: Floats  # (1 + G,) marks less items
    means: Floats  # (1 + G, 4): sums of item means without bias, of their squares, of 1/m, and items
    effects: Floats  # (1 + G, J)
    spread: float  # what a noise of 1 makes of the squares of effects that are 0
    n_effects: int  # free ones
    chained: bool

    @classmethod
    def of(cls, table: Floats, member: Ints, *, named: bool) -> _GroupSums:
        several = (~np.isnan(table)).sum(axis=1) >= 2
        values, group = table[several], renumbered(member[several])
        given, n_groups = ~np.isnan(values), int(group.max()) + 1
        count, mean = given.sum(axis=1), np.nanmean(values, axis=1)
        away = np.where(given, values - mean[:, None], 0.0)
        effects, chained = _effects(table, group, n_groups, named=named)
        b = np.nan_to_num(effects)

        def sums(rows: Floats) -> Floats:
            return np.asarray(sum_by_group(rows, group, n_groups))

        gram = np.diag(given.sum(axis=0).astype(float)) - (given.T / count) @ given
        whole = (away**2).sum() - 2 * b @ away.sum(axis=0) + np.einsum("gj,jk,gk->g", b, gram, b)
        own = _left_of_units(away, given, count, b[1 + group])
        at_item = mean - (given @ b[0]) / count
        parts = np.stack([at_item, at_item**2, 1 / count, np.ones(len(mean)), count - 1.0, own], axis=1)
        added = sums(parts)
        without = np.concatenate([added.sum(axis=0)[None], added.sum(axis=0) - added])
        return cls(
            several=several,
            size=added[:, 3],
            left=np.concatenate([whole[:1], whole[1:] - added[:, 5]]),
            marks=without[:, 4],
            means=without[:, :4],
            effects=effects,
            spread=float(np.trace(np.linalg.pinv(gram, rcond=RANK, hermitian=True))) if named else 0.0,
            n_effects=int(given.any(axis=0).sum()) - 1 if named else 0,
            chained=chained,
        )

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the noise."""
        return float(self.marks[0]) - self.n_effects

    def components(self) -> tuple[Floats, Floats, Floats]:
        """Return the variances of items, annotators and noise, of all groups and without each."""
        free = self.marks - self.n_effects
        noise = np.divide(self.left, free, out=np.full(len(free), np.nan), where=free > 0)
        mean, square, inverse, n = self.means.T
        with np.errstate(invalid="ignore", divide="ignore"):
            item = (square - mean**2 / n) / (n - 1) - noise * inverse / n
        if not self.n_effects:
            return item, np.full(len(noise), np.nan), noise
        by_chance = noise * self.spread * self.marks[0] / np.maximum(self.marks, 1.0)
        return item, ((self.effects**2).sum(axis=1) - by_chance) / self.n_effects, noise


def _effects(table: Floats, group: Ints, n_groups: int, *, named: bool) -> tuple[Floats, bool]:
    """Return annotators' effects from all and without each group, and whether shared items connect them all."""
    if not named:
        return np.zeros((1 + n_groups, table.shape[1])), True
    equations = RaterEquations(table, None)
    point, left = equations.solved(group, n_groups)
    return np.concatenate([point[None], left]), equations.chained


def _left_of_units(away: Floats, given: Bools, count: Ints, effects: Floats) -> Floats:
    """Return each item's squares left after the effects that hold without its group."""
    of_item = np.where(given, effects, 0.0)
    centred = np.where(given, of_item - (of_item.sum(axis=1) / count)[:, None], 0.0)
    return np.asarray(((away - centred) ** 2).sum(axis=1))
