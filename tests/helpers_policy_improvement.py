"""Simulated groups of rollouts with known worth: people, a referee that is one more person, and who is rated."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agreement import inverse_rating_probabilities

Floats = NDArray[np.float64]
Missing = Literal["none", "at random", "by referee level"]
N_PEOPLE = 3
TOP = 4


@dataclass(frozen=True)
class SimulatedGroups:
    """Flat columns, one entry per rollout."""

    referee: Floats
    people: Floats  # (rollouts, people), NaN where a person did not rate it
    group: NDArray[np.intp]
    video: NDArray[np.intp]

    @property
    def value(self) -> Floats:
        """People's mean, NaN where nobody rated it."""
        return _mean(self.people)

    @property
    def others(self) -> Floats:
        """The mean of all but each person."""
        left = [np.delete(self.people, j, axis=1) for j in range(self.people.shape[1])]
        return np.stack([_mean(one) for one in left], axis=1)

    @property
    def rated(self) -> NDArray[np.bool_]:
        """Who rated what."""
        return ~np.isnan(self.people)

    @property
    def rated_by_two(self) -> NDArray[np.bool_]:
        """What two people both rated, a column for each ordered pair."""
        pairs = permutations(range(self.people.shape[1]), 2)
        return np.stack([self.rated[:, i] & self.rated[:, j] for i, j in pairs], axis=1)

    def weight_of(self, rated: NDArray[np.bool_]) -> Floats:
        """Return the inverse probability of a rating in any column, by the referee's level."""
        columns = rated.shape[1]
        return inverse_rating_probabilities(rated.ravel(), np.repeat(self.referee, columns))[::columns]


def _mean(ratings: Floats) -> Floats:
    rated = ~np.isnan(ratings)
    total = np.where(rated, ratings, 0.0).sum(axis=1)
    return np.divide(total, rated.sum(axis=1), out=np.full(len(total), np.nan), where=rated.any(axis=1))


def simulate(
    rng: np.random.Generator,
    n_videos: int,
    *,
    groups_per_video: int = 2,
    size: int = 6,
    noise: float = 1.0,
    missing: Missing = "none",
) -> SimulatedGroups:
    """Draw worth by video, group and rollout; everybody sees it with an error of `noise` levels, rounded to 0 … 4."""
    n_groups = n_videos * groups_per_video
    group = np.repeat(np.arange(n_groups), size)
    video = group // groups_per_video
    worth = (
        2.0 + rng.normal(0, 0.5, n_videos)[video] + rng.normal(0, 0.3, n_groups)[group] + rng.normal(0, 0.9, len(group))
    )

    def seen(how_many: int, error: float) -> Floats:
        return np.clip(np.rint(worth[:, None] + rng.normal(0, error, (len(worth), how_many))), 0, TOP) / TOP

    people, referee = seen(N_PEOPLE, 1.0), seen(1, noise)[:, 0]
    people[~_rated(rng, missing, referee)] = np.nan
    return SimulatedGroups(referee, people, group, video)


def _rated(rng: np.random.Generator, missing: Missing, referee: Floats) -> NDArray[np.bool_]:
    """Tell which ratings there are: all, all but 30 % of each person's, or rollouts drawn by the referee's level."""
    shape = len(referee), N_PEOPLE
    if missing == "at random":
        return rng.random(shape) >= 0.3
    share = 0.4 + 0.6 * referee if missing == "by referee level" else np.ones(len(referee))
    return np.broadcast_to((rng.random(len(referee)) < share)[:, None], shape)
