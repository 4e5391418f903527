"""How well could any referee agree with these people? Noise ceilings, and correlations with the noise taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, counts_of, rating_values, renumbered, scores_of, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.correlation.rank_correlation import rank_correlation_influence
from agreement.estimate import Estimate
from agreement.intervals.infinitesimal_jackknife import influence_interval
from agreement.intervals.jackknife import jackknife_t, plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_seed
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

Moved = tuple[float, Floats]  # a value, and by how much each unit moves it

SPLIT_UNITS = 20_000  # units halved in all: 200 halvings of 100 units, 10 of 2,000
ENOUGH_UNITS, ENOUGH_RATINGS = 50, 3


@dataclass(frozen=True)
class NoiseCeilings(JsonFields):
    """Correlations of a referee with people, and what a perfect referee would reach with ratings this noisy.

    Attributes
    ----------
    pearson : Estimate
        Referee with the mean rating of each unit.
    rho_perfect : Estimate
        The Pearson correlation that a referee would reach who knew the mean of infinitely many raters.
    disattenuated : Estimate
        ``pearson / rho_perfect``.
    spearman : Estimate
        Rank correlation of the referee with the mean rating.
    spearman_brown : Estimate
        Square root of the split-half reliability of the mean rating, stepped up to all raters: the ceiling of
        ``spearman``.
    spearman_disattenuated : Estimate
        ``spearman / spearman_brown``.
    person : Estimate
        Mean over people of the rank correlation of the referee with one person.
    person_low, person_high : Estimate
        Mean over people of the rank correlation of one person with the mean of the others, and of all: the bracket of
        the ceiling of ``person``.
    """

    pearson: Estimate
    rho_perfect: Estimate
    disattenuated: Estimate
    spearman: Estimate
    spearman_brown: Estimate
    spearman_disattenuated: Estimate
    person: Estimate
    person_low: Estimate
    person_high: Estimate


def noise_ceilings(
    humans: Ratings | ArrayLike,
    referee: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> NoiseCeilings:
    """Correlate a referee with people, and say what the noise of their ratings leaves to reach.

    With m_i the mean and s_i² the variance of the J_i ratings of unit i,

    ``rho_perfect = sqrt((Var(m) − mean(s_i² / J_i)) / Var(m))``

    (arXiv 2602.08552), and a raw correlation divided by its ceiling is what the referee would reach with ratings free
    of noise (Spearman 1904). Split halves: the raters of each unit are halved at random several times, r is the mean
    rank correlation of the half means, and the reliability of the whole is ``2r / (1 + r)`` (Spearman 1910,
    Brown 1910).

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        Units with fewer than two ratings do not enter.
    referee : array (units,)
        Levels or expected levels, NaN where it failed.
    cluster : array (units,), optional
        For the intervals: jackknife-t by cluster for the Pearson family, its first-order form for ranks. By default the
        clusters of the ratings.
    confidence : float, default 0.95
    seed : int, default 0
        Of the random halves.

    Returns
    -------
    NoiseCeilings

    Examples
    --------
    >>> humans = [[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0]]
    >>> found = noise_ceilings(humans, [0, 2, 2, 3, 4, 1])
    >>> round(found.pearson.value, 3), round(found.rho_perfect.value, 3), round(found.disattenuated.value, 3)
    (0.897, 0.977, 0.918)
    """
    check_confidence(confidence)
    check_seed(seed)
    values = rating_values(humans)
    score = scores_of(referee, len(values))
    codes = cluster_codes(cluster, humans, len(values))
    counts = (~np.isnan(values)).sum(axis=1)
    kept = (counts >= 2) & ~np.isnan(score)
    group = np.arange(kept.sum()) if codes is None else renumbered(codes[kept])
    data = _ScoredUnits(values[kept], score[kept], group, codes is not None, confidence, unused_weights_note(humans))
    spearman = rank_correlation_influence(data.score, data.mean)
    halves = _split_half(data, np.random.default_rng(seed))
    return NoiseCeilings(
        pearson=data.jackknifed(_pearson),
        rho_perfect=data.jackknifed(_rho_perfect, bounds=(0.0, 1.0)),
        disattenuated=data.jackknifed(lambda t: _pearson(t) / _rho_perfect(t), bounds=None),
        spearman=data.moved(spearman),
        spearman_brown=data.moved(halves, (0.0, 1.0), why=data.why_no_halves()),
        spearman_disattenuated=data.moved(_quotient(spearman, halves), None),
        person=data.moved(data.mean_over_people(lambda j: data.score)),
        person_low=data.moved(data.mean_over_people(data.mean_without)),
        person_high=data.moved(data.mean_over_people(lambda j: data.mean)),
    )


def _quotient(above: Moved | None, below: Moved | None) -> Moved | None:
    if above is None or below is None:
        return None
    value = above[0] / below[0]
    return value, (above[1] - value * below[1]) / below[0]


class _ScoredUnits:
    """Units with a score and at least two ratings."""

    def __init__(
        self, values: Floats, score: Floats, group: Ints, clustered: bool, confidence: float, notes: tuple[str, ...]
    ) -> None:
        self.values, self.score, self.group = values, score, group
        self.clustered, self.confidence, self.notes = clustered, confidence, notes
        self.rated = ~np.isnan(values)
        self.counts = self.rated.sum(axis=1)
        self.total = np.where(self.rated, values, 0.0).sum(axis=1)
        self.mean = self.total / np.maximum(self.counts, 1)

    def mean_without(self, j: int) -> Floats:
        """Mean of the others at each unit."""
        own = np.where(self.rated[:, j], self.values[:, j], 0.0)
        return np.asarray((self.total - own) / np.maximum(self.counts - self.rated[:, j], 1))

    def mean_over_people(self, against: Callable[[int], Floats]) -> Moved | None:
        """Mean over people of the rank correlation of one person with something."""
        values, influence = [], np.zeros(len(self.mean))
        for j in range(self.values.shape[1]):
            own = np.flatnonzero(self.rated[:, j])
            found = rank_correlation_influence(self.values[own, j], against(j)[own])
            if found is not None:
                values.append(found[0])
                influence[own] += found[1]
        return (float(np.mean(values)), influence / len(values)) if values else None

    def _blank(self, reason: str) -> Estimate:
        n_clusters = int(self.group.max(initial=-1)) + 1 if self.clustered else None
        n, per_unit = len(self.mean), float(self.counts.mean()) if len(self.mean) else 0.0
        rough = (
            f"{n} units with {per_unit:.1f} ratings each: "
            f"noise ceilings are rough below {ENOUGH_UNITS} units or {ENOUGH_RATINGS} ratings"
        )
        thin = n < ENOUGH_UNITS or per_unit < ENOUGH_RATINGS
        return Estimate.undefined(
            reason,
            confidence=self.confidence,
            n_clusters=n_clusters,
            notes=(*((rough,) if thin else ()), *few_clusters_note(n_clusters), *self.notes),
            **counts_of(self.values),
        )

    def moved(
        self, found: Moved | None, bounds: tuple[float, float] | None = (-1.0, 1.0), *, why: str = ""
    ) -> Estimate:
        """Return a value with the interval that the units' influence on it gives."""
        if found is None or len(self.mean) < 3:  # two units always correlate fully
            return self._blank(why or self._why())
        value = round(found[0], 15)
        interval = influence_interval(value, found[1], self.group, confidence=self.confidence, bounds=bounds)
        return self._blank("not yet computed").with_interval(value, interval)

    def jackknifed(
        self, value: Callable[[Floats], Floats], bounds: tuple[float, float] | None = (-1.0, 1.0)
    ) -> Estimate:
        """Return a function of moments with its jackknife-t interval."""
        if len(self.mean) < 3:
            return self._blank(self._why())
        statistic = self._statistic(value)
        if not np.isfinite(statistic.point):
            return self._blank(self._why())
        found = statistic.jackknife()
        if bounds is None:
            interval = plain_jackknife_t(found, confidence=self.confidence)
        else:
            interval = jackknife_t(found, confidence=self.confidence, bounds=bounds)
        return self._blank("not yet computed").with_interval(statistic.point, interval)

    def _statistic(self, value: Callable[[Floats], Floats]) -> StatisticOfSums:
        spread = np.where(self.rated, self.values - self.mean[:, None], 0.0)
        noise = np.square(spread).sum(axis=1) / np.maximum(self.counts - 1, 1) / self.counts
        m, x = self.mean - self.mean.mean(), self.score - self.score.mean()
        rows = np.stack([np.ones(len(m)), m, m * m, x, x * x, m * x, noise], axis=1)
        return StatisticOfSums.by_group(rows, self.group, value)

    def _why(self) -> str:
        if len(self.mean) < 3:
            return f"{len(self.mean)} units with a score and two ratings: a correlation needs three"
        if np.ptp(self.score) == 0:
            return "the referee gave one score to every unit"
        if np.ptp(self.mean) == 0:
            return "people rated every unit alike"
        return "ratings differ no more between units than within one, so there is no ceiling to compare with"

    def why_no_halves(self) -> str:
        """Say why the halves of the ratings give no reliability, which does not depend on the scores."""
        if len(self.mean) < 3:
            return self._why()
        alike = np.ptp(self.mean) == 0
        return "people rated every unit alike" if alike else "the halves of the ratings do not correlate"


def _pearson(total: Floats) -> Floats:
    n, m, mm, x, xx, mx = (total[..., i] for i in range(6))
    spread = (mm - m * m / n) * (xx - x * x / n)
    root = np.sqrt(np.maximum(spread, 0))
    return np.asarray(np.divide(mx - m * x / n, root, out=np.full(n.shape, np.nan), where=spread > 1e-12))


def _rho_perfect(total: Floats) -> Floats:
    n, m, mm = (total[..., i] for i in range(3))
    variance = (mm - m * m / n) / (n - 1)
    share = np.divide(variance - total[..., 6] / n, variance, out=np.full(n.shape, np.nan), where=variance > 1e-12)
    return np.asarray(np.sqrt(np.where(share > 0, share, np.nan)))


def _split_half(data: _ScoredUnits, rng: np.random.Generator) -> Moved | None:
    """Square root of the stepped-up mean rank correlation of random halves."""
    if len(data.mean) < 3:
        return None
    values, influence = [], np.zeros(len(data.mean))
    for _ in range(min(200, max(5, SPLIT_UNITS // len(data.mean)))):
        order = np.where(data.rated, rng.random(data.rated.shape), np.inf).argsort(axis=1).argsort(axis=1)
        first = data.rated & (order < (data.counts // 2)[:, None])
        second = data.rated & (order >= (data.counts // 2)[:, None]) & (order < 2 * (data.counts // 2)[:, None])
        means = [np.where(half, data.values, 0.0).sum(axis=1) / half.sum(axis=1) for half in (first, second)]
        one = rank_correlation_influence(*means)
        if one is not None:
            values.append(one[0])
            influence += one[1]
    if not values or np.mean(values) <= 0:
        return None
    r, longer = float(np.mean(values)), float(data.counts.mean() / (data.counts // 2).mean())
    whole = longer * r / (1 + (longer - 1) * r)
    # The slope of sqrt(whole) in r: (d whole / d r) / (2 sqrt(whole)), d whole / d r = longer / (1 + (longer - 1) r)^2.
    slope = longer / (1 + (longer - 1) * r) ** 2 / (2 * np.sqrt(whole))
    return float(np.sqrt(whole)), slope * influence / len(values)
