"""How a reward orders the rollouts of a group, beside people: rank agreement, signs of advantages, ties."""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import EQUAL


def rank_agreement(groups: RolloutGroups, reward: str) -> Floats:
    r"""Return Kendall's :math:`\tau_b` of reward and people in each group; NaN where either ties all rated rollouts.

    M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
    """
    x, y = _both(groups, reward)
    i, j = np.triu_indices(x.shape[1], 1)
    signs = []
    for side in (x, y):
        apart = side[:, i] - side[:, j]
        signs.append(np.sign(np.where(np.abs(apart) <= EQUAL, 0.0, apart)))
    a, b = (np.where(np.isnan(each), 0.0, each) for each in signs)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((a * b).sum(axis=1) / np.sqrt((a != 0).sum(axis=1) * (b != 0).sum(axis=1)))


def right_signs(groups: RolloutGroups, reward: str) -> tuple[Floats, Floats]:
    """Count in each group the advantages that have people's sign, and those that can be told.

    An advantage is a reward, or a value, minus the mean of its group's rated and paid rollouts. One of 0 pushes
    nowhere and is not counted, on either side.
    """
    a, b = (_advantages(side) for side in _both(groups, reward))
    told = (np.abs(a) > EQUAL) & (np.abs(b) > EQUAL)
    return ((a * b > 0) & told).sum(axis=1).astype(float), told.sum(axis=1).astype(float)


def zero_variance(groups: RolloutGroups, reward: str) -> Floats:
    """Tell which groups teach nothing because all their rewards are equal: 1 or 0; NaN with fewer than two rewards."""
    paid = groups.rewards[reward]
    known = ~np.isnan(paid)
    high = np.where(known, paid, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(known, paid, np.inf).min(axis=1, initial=np.inf)
    with np.errstate(invalid="ignore"):
        tied = (high - low <= EQUAL).astype(float)
    return np.where(known.sum(axis=1) < 2, np.nan, tied)


def _both(groups: RolloutGroups, reward: str) -> tuple[Floats, Floats]:
    """Return rewards and people's values, NaN in both where either is missing."""
    paid, value = groups.rewards[reward], groups.value
    missing = np.isnan(paid) | np.isnan(value)
    return np.where(missing, np.nan, paid), np.where(missing, np.nan, value)


def _advantages(side: Floats) -> Floats:
    """Return the numbers minus their group's mean, 0 where there is none."""
    known = ~np.isnan(side)
    total, counted = np.where(known, side, 0.0).sum(axis=1), np.maximum(known.sum(axis=1), 1)
    return np.where(known, side - (total / counted)[:, None], 0.0)
