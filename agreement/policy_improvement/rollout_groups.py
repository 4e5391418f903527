"""Rollouts in groups on one question, as arrays of one row per group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import renumbered, scores_of
from agreement.arrays import Bools, Floats, Ints
from agreement.errors import AgreementError
from agreement.policy_improvement.rating_probabilities import RatingStrata
from agreement.validation import cluster_positions, plain_numbers, refuse_infinite


@dataclass(frozen=True)
class RolloutGroups:
    """Rollouts by group, shape (groups, size of the largest); what is beyond a group's size is NaN.

    Attributes
    ----------
    rewards : dict of str to array
        What each reward pays, NaN where it gave none.
    value : array
        What people think of the rollout, NaN where nobody rated it.
    weight : array
        Inverse of its probability of being rated; 0 where nobody rated it.
    present : array of bool
    cluster : array (groups,)
        What is independent, numbered from 0.
    judged, judged_weight : array (groups, size, judges)
        What single persons think of it, NaN where they did not rate it, and the inverse of their probability of doing
        so, 0 there.
    strata : RatingStrata or None
        What the weights were estimated from, (groups, size, strata) each; None where they were given.
    inclusion : array or None
        1 / probability that a rollout is here at all, up to one factor; None where whole groups are.
    """

    rewards: Mapping[str, Floats]
    value: Floats
    weight: Floats
    present: Bools
    cluster: Ints
    judged: Floats
    judged_weight: Floats
    strata: RatingStrata | None = None
    inclusion: Floats | None = None

    @classmethod
    def of(
        cls,
        rewards: Mapping[str, ArrayLike],
        values: ArrayLike,
        groups: ArrayLike,
        cluster: ArrayLike | None,
        weight: ArrayLike | RatingStrata | None,
        judged: ArrayLike | None = None,
        judged_weight: ArrayLike | None = None,
    ) -> RolloutGroups:
        """Check flat columns, one entry per rollout, and put them into groups; without judges, `values` are one's."""
        value = scores_of(values, len(np.asarray(values)), "people's values")
        n = len(value)
        group = cluster_positions(groups, n)
        strata = weight if isinstance(weight, RatingStrata) else None
        inverse = _inverse(weight.weight if isinstance(weight, RatingStrata) else weight, n)
        single, single_inverse = (value[:, None], inverse) if judged is None else (
            _judged(judged, n), _inverse(judged_weight, n),
        )  # fmt: skip
        place = _places(group)
        shape = int(group.max(initial=-1)) + 1, int(place.max(initial=-1)) + 1

        def laid(column: Floats, fill: float = np.nan) -> Floats:
            table = np.full((*shape, *column.shape[1:]), fill)
            table[group, place] = column
            return table

        return cls(
            {name: laid(scores_of(paid, n, name)) for name, paid in rewards.items()},
            laid(value),
            laid(np.where(np.isnan(value), 0.0, inverse), 0.0),
            laid(np.ones(n), 0.0) > 0,
            _clusters(group, shape[0], cluster),
            laid(single),
            laid(np.where(np.isnan(single), 0.0, single_inverse[:, None]), 0.0),
            strata and RatingStrata(laid(strata.parts, 0.0), laid(strata.rated, 0.0)),
        )

    @property
    def size(self) -> Ints:
        """Number of rollouts in each group."""
        return np.asarray(self.present.sum(axis=1))

    def sampled(self) -> RolloutGroups:
        """Return the same as parts of groups, where weights are those of being here at all."""
        return replace(self, weight=(self.weight > 0).astype(float), inclusion=self.weight)

    def weighed(self, weight: Floats) -> RolloutGroups:
        """Return the same with other weights."""
        return replace(self, weight=weight)

    def where(self, kept: Bools) -> RolloutGroups:
        """Return some of the groups."""
        return RolloutGroups(
            {name: paid[kept] for name, paid in self.rewards.items()},
            self.value[kept],
            self.weight[kept],
            self.present[kept],
            renumbered(self.cluster[kept]),
            self.judged[kept],
            self.judged_weight[kept],
            self.strata and RatingStrata(self.strata.parts[kept], self.strata.rated[kept]),
            None if self.inclusion is None else self.inclusion[kept],
        )


def _inverse(weight: ArrayLike | None, n: int) -> Floats:
    inverse = np.ones(n) if weight is None else plain_numbers(weight, "the weights")
    if inverse.shape != (n,) or not (np.isfinite(inverse).all() and (inverse > 0).all()):
        raise AgreementError("weight", "it holds one positive number per rollout: 1 / probability of being rated")
    return inverse


def _judged(values: ArrayLike, n: int) -> Floats:
    found = plain_numbers(values, "people's own values")
    refuse_infinite(found)
    if found.ndim != 2 or len(found) != n:
        raise AgreementError(f"people's own values of shape {found.shape}", "a row per rollout, a column per person")
    return found


def _places(group: Ints) -> Ints:
    """Return each rollout's number within its group, from 0."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    place = np.empty(len(group), dtype=np.intp)
    place[order] = np.arange(len(group)) - np.searchsorted(ordered, ordered)
    return place


def _clusters(group: Ints, n_groups: int, cluster: ArrayLike | None) -> Ints:
    if cluster is None:
        return np.arange(n_groups)
    code = cluster_positions(cluster, len(group))
    found = np.zeros(n_groups, dtype=np.intp)
    found[group] = code
    if (found[group] != code).any():
        raise AgreementError("a group in several clusters", "all rollouts of a group are of one cluster (video)")
    return renumbered(found)
