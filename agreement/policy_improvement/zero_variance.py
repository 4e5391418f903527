"""Groups that teach nothing, because all their rewards are equal."""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import EQUAL


def zero_variance(groups: RolloutGroups, reward: str) -> Floats:
    """Tell which groups teach nothing because all their rewards are equal: 1 or 0; NaN with fewer than two rewards."""
    paid = groups.rewards[reward]
    known = ~np.isnan(paid)
    high = np.where(known, paid, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(known, paid, np.inf).min(axis=1, initial=np.inf)
    with np.errstate(invalid="ignore"):
        tied = (high - low <= EQUAL).astype(float)
    return np.where(known.sum(axis=1) < 2, np.nan, tied)
