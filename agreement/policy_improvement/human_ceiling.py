"""A person as the reward, judged by the others: the ceiling of what agreement can be worth, and rewards beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.options import check_confidence
from agreement.policy_improvement.improvement import (
    KL_STEPS,
    MEANS_AS_ONE,
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
    person_values: ArrayLike | None = None,
    pair_weight: ArrayLike | None = None,
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
    person_values : array (rollouts, people), optional
        What each person by themselves thinks of it: for rank agreement and signs, in which a person as the reward
        stands beside one other person at a time. By default `other_values` are taken as one person's, with a note.
    pair_weight : array (rollouts,), optional
        1 / probability that two people both rated it; alike for all by default.
    groups, cluster, kl, confidence
        As of :func:`policy_improvement`.

    Notes
    -----
    For each person, the rollouts that they and another one rated are a sample of the group, in which the best of n is
    taken over subsets of n, each by the inverse of its probability (:func:`best_of_rated_weights`); groups count alike.
    A referee that is like a person differs from people by 0 on average. Rank agreement and signs are those of
    :func:`policy_improvement`, of rollouts that two people rated. Tilts and ties are those of the sampled rollouts.
    """
    check_confidence(confidence)
    sampled = _sampled(rewards, person_rewards, other_values, groups, cluster, weight)
    own = replace(sampled, inclusion=None)
    judged = _judged(rewards, person_rewards, other_values, groups, cluster, person_values, pair_weight)
    names, told = list(rewards), () if person_values is not None else (MEANS_AS_ONE,)

    def estimated(name: str) -> RewardImprovement:
        found = one_reward(own, judged, name, kl, confidence, told)
        return replace(found, best_of_n=best_of_n_curve(sampled, name, confidence))

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
    own, others = _by_person(person_rewards, other_values, "the others' values")
    row, person = np.nonzero(~np.isnan(own) & ~np.isnan(others))
    paid = {name: plain_numbers(its, name)[row] for name, its in rewards.items()}
    pair = cluster_positions(groups, len(own))[row] * own.shape[1] + person
    video = np.asarray(groups if cluster is None else cluster)[row]
    inverse = np.ones(len(own)) if weight is None else plain_numbers(weight, "the weights")
    laid = RolloutGroups.of({PEOPLE: own[row, person], **paid}, others[row, person], pair, video, inverse[row])
    return laid.where(laid.size > 1).sampled()


def _judged(
    rewards: Mapping[str, ArrayLike],
    person_rewards: ArrayLike,
    other_values: ArrayLike,
    groups: ArrayLike,
    cluster: ArrayLike | None,
    person_values: ArrayLike | None,
    pair_weight: ArrayLike | None,
) -> RolloutGroups:
    """Put all rollouts into groups for each person, judged by each other person; by nobody where they did not rate it.

    So a group has its size whatever is missing.
    """
    given = other_values if person_values is None else person_values
    own, values = _by_person(person_rewards, given, "people's own values")
    n, n_people = own.shape
    row, person = (np.ravel(one) for one in np.indices(own.shape))
    if person_values is None:
        judged = values[row, person][:, None]
    else:
        judged = np.where(person[:, None] == np.arange(n_people), np.nan, values[row])
    mine = own[row, person]
    judged = np.where(np.isnan(mine)[:, None], np.nan, judged)
    paid = {name: plain_numbers(its, name)[row] for name, its in rewards.items()}
    paid[PEOPLE] = np.nan_to_num(mine)  # what they did not rate is judged by nobody, so its 0 is not looked at
    inverse = np.ones(n) if pair_weight is None else plain_numbers(pair_weight, "the weights of pairs")
    pair = cluster_positions(groups, n)[row] * n_people + person
    video = np.asarray(groups if cluster is None else cluster)[row]
    unknown = np.full(len(row), np.nan)
    return RolloutGroups.of(paid, unknown, pair, video, None, judged, inverse[row])


def _by_person(person_rewards: ArrayLike, values: ArrayLike, what: str) -> tuple[Floats, Floats]:
    own, others = plain_numbers(person_rewards, "people's rewards"), plain_numbers(values, what)
    if own.ndim != 2 or own.shape != others.shape:
        raise AgreementError(
            f"people's rewards of shape {own.shape}, {what} of shape {others.shape}",
            "each has a row per rollout and a column per person",
        )
    return own, others


def _share(laid: RolloutGroups, name: str, n: int, confidence: float) -> GainShare:
    both = groups_for(laid, n, name, PEOPLE)
    mine, people = (preferred_weights(both, one, n) for one in (name, PEOPLE))
    return GainShare(name, n, len(both.value), gain_share(both, mine, people, n, confidence))
