"""Policy improvement: what people think of the rollouts that rewards prefer within groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools
from agreement.estimate import Estimate
from agreement.options import check_confidence
from agreement.policy_improvement.improvement_result import (
    BestOfN,
    GainDifference,
    PolicyImprovement,
    RewardImprovement,
    Tilt,
)
from agreement.policy_improvement.order_agreement import rank_agreement, right_sign
from agreement.policy_improvement.rating_probabilities import RatingStrata
from agreement.policy_improvement.rollout_groups import RolloutGroups
from agreement.policy_improvement.selection import (
    kl_from_uniform,
    sharpness_at,
    tilt_weights,
)
from agreement.policy_improvement.value_estimates import (
    difference,
    gain,
    gain_at_kl,
    mean_value,
    preferred_weights,
    ratio,
)
from agreement.policy_improvement.zero_variance import zero_variance
from agreement.result_notes import Note, NoteCode

KL_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5)  # nats
MOST_DRAWN = 16
UNPAID = "the reward pays two rollouts in no group"
MEANS_AS_ONE = Note(
    "people's values are taken as one person's: where they are means, it depends on how many ratings they are means of",
    NoteCode.MEANS_AS_ONE_PERSON,
)
_STEP = 1e-3  # of a derivative, as a share of the sharpness


def policy_improvement(
    rewards: Mapping[str, ArrayLike],
    values: ArrayLike,
    groups: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | RatingStrata | None = None,
    person_values: ArrayLike | None = None,
    person_weight: ArrayLike | None = None,
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
    weight : array (rollouts,) or RatingStrata, optional
        1 / probability that a rollout was rated, where that differs between rollouts, or the counts that it is
        estimated from (:func:`rating_strata`), whose error then enters the intervals; alike for all by default.
    person_values : array (rollouts, people), optional
        What each person by themselves thinks of it, NaN where they did not rate it: for rank agreement and signs. By
        default `values` are taken as one person's, with a note.
    person_weight : array (rollouts,), optional
        1 / probability that a person rated it; alike for all by default.
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
    Groups in which a reward pays fewer than two rollouts are none of its. Rank agreement compares pairs of rollouts,
    and signs those of four, that are paid and that one person rated; persons count one by one, so that neither depends
    on how many ratings there are. Intervals are jackknife-t over clusters.

    Examples
    --------
    >>> found = policy_improvement({"own": [1, 2, 3, 4]}, [0.0, 0.2, 0.4, 0.6], ["a", "a", "b", "b"])
    >>> round(found.rewards[0].best_of_n[1].gain.value, 3)
    0.1
    """
    check_confidence(confidence)
    laid = RolloutGroups.of(rewards, values, groups, cluster, weight, person_values, person_weight)
    names, told = list(rewards), () if person_values is not None else (MEANS_AS_ONE,)
    return PolicyImprovement(
        int((laid.weight > 0).sum()),
        tuple(one_reward(laid, laid, name, kl, confidence, told) for name in names),
        gain_differences(laid, names[1:], names[:1], confidence),
    )


def one_reward(
    laid: RolloutGroups,
    judged: RolloutGroups,
    name: str,
    kl: Sequence[float],
    confidence: float,
    notes: tuple[Note, ...] = (),
) -> RewardImprovement:
    """Estimate everything about one reward; rank agreement and signs from the second groups, with these notes."""
    its, ordered = (one.where(own_groups(one, name)) for one in (laid, judged))
    paid = its.rewards[name]
    ties = zero_variance(its, name)
    none = None if len(paid) else Estimate.undefined(UNPAID, confidence=confidence)
    return RewardImprovement(
        name,
        len(paid),
        int(its.size.sum()),
        int((np.isnan(paid) & its.present).sum()),
        best_of_n_curve(laid, name, confidence),
        tuple(_tilt(its, name, step, confidence) for step in kl),
        none or _noted(rank_agreement(ordered, name, confidence), notes),
        none or _noted(right_sign(ordered, name, confidence), notes),
        none or ratio(its, ties, np.ones(len(ties)), (0.0, 1.0), "no group", confidence),
    )


def _noted(found: Estimate, notes: tuple[Note, ...]) -> Estimate:
    return found if found.value is None else replace(found, notes=(*found.notes, *notes))


def own_groups(laid: RolloutGroups, *names: str) -> Bools:
    """Tell the groups in which all these rewards pay at least two rollouts."""
    paid = [(~np.isnan(laid.rewards[name])).sum(axis=1) > 1 for name in names]
    return np.asarray(np.logical_and.reduce(paid))


def drawn(laid: RolloutGroups) -> list[int]:
    """Return the n that at least two groups have rollouts for."""
    size = np.sort(laid.size)[::-1]
    return list(range(1, min(int(size[1]), MOST_DRAWN) + 1)) if len(size) > 1 else []


def groups_for(laid: RolloutGroups, n: int, *names: str) -> RolloutGroups:
    """Return the groups of at least n rollouts that are of all these rewards."""
    return laid.where(own_groups(laid, *names) & (laid.size >= n))


def best_of_n_curve(laid: RolloutGroups, name: str, confidence: float) -> tuple[BestOfN, ...]:
    """Estimate what people think of the best of n, for every n."""
    return tuple(_best_of(groups_for(laid, n, name), name, n, confidence) for n in drawn(groups_for(laid, 1, name)))


def _best_of(its: RolloutGroups, name: str, n: int, confidence: float) -> BestOfN:
    weights = preferred_weights(its, name, n)
    return BestOfN(n, len(its.value), mean_value(its, weights, confidence), gain(its, weights, n, confidence))


def _tilt(its: RolloutGroups, name: str, kl: float, confidence: float) -> Tilt:
    paid = its.rewards[name]
    sharpness = sharpness_at(paid, its.present, kl) if len(paid) else None
    if sharpness is None:
        why = "ties keep the policy nearer to where it was" if len(paid) else UNPAID
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


def gain_differences(
    laid: RolloutGroups, firsts: Iterable[str], seconds: Sequence[str], confidence: float
) -> tuple[GainDifference, ...]:
    """Estimate the first rewards' best of n minus the second ones', for every n from 2."""
    return tuple(
        _difference(laid, first, second, n, confidence)
        for second in seconds
        for first in firsts
        for n in drawn(laid)[1:]
    )


def _difference(laid: RolloutGroups, first: str, second: str, n: int, confidence: float) -> GainDifference:
    both = groups_for(laid, n, first, second)
    found = difference(both, preferred_weights(both, first, n), preferred_weights(both, second, n), confidence)
    return GainDifference(first, second, n, len(both.value), found)
