"""What the rewards of a study gave: pay of rollouts, and answers to perturbed evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict


@dataclass(frozen=True, slots=True)
class RolloutRewards:
    """What one rollout would be paid, by the referee and by overlap; None with the reason why not."""

    rollout: str
    video: str
    n_claims: int
    referee: float | None
    referee_reason: str
    overlap: float | None
    overlap_reason: str


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """Mean value of one reward at each size of a perturbation, with its band over videos.

    `wrong` holds the mean for each kind of wrong evidence, which a reward should refuse.
    """

    role: str
    label: str
    mean: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    n_claims: tuple[int, ...]
    n_failed: tuple[int, ...]
    wrong: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Response:
    """How rewards answer to one perturbation, sizes in shares of the object's size or of the span's length."""

    key: str
    deltas: tuple[float, ...]
    lines: tuple[ResponseLine, ...]
    n_claims: int
    n_videos: int
    notes: tuple[str, ...] = ()


class ExaminedRewardJson(TypedDict):
    """The reward that was asked: the object that training imports, under its fingerprint."""

    name: str
    fingerprint: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RewardEvaluation:
    """What the rewards answered; empty, with a note why, when the referee cannot be asked again."""

    rewards: tuple[RolloutRewards, ...] = ()
    responses: tuple[Response, ...] = ()
    examined: ExaminedRewardJson | None = None
    notes: tuple[str, ...] = ()
