"""Policy improvement: what people think of the rollouts that rewards prefer, and a person as the reward beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.options import check_confidence
from agreement.policy_improvement.group_measures import rank_agreement, right_signs, zero_variance
from agreement.policy_improvement.improvement_result import (
    BestOfN,
    GainDifference,
    GainShare,
    HumanCeiling,
    PolicyImprovement,
    RewardImprovement,
    Tilt,
)
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import best_of_n_weights, kl_from_uniform, sharpness_at, tilt_weights
from agreement.policy_improvement.value_estimates import difference, gain, gain_at_kl, gain_share, mean_value, ratio
from agreement.validation import cluster_positions, plain_numbers

KL_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5)  # nats
MOST_DRAWN = 16
COMPARED = 4  # n at which rewards are compared; larger groups are rare in annotation
PEOPLE = "people"
_STEP = 1e-3  # of a derivative, as a share of the sharpness


def policy_improvement(
    rewards: Mapping[str, ArrayLike],
    values: ArrayLike,
    groups: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    kl: Sequence[float] = KL_STEPS,
    confidence: float = 0.95,
) -> PolicyImprovement:
    r"""Estimate what rewards would improve, as people see it, if a policy followed them within groups of rollouts.

    Parameters
    ----------
    rewards : mapping of str to array (rollouts,)
        What each reward pays, NaN where it gives none; the others are compared with the first.
    values : array (rollouts,)
        What people think of each rollout, NaN where nobody rated it.
    groups : array (rollouts,)
        Which rollouts are answers to one question.
    cluster : array (rollouts,), optional
        What is independent (the video); by default each group.
    weight : array (rollouts,), optional
        1 / probability that a rollout was rated, where that differs between rollouts
        (:func:`inverse_rating_probabilities`); alike for all by default.
    kl : sequence of float
        Where the tilt is read off, in nats.
    confidence : float, default 0.95

    Returns
    -------
    PolicyImprovement
        Best-of-n curves (:func:`best_of_n_weights`), exponential tilts (:func:`tilt_weights`), rank agreement, signs of
        advantages and ties.

    Notes
    -----
    Groups in which a reward pays fewer than two rollouts are none of its. Rank agreement and signs look at the rollouts
    that are rated and paid. Intervals are jackknife-t over clusters.

    Examples
    --------
    >>> found = policy_improvement({"own": [1, 2, 3, 4]}, [0.0, 0.2, 0.4, 0.6], ["a", "a", "b", "b"])
    >>> round(found.rewards[0].best_of_n[1].gain.value, 3)
    0.1
    """
    check_confidence(confidence)
    laid = RolloutGroups.of(rewards, values, groups, cluster, weight)
    names = list(rewards)
    return PolicyImprovement(
        int((laid.weight > 0).sum()),
        tuple(_reward(laid, name, kl, confidence) for name in names),
        _differences(laid, names[1:], names[:1], confidence),
    )


def human_ceiling(
    rewards: Mapping[str, ArrayLike],
    person_rewards: ArrayLike,
    other_values: ArrayLike,
    groups: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
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
    groups, cluster, kl, confidence
        As of :func:`policy_improvement`.

    Notes
    -----
    Only rollouts that a person and another one rated enter, for that person; a uniform subset of a group has the same
    expected best of n as the group. Which rollouts of a group a person rated must not depend on their worth. A referee
    that is like a person differs from people by 0 on average.
    """
    check_confidence(confidence)
    own, others = plain_numbers(person_rewards, "people's rewards"), plain_numbers(other_values, "the others' values")
    if own.ndim != 2 or own.shape != others.shape:
        raise AgreementError(
            "people's rewards and the others' values", "each has a row per rollout, a column per person"
        )
    row, person = np.nonzero(~np.isnan(own) & ~np.isnan(others))
    paid = {name: plain_numbers(its, name)[row] for name, its in rewards.items()}
    group = cluster_positions(groups, len(own))[row] * own.shape[1] + person
    video = np.asarray(groups if cluster is None else cluster)[row]
    stacked = RolloutGroups.of({PEOPLE: own[row, person], **paid}, others[row, person], group, video, None)
    stacked = stacked.where(stacked.size > 1)
    names = list(rewards)
    return HumanCeiling(
        len(np.unique(person)),
        len(stacked.value),
        _reward(stacked, PEOPLE, kl, confidence),
        tuple(_reward(stacked, name, kl, confidence) for name in names),
        _differences(stacked, names, [PEOPLE], confidence),
        tuple(_share(stacked, name, n, confidence) for name in names for n in _drawn(stacked)[1:]),
    )


def _reward(laid: RolloutGroups, name: str, kl: Sequence[float], confidence: float) -> RewardImprovement:
    its = laid.where(_own_groups(laid, name))
    paid = its.rewards[name]
    taus = rank_agreement(its, name)
    signs, told = right_signs(its, name)
    ties = zero_variance(its, name)
    one = np.ones(len(taus))
    why = "the reward pays two rollouts in no group" if not len(paid) else ""
    return RewardImprovement(
        name,
        len(paid),
        int(its.size.sum()),
        int((np.isnan(paid) & its.present).sum()),
        tuple(_best_of(its, name, n, confidence) for n in _drawn(its)),
        tuple(_tilt(its, name, step, confidence) for step in kl),
        ratio(its, taus, one, (-1.0, 1.0), why or "reward or people tie all rated rollouts of every group", confidence),
        ratio(its, signs, told, (0.0, 1.0), why or "no rated rollout has an advantage on both sides", confidence),
        ratio(its, ties, one, (0.0, 1.0), why or "no group", confidence),
    )


def _own_groups(laid: RolloutGroups, *names: str) -> Bools:
    """Tell the groups in which all these rewards pay at least two rollouts."""
    paid = [(~np.isnan(laid.rewards[name])).sum(axis=1) > 1 for name in names]
    return np.asarray(np.logical_and.reduce(paid))


def _drawn(laid: RolloutGroups) -> list[int]:
    """Return the n that at least two groups have rollouts for."""
    size = np.sort(laid.size)[::-1]
    return list(range(1, min(int(size[1]), MOST_DRAWN) + 1)) if len(size) > 1 else []


def _best_of(its: RolloutGroups, name: str, n: int, confidence: float) -> BestOfN:
    large = its.where(its.size >= n)
    weights = _best(large, name, n)
    return BestOfN(n, len(weights), mean_value(large, weights, confidence), gain(large, weights, confidence))


def _best(laid: RolloutGroups, name: str, n: int) -> Floats:
    return best_of_n_weights(laid.rewards[name], laid.present, n)


def _tilt(its: RolloutGroups, name: str, kl: float, confidence: float) -> Tilt:
    paid = its.rewards[name]
    sharpness = sharpness_at(paid, its.present, kl) if len(paid) else None
    if sharpness is None:
        why = "ties keep the policy nearer to where it was" if len(paid) else "the reward pays two rollouts in no group"
        return Tilt(kl, Estimate.undefined(why, confidence=confidence))
    weights = tilt_weights(paid, its.present, sharpness)
    found = gain_at_kl(its, weights, kl_from_uniform(weights, its.present), _slope(its, name, sharpness), confidence)
    return Tilt(kl, found)


def _slope(its: RolloutGroups, name: str, sharpness: float) -> float:
    """Return by how much the gain rises per nat at this sharpness."""
    gains, nats = [], []
    for factor in (1 - _STEP, 1 + _STEP):
        weights = tilt_weights(its.rewards[name], its.present, factor * sharpness)
        gains.append(mean_value(its, weights, 0.95).value or 0.0)
        nats.append(float(kl_from_uniform(weights, its.present).mean()))
    return (gains[1] - gains[0]) / (nats[1] - nats[0]) if nats[1] > nats[0] else 0.0


def _differences(
    laid: RolloutGroups, firsts: Iterable[str], seconds: Sequence[str], confidence: float
) -> tuple[GainDifference, ...]:
    return tuple(
        _difference(laid, first, second, n, confidence)
        for second in seconds
        for first in firsts
        for n in _drawn(laid)[1:]
    )


def _difference(laid: RolloutGroups, first: str, second: str, n: int, confidence: float) -> GainDifference:
    both = laid.where(_own_groups(laid, first, second) & (laid.size >= n))
    found = difference(both, _best(both, first, n), _best(both, second, n), confidence)
    return GainDifference(first, second, n, len(both.value), found)


def _share(laid: RolloutGroups, name: str, n: int, confidence: float) -> GainShare:
    both = laid.where(_own_groups(laid, name, PEOPLE) & (laid.size >= n))
    share = gain_share(both, _best(both, name, n), _best(both, PEOPLE, n), confidence)
    return GainShare(name, n, len(both.value), share)
