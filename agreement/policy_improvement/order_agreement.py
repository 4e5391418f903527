r"""How a reward orders the rollouts of a group, beside one person at a time: rank agreement, signs of advantages.

Each person's own ratings are compared, never means over people. A mean of three ratings orders rollouts better than one
rating does, so figures from means fall when ratings are missing; those of single persons do not. A subset of n rollouts
that one person rated stands for :math:`\prod u` subsets, u the inverse probability that a person rated a rollout
(Horvitz & Thompson, JASA 47, 1952), where rollouts are rated independently. n is the same whatever is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.estimate import Estimate
from agreement.intervals.statistic_of_sums import blocks
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import EQUAL
from agreement.policy_improvement.value_estimates import bounded_ratio

PAIR, COMPARED = 2, 4  # rollouts whose ranks, and whose advantages, are compared
MOST_SUBSETS = 3_000  # of a group's rollouts; of larger groups so many are drawn
UNRATED = "nobody rated, by themselves, {n} rollouts of a group that the reward pays"
TIED = "reward or people tie all pairs of rollouts that one person rated"
_NO_SIGN = "no rollout that a person rated has an advantage on both sides"
_Kernel = Callable[[Floats, Floats, Floats], tuple[Floats, ...]]  # of signs of both sides and weights; weights last


def rank_agreement(groups: RolloutGroups, reward: str, confidence: float) -> Estimate:
    r"""Estimate Kendall's :math:`\tau_b` of reward and a person over pairs of rollouts of one group.

    Pairs of all groups are put together, so that groups count alike and those in which all are tied count as well: with
    C concordant and D discordant pairs, and X and Y untied by reward and person,
    :math:`\tau_b = (C - D) / \sqrt{X Y}` (M. G. Kendall, Biometrika 33, 1945).
    """
    sums = _over_subsets(groups, reward, PAIR, _ordered, 4)
    why = TIED if sums[:, -1].any() else UNRATED.format(n="two")
    return bounded_ratio(_seen(groups), sums, _tau_b, (-1.0, 1.0), why, confidence)


def right_sign(groups: RolloutGroups, reward: str, confidence: float) -> Estimate:
    """Estimate the share of advantages that have a person's sign, among four rollouts drawn from a group.

    An advantage is a reward, or a person's value, minus the mean of the drawn; of a group in which fewer are paid, all
    are drawn. One of 0 pushes nowhere and is not counted, on either side.
    """
    sums = _over_subsets(groups, reward, COMPARED, _signed, 3)
    why = _NO_SIGN if sums[:, -1].any() else UNRATED.format(n=f"{COMPARED} (or all)")
    return bounded_ratio(_seen(groups), sums, _share, (0.0, 1.0), why, confidence)


def _seen(groups: RolloutGroups) -> RolloutGroups:
    """Return the same, weighed by what single persons rated."""
    return groups.weighed(groups.judged_weight.max(axis=2, initial=0.0))


def _ordered(mine: Floats, theirs: Floats, weight: Floats) -> tuple[Floats, ...]:
    a, b = mine[:, :, 0], theirs[:, :, 0]  # of a pair, the sign of one advantage says all
    return weight * a * b, weight * np.abs(a), weight * np.abs(b), weight


def _signed(mine: Floats, theirs: Floats, weight: Floats) -> tuple[Floats, ...]:
    product = mine * theirs
    return weight * (product > 0).sum(axis=2), weight * (product != 0).sum(axis=2), weight


def _tau_b(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / np.sqrt(sums[..., 1] * sums[..., 2]))


def _share(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _over_subsets(groups: RolloutGroups, reward: str, most: int, kernel: _Kernel, width: int) -> Floats:
    """Return a kernel's sums over each group's subsets of `most` paid rollouts, as means over all that there are."""
    paid = groups.rewards[reward]
    found = np.zeros((len(paid), width))
    for rows, chosen, n_all in _classes(groups.size, (~np.isnan(paid)).sum(axis=1), most):
        for block in blocks(len(rows), chosen.size * groups.judged.shape[2]):
            its = rows[block]
            parts = kernel(*_drawn(paid[its], groups.judged[its], groups.judged_weight[its], chosen))
            found[its] = np.stack([part.sum(axis=(1, 2)) for part in parts], axis=1) / n_all[block][:, None]
    return found


def _classes(size: Ints, n_paid: Ints, most: int) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield groups that are alike: their rows, the subsets that are looked at, and how many of these are paid."""
    n_drawn = np.minimum(n_paid, most)
    for m, n in np.unique(np.stack([size, n_drawn], axis=1), axis=0):
        if n >= PAIR:
            rows = np.flatnonzero((size == m) & (n_drawn == n))
            chosen = _subsets(int(m), int(n))
            paid = np.array([comb(int(one), int(n)) for one in n_paid[rows]], dtype=float)
            yield rows, chosen, paid * len(chosen) / comb(int(m), int(n))


@lru_cache(maxsize=64)
def _subsets(size: int, n: int) -> Ints:
    """Return all subsets of n of `size` rollouts, or some at random where there are too many; always the same."""
    if comb(size, n) <= MOST_SUBSETS:
        return np.array(list(combinations(range(size), n)), dtype=np.intp)
    places = np.tile(np.arange(size), (MOST_SUBSETS, 1))
    return np.asarray(np.random.default_rng(0).permuted(places, axis=1)[:, :n])


def _drawn(paid: Floats, judged: Floats, weight: Floats, chosen: Ints) -> tuple[Floats, Floats, Floats]:
    """Return signs of advantages within subsets (groups, subsets, n, 1 or judges), and subsets' weights by judge."""
    known = np.where(np.isnan(paid)[..., None], 0.0, weight)[:, chosen].prod(axis=2)
    return _advantage_signs(paid[:, chosen][..., None]), _advantage_signs(judged[:, chosen]), known


def _advantage_signs(side: Floats) -> Floats:
    """Return the signs of numbers minus their subset's mean; 0 where one is missing, whose weight is 0."""
    apart = side - side.mean(axis=2, keepdims=True)
    return np.asarray(np.where(np.abs(apart) > EQUAL, np.sign(np.nan_to_num(apart)), 0.0))
