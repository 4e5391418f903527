"""The shape of ``policy_improvement`` in ``report.json``: what rewards would improve within groups of rollouts."""

from __future__ import annotations

from typing import TypedDict

from referee_calib.report.schema.dimension_schema import EstimateJson


class BestOfNJson(TypedDict):
    """What people think of the rollout that is preferred among n, and that minus their mean of all rollouts."""

    n: int
    n_groups: int
    mean: EstimateJson
    gain: EstimateJson


class TiltJson(TypedDict):
    """What people think of rollouts under an exponential tilt of `kl` nats, minus their mean of all rollouts."""

    kl: float
    gain: EstimateJson


class RewardImprovementJson(TypedDict):
    """One reward."""

    reward: str
    title: str
    n_groups: int
    n_rollouts: int
    n_unpaid: int
    best_of_n: list[BestOfNJson]
    tilt: list[TiltJson]
    rank_agreement: EstimateJson
    right_sign: EstimateJson
    zero_variance: EstimateJson


class GainDifferenceJson(TypedDict):
    """What people think of the best of n by the first reward minus that by the second."""

    first: str
    second: str
    n: int
    n_groups: int
    difference: EstimateJson


class GainShareJson(TypedDict):
    """A reward's gain as a share of that of a person as the reward."""

    reward: str
    n: int
    n_groups: int
    share: EstimateJson


class HumanCeilingJson(TypedDict):
    """Each left-out person as the reward, and the other rewards on the same rollouts, judged by the other people."""

    n_people: int
    n_groups: int
    people: RewardImprovementJson
    rewards: list[RewardImprovementJson]
    differences: list[GainDifferenceJson]
    shares: list[GainShareJson]


class ImprovementJson(TypedDict):
    """Policy improvement; `rewards` is empty where `reason` says why. `held_n` is the n of the tables."""

    sentence: str
    n_groups: int
    n_rollouts: int
    n_alone: int
    n_rated: int
    n_claims: int
    n_claims_rated: int
    n_without_claim: int
    sizes: list[dict[str, int]]
    reason: str
    held_n: int
    rewards: list[RewardImprovementJson]
    differences: list[GainDifferenceJson]
    ceiling: HumanCeilingJson | None
