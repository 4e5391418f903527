"""What each reward pays the rollouts of a study: the referee's, a person's, overlap, Open-o3-Video's and a constant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.reward_behaviour.rollout_rewards import pay_rollouts
from referee_calib.analysis.reward_behaviour.stored_referee import StoredReferee
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.reward import (
    ConstantReward,
    GeometricReward,
    OpenO3Reward,
    RolloutReward,
    SemanticEvidenceReward,
    VideoDurations,
    distinct_claims,
)

Floats = NDArray[np.float64]
REFEREE = "referee"
Rollouts = dict[str, list[Claim]]


def pays_of_referee(
    rollouts: Rollouts, scores: Iterable[RefereeScore], fingerprint: str, media: Path, lengths: VideoDurations
) -> Floats:
    """Return what the referee's reward pays each rollout, from its stored scores; NaN where it gives none."""
    return _paid(SemanticEvidenceReward(StoredReferee(fingerprint, scores)), rollouts, media, lengths)


def pays_of_baselines(rollouts: Rollouts, media: Path, lengths: VideoDurations) -> dict[str, Floats]:
    """Return what each other reward pays each rollout, NaN where it gives none.

    Rewards that have nothing to say about any rollout, such as overlap where no truth is known, are left out.
    """
    found = {
        "iou": _paid(GeometricReward(kind="iou", media=media), rollouts, media, lengths),
        "tiou": _paid(GeometricReward(kind="tiou", media=media), rollouts, media, lengths),
        "open_o3": _open_o3(rollouts, media),
        "constant": _paid(ConstantReward(), rollouts, media, lengths),
    }
    return {name: paid for name, paid in found.items() if not np.isnan(paid).all()}


def pays_of_people(
    people: Sequence[str], rollouts: Rollouts, ratings: Iterable[Rating], media: Path, lengths: VideoDurations
) -> Floats:
    """Return what the same reward would pay with each person as its referee (rollouts, people), NaN where none."""
    by_person: dict[str, dict[str, list[RefereeScore]]] = {who: {} for who in people}
    for one in ratings:
        if one.rater in by_person and one.level is not None and not one.occasion:
            by_person[one.rater].setdefault(one.claim, []).append(_as_score(one))
    found = np.full((len(rollouts), len(people)), np.nan)
    place = {name: i for i, name in enumerate(rollouts)}
    for j, given in enumerate(by_person.values()):
        its = {name: claims for name, claims in rollouts.items() if all(claim.id in given for claim in claims)}
        referee = StoredReferee("person", (score for scores in given.values() for score in scores))
        found[[place[name] for name in its], j] = _paid(SemanticEvidenceReward(referee), its, media, lengths)
    return found


def _as_score(rating: Rating) -> RefereeScore:
    return RefereeScore(
        claim=rating.claim,
        referee="person",
        dimension=rating.dimension,
        level=rating.level,
        expected=None if rating.level is None else float(rating.level),
    )


def _paid(reward: RolloutReward, rollouts: Rollouts, media: Path, lengths: VideoDurations) -> Floats:
    return _as_array(rollouts, {name: pay for name, (pay, _) in pay_rollouts(reward, rollouts, media, lengths).items()})


def _open_o3(rollouts: Rollouts, media: Path) -> Floats:
    """Return the mean of its spatial reward over the distinct claims of a rollout that have one."""
    distinct = {name: distinct_claims(its) for name, its in rollouts.items()}
    judged = OpenO3Reward().judge([claim for its in distinct.values() for claim in its], media)
    values = {one.claim.id: one.value for one in judged if one.value is not None}
    found: dict[str, float | None] = {}
    for name, its in distinct.items():
        told = [values[claim.id] for claim in its if claim.id in values]
        found[name] = sum(told) / len(told) if told else None
    return _as_array(rollouts, found)


def _as_array(rollouts: Rollouts, paid: Mapping[str, float | None]) -> Floats:
    return np.array([paid[name] for name in rollouts], dtype=float)
