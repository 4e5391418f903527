"""A person as the reward, judged by the others: the ceiling of what agreement can be worth, and rewards beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.errors import AgreementError
from agreement.options import check_confidence
from agreement.policy_improvement.improvement import (
    KL_STEPS,
    best_of_n_curve,
    drawn,
    gain_differences,
    groups_for,
    one_reward,
)
from agreement.policy_improvement.improvement_result import GainShare, HumanCeiling, RewardImprovement
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.value_estimates import gain_share, preferred_weights
from agreement.validation import cluster_positions, plain_numbers

PEOPLE = "people"


def human_ceiling(
    rewards: Mapping[str, ArrayLike],
    person_rewards: ArrayLike,
    other_values: ArrayLike,
    groups: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    kl: Sequence[float] = KL_STEPS,
    confidence: float = 0.95,
) -> HumanCeiling:
    """Estimate the same with each person as the reward, judged by the others, and all rewards beside them.

    Parameters
    ----------
    rewards : mapping of str to array (rollouts,)
    person_rewards : array (rollouts, people)
        What the reward would pay with that person as the referee, NaN where they did not rate it.
    other_values : array (rollouts, people)
        What all others think of it, NaN where none of them rated it.
    weight : array (rollouts,), optional
        1 / probability that a person and another one rated it, up to one factor, where that differs between rollouts;
        alike for all by default.
    groups, cluster, kl, confidence
        As of :func:`policy_improvement`.

    Notes
    -----
    For each person, the rollouts that they and another one rated are a sample of the group, in which the best of n is
    taken over subsets of n, each by the inverse of its probability (:func:`best_of_rated_weights`); groups count alike.
    A referee that is like a person differs from people by 0 on average. Tilts, rank agreement, signs and ties are those
    of the sampled rollouts.
    """
    check_confidence(confidence)
    sampled = _sampled(rewards, person_rewards, other_values, groups, cluster, weight)
    own = replace(sampled, inclusion=None)
    names = list(rewards)

    def estimated(name: str) -> RewardImprovement:
        return replace(one_reward(own, name, kl, confidence), best_of_n=best_of_n_curve(sampled, name, confidence))

    return HumanCeiling(
        _left_out(person_rewards, other_values),
        len(own.value),
        estimated(PEOPLE),
        tuple(map(estimated, names)),
        gain_differences(sampled, names, [PEOPLE], confidence),
        tuple(_share(sampled, name, n, confidence) for name in names for n in drawn(sampled)[1:]),
    )


def _left_out(person_rewards: ArrayLike, other_values: ArrayLike) -> int:
    """Count the people who rated something that another one rated."""
    own, others = plain_numbers(person_rewards, "people's rewards"), plain_numbers(other_values, "the others' values")
    return int((~np.isnan(own) & ~np.isnan(others)).any(axis=0).sum())


def _sampled(
    rewards: Mapping[str, ArrayLike],
    person_rewards: ArrayLike,
    other_values: ArrayLike,
    groups: ArrayLike,
    cluster: ArrayLike | None,
    weight: ArrayLike | None,
) -> RolloutGroups:
    """Put the rollouts that a person and another one rated into a group for each person."""
    own, others = plain_numbers(person_rewards, "people's rewards"), plain_numbers(other_values, "the others' values")
    if own.ndim != 2 or own.shape != others.shape:
        raise AgreementError(
            f"people's rewards of shape {own.shape}, the others' values of shape {others.shape}",
            "each has a row per rollout and a column per person",
        )
    row, person = np.nonzero(~np.isnan(own) & ~np.isnan(others))
    paid = {name: plain_numbers(its, name)[row] for name, its in rewards.items()}
    pair = cluster_positions(groups, len(own))[row] * own.shape[1] + person
    video = np.asarray(groups if cluster is None else cluster)[row]
    inverse = np.ones(len(own)) if weight is None else plain_numbers(weight, "the weights")
    laid = RolloutGroups.of({PEOPLE: own[row, person], **paid}, others[row, person], pair, video, inverse[row])
    return laid.where(laid.size > 1).sampled()


def _share(laid: RolloutGroups, name: str, n: int, confidence: float) -> GainShare:
    both = groups_for(laid, n, name, PEOPLE)
    mine, people = (preferred_weights(both, one, n) for one in (name, PEOPLE))
    return GainShare(name, n, len(both.value), gain_share(both, mine, people, n, confidence))
