"""What is known of a reward's worth to a policy."""

from __future__ import annotations

from dataclasses import dataclass

from agreement.estimate import Estimate
from agreement.json_fields import JsonFields


@dataclass(frozen=True)
class BestOfN(JsonFields):
    """What people think of the rollout that a reward prefers among n.

    Attributes
    ----------
    n, n_groups : int
        How many are drawn, and the groups of at least that many.
    mean : Estimate
        People's mean of the preferred rollouts.
    gain : Estimate
        That minus people's mean of all rollouts of the same groups.
    """

    n: int
    n_groups: int
    mean: Estimate
    gain: Estimate


@dataclass(frozen=True)
class Tilt(JsonFields):
    """What people think of rollouts, minus those as drawn, under the tilt whose mean KL over groups is `kl` nats."""

    kl: float
    gain: Estimate


@dataclass(frozen=True)
class RewardImprovement(JsonFields):
    """One reward within groups of rollouts.

    Attributes
    ----------
    reward : str
    n_groups, n_rollouts, n_unpaid : int
        Groups in which it pays at least two rollouts, their rollouts, and those of them without a reward.
    best_of_n : tuple of BestOfN
        For n from 1.
    tilt : tuple of Tilt
    rank_agreement : Estimate
        Kendall's tau-b of reward and one person, over pairs within groups.
    right_sign : Estimate
        Share of advantages among four rollouts that have a person's sign.
    zero_variance : Estimate
        Share of groups whose rewards are all equal.
    """

    reward: str
    n_groups: int
    n_rollouts: int
    n_unpaid: int
    best_of_n: tuple[BestOfN, ...]
    tilt: tuple[Tilt, ...]
    rank_agreement: Estimate
    right_sign: Estimate
    zero_variance: Estimate


@dataclass(frozen=True)
class GainDifference(JsonFields):
    """What people think of the best of n by the first reward minus that by the second, on the groups of both."""

    first: str
    second: str
    n: int
    n_groups: int
    difference: Estimate


@dataclass(frozen=True)
class PolicyImprovement(JsonFields):
    """Rewards side by side, and each of them minus the first."""

    n_rated: int
    rewards: tuple[RewardImprovement, ...]
    differences: tuple[GainDifference, ...]


@dataclass(frozen=True)
class HumanCeiling(JsonFields):
    """Each left-out person as the reward, and the other rewards on the same rollouts, judged by the same others.

    Attributes
    ----------
    n_people, n_groups : int
        People who were left out in turn, and groups with at least two rollouts that a person and another one rated,
        counted once for each such person.
    people : RewardImprovement
        A person as the reward.
    rewards : tuple of RewardImprovement
        The rewards on the same rollouts.
    differences : tuple of GainDifference
        Each of them minus people.
    shares : tuple of GainShare
        Each one's gain as a share of people's.
    """

    n_people: int
    n_groups: int
    people: RewardImprovement
    rewards: tuple[RewardImprovement, ...]
    differences: tuple[GainDifference, ...]
    shares: tuple[GainShare, ...]


@dataclass(frozen=True)
class GainShare(JsonFields):
    """A reward's gain by best of n as a share of a person's."""

    reward: str
    n: int
    n_groups: int
    share: Estimate
