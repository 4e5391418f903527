r"""What people think of the rollouts that are preferred, with intervals over clusters and missing ratings weighed.

With w the weight of a rollout in its group, h what people think of it, R whether it was rated and p the probability
that it was, the mean is :math:`\sum w h R / p \big/ \sum w R / p` over all groups: Hájek's ratio of inverse
probabilities (J. Hájek in Godambe & Sprott, 1971), which needs no rating in every group.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from agreement.arrays import Floats
from agreement.estimate import Estimate, Interval
from agreement.intervals.jackknife import Jackknife, bounded_jackknife_t, plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import best_of_n_weights, best_of_rated_weights

UNRATED = "none of these rollouts was rated"


def even_weights(groups: RolloutGroups, n: int = 1) -> Floats:
    """Return the weights of the policy that drew the groups; of a sampled group, over its subsets of n."""
    if groups.inclusion is None:
        return np.asarray(groups.present / np.maximum(groups.size, 1)[:, None])
    return preferred_weights(replace(groups, rewards={"": np.zeros(groups.value.shape)}), "", n)


def preferred_weights(groups: RolloutGroups, reward: str, n: int) -> Floats:
    """Return the weights of the rollouts that a reward prefers among n; of a sampled group, by its subsets."""
    paid = groups.rewards[reward]
    if groups.inclusion is None:
        return best_of_n_weights(paid, groups.present, n)
    weights = best_of_rated_weights(paid, groups.inclusion, groups.size, n)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def mean_value(groups: RolloutGroups, weights: Floats, confidence: float) -> Estimate:
    """Estimate what people think of rollouts under these weights."""
    return _estimate(groups, [weights], [1.0], confidence)


def gain(groups: RolloutGroups, weights: Floats, n: int, confidence: float) -> Estimate:
    """Estimate what people think of the best of n, minus what they think of rollouts as drawn."""
    return _estimate(groups, [weights, even_weights(groups, n)], [1.0, -1.0], confidence)


def gain_at_kl(groups: RolloutGroups, weights: Floats, kl: Floats, slope: float, confidence: float) -> Estimate:
    """Estimate a gain at a fixed mean of the groups' KL divergences, of which it rises by `slope` per nat.

    Without a cluster the same weights lie at another mean; what that changes is taken out, to first order.
    """
    rows, formula = _means(groups, [weights, even_weights(groups)], [1.0, -1.0])
    target = float(kl.mean())

    def held(sums: Floats) -> Floats:
        return np.asarray(formula(sums[..., :-2]) - slope * (_ratio(sums[..., -2:]) - target))

    rows = np.concatenate([rows, np.stack([kl, np.ones(len(kl))], axis=1)], axis=1)
    return _with_interval(groups, StatisticOfSums.by_group(rows, groups.cluster, held), confidence)


def difference(groups: RolloutGroups, first: Floats, second: Floats, confidence: float) -> Estimate:
    """Estimate what people think of rollouts under the first weights minus that under the second."""
    return _estimate(groups, [first, second], [1.0, -1.0], confidence)


def gain_share(groups: RolloutGroups, weights: Floats, reference: Floats, n: int, confidence: float) -> Estimate:
    """Estimate one gain as a share of another one, with E. C. Fieller's limits (JRSS B 16, 1954).

    They are the shares s for which gain − s · reference is not told from 0. Where the reference's gain is not told from
    0 itself there are no limits, and nothing to take a share of.
    """
    even = even_weights(groups, n)
    a = _statistic(groups, [weights, even], [1.0, -1.0]).jackknife()
    b = _statistic(groups, [reference, even], [1.0, -1.0]).jackknife()
    blank = _counts(groups, UNRATED, confidence)
    if not (np.isfinite(a.point) and np.isfinite(b.point)):
        return blank
    own = plain_jackknife_t(b, confidence=confidence)
    if own.low is None or own.low <= 0:
        why = own.reason or "people's own gain is not shown to be above 0, so there is nothing to take a share of"
        return Estimate.undefined(why, **_entered(groups), confidence=confidence)
    return blank.with_interval(a.point / b.point, _fieller(a, b, confidence))


def ratio(
    groups: RolloutGroups, part: Floats, whole: Floats, bounds: tuple[float, float], why: str, confidence: float
) -> Estimate:
    """Estimate the ratio of two sums over groups that lies within bounds; a group with NaN does not enter."""
    known = ~(np.isnan(part) | np.isnan(whole))
    sums = np.where(known[:, None], np.stack([part, whole, whole], axis=1), 0.0)
    return bounded_ratio(groups, sums, _ratio, bounds, why, confidence)


def bounded_ratio(
    groups: RolloutGroups,
    sums: Floats,
    formula: Callable[[Floats], Floats],
    bounds: tuple[float, float],
    why: str,
    confidence: float,
) -> Estimate:
    """Estimate a formula of sums over groups that lies within bounds.

    The last column says how much of a group there is. Groups of nothing do not enter, and degrees of freedom count
    clusters by it: those with few rated subsets say less than those with many.
    """
    entered = sums[:, -1] > 0
    its, rows = groups.where(entered), sums[entered]
    blank = _counts(its, why, confidence)
    if not entered.any():
        return blank
    statistic = StatisticOfSums.by_group(rows, its.cluster, formula)
    if not np.isfinite(statistic.point):
        return blank
    found = replace(statistic, size=statistic.rows[:, -1]).jackknife()
    return blank.with_interval(found.point, bounded_jackknife_t(found, bounds, confidence=confidence))


def _estimate(groups: RolloutGroups, weights: list[Floats], signs: list[float], confidence: float) -> Estimate:
    return _with_interval(groups, _statistic(groups, weights, signs), confidence)


def _with_interval(groups: RolloutGroups, statistic: StatisticOfSums, confidence: float) -> Estimate:
    blank = _counts(groups, UNRATED, confidence)
    if not len(groups.value) or not np.isfinite(statistic.point):
        return blank
    return blank.with_interval(statistic.point, plain_jackknife_t(statistic.jackknife(), confidence=confidence))


def _statistic(groups: RolloutGroups, weights: list[Floats], signs: list[float]) -> StatisticOfSums:
    rows, formula = _means(groups, weights, signs)
    return StatisticOfSums.by_group(rows, groups.cluster, formula)


def _means(
    groups: RolloutGroups, weights: list[Floats], signs: list[float]
) -> tuple[Floats, Callable[[Floats], Floats]]:
    """Return what each group adds to the sums of each mean, and the sum of these means, each with its sign.

    Where weights were estimated the sums are kept by stratum, with its counts, so that whoever leaves out a cluster
    estimates them anew.
    """
    value = np.nan_to_num(groups.value)
    if groups.strata is None:
        parts = [part for w in weights for part in (w * groups.weight * value, w * groups.weight)]
        return np.stack([part.sum(axis=1) for part in parts], axis=1), lambda sums: _signed_means(sums, signs)
    strata, shares = groups.strata, groups.strata.shares
    by_stratum = [part[..., None] * shares for w in weights for part in (w * value, w)]
    rows = np.stack([part.sum(axis=1) for part in (strata.parts, strata.rated, *by_stratum)], axis=1)

    def formula(sums: Floats) -> Floats:
        n_parts, n_rated, *means = np.moveaxis(sums.reshape(*sums.shape[:-1], *rows.shape[1:]), -2, 0)
        inverse = n_parts / np.maximum(n_rated, 1)
        return _signed_means(np.stack([(inverse * one).sum(axis=-1) for one in means], axis=-1), signs)

    return rows.reshape(len(rows), math.prod(rows.shape[1:])), formula  # there may be no row


def _signed_means(sums: Floats, signs: list[float]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0::2] / sums[..., 1::2] @ np.array(signs))


def _ratio(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _fieller(a: Jackknife, b: Jackknife, confidence: float) -> Interval:
    from agreement.intervals.quantiles import t_quantile

    method, n = "Fieller, jackknife-t", a.n_groups
    if why := a.why_none("gain") or b.why_none("gain"):
        return Interval(method=method, reason=why)
    x, y = a.replicates - a.replicates.mean(), b.replicates - b.replicates.mean()
    scale = (n - 1) / n
    va, vb, cov = scale * float(x @ x), scale * float(y @ y), scale * float(x @ y)
    t2 = t_quantile(min(a.degrees_of_freedom() if va else n - 1, b.degrees_of_freedom()), confidence) ** 2
    # (a − s b)² ≤ t² (va − 2 s cov + s² vb), a quadratic in s that opens upwards as b is told from 0
    square, half, constant = b.point**2 - t2 * vb, a.point * b.point - t2 * cov, a.point**2 - t2 * va
    inside = half**2 - square * constant
    if square <= 0 or inside < 0:
        return Interval(method=method, reason="the gain that is shared is too uncertain")
    root = float(np.sqrt(inside))
    return Interval((half - root) / square, (half + root) / square, method)


def _entered(groups: RolloutGroups) -> dict[str, int]:
    clusters = len(np.unique(groups.cluster))
    return {"n_units": int((groups.weight > 0).sum()), "n_clusters": clusters}


def _counts(groups: RolloutGroups, why: str, confidence: float) -> Estimate:
    return Estimate.undefined(why, confidence=confidence, **_entered(groups))
