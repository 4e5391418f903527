"""Confident acceptance and confident rejection: a referee at the other end of the scale than everybody else.

A reward dies of what a mean does not show: claims that every person finds worthless and the referee pays in full.
People do that to each other too, rarely, so the referee is held against what one more person would do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, renumbered, scores_of
from agreement.arrays import Bools, Floats, Ints
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.referee_checks.exact_limits import share_of_clusters

END = 0.25  # of the scale's length: what counts as its low and its high end
APART = 0.75  # of the scale's length: further from everybody than one more person's noise takes them
METHOD = "exact permutation of judges within clusters"


@dataclass(frozen=True)
class OppositeEnd(JsonFields):
    """How often the referee alone stood at one end of the scale while everybody else stood at the other.

    Attributes
    ----------
    units : tuple of int
        Positions of the units on which it did.
    far_units : tuple of int
        Those of them on which it lies at least three quarters of the scale from the nearest person.
    share, far_share : Estimate
        Of clusters with such a unit, with exact limits: :func:`~agreement.referee_checks.share_of_clusters`.
    expected, far_expected : float or None
        Clusters in which one more person would have done so: the mean over people, each against all others and the
        referee; None where nobody rated.
    test : HypothesisTest
        That the referee does so no more often than one more person; one-sided.
    """

    units: tuple[int, ...]
    far_units: tuple[int, ...]
    share: Estimate
    far_share: Estimate
    expected: float | None
    far_expected: float | None
    test: HypothesisTest

    @property
    def n_far(self) -> int:
        """Clusters with a far unit."""
        return round((self.far_share.value or 0.0) * (self.far_share.n_clusters or 0))

    @property
    def beyond_people(self) -> bool:
        """Whether more clusters have a far unit than one more person would give, rounded up."""
        return self.n_far > math.ceil((self.far_expected or 0.0) - 1e-9)


@dataclass(frozen=True)
class OppositeLevels(JsonFields):
    """What :func:`opposite_levels` found.

    Attributes
    ----------
    acceptance, rejection : OppositeEnd
        Everybody low and the referee high; everybody high and the referee low.
    low, high : float
        Levels up to and from which a level counts as low and high.
    apart : float
        Distance from which a unit is far.
    """

    acceptance: OppositeEnd
    rejection: OppositeEnd
    low: float
    high: float
    apart: float
    n_units: int
    n_clusters: int


def opposite_levels(
    humans: Ratings | ArrayLike, referee: ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> OppositeLevels:
    """Count units on which a referee alone stands at the other end of the scale than everybody who rated them.

    On a scale of length R from its lowest level, low is up to R/4 and high from 3R/4: 0–1 and 3–4 of 0 to 4. A
    confident acceptance is a unit that **every** person rates low and the referee high. Not the mean and not the
    median of people: with three people of kappa 0.86, one more person is "high" while the median is low on 36 of
    10,000 units, while all are low on 6 of 10,000.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        An array is on the scale 0 to 4.
    referee : array (units,)
        Its levels, NaN where it has none.
    cluster : array (units,), optional
        What is independent (the video).
    confidence : float, default 0.95
        Of each one-sided limit.

    Returns
    -------
    OppositeLevels

    Raises
    ------
    AgreementError
        When lengths differ, or the levels are words.

    Notes
    -----
    The test takes the clusters in which somebody, person or referee, stood alone at that end. If the referee is one
    more person, the columns of a cluster could be exchanged; so with a of them that stood alone, and J people, it is
    one of those with probability a/(J + 1), and the clusters in which it is are a sum of such draws (Poisson-binomial).
    Nothing is assumed about how units of a cluster hang together. Where units have different raters, J is the smallest.

    Examples
    --------
    >>> people = [[0, 0, 1]] * 4 + [[4, 4, 3]] * 4 + [[2, 3, 2]] * 4
    >>> found = opposite_levels(people, [4, 0, 1, 0] + [4, 4, 3, 4] + [2, 2, 3, 2])
    >>> found.acceptance.units, found.acceptance.share.value, found.acceptance.test.p_value
    ((0,), 0.08333333333333333, 0.25)
    """
    people = as_ratings(humans, scale=None if isinstance(humans, Ratings) else range(5))
    check_confidence(confidence)
    scale = category_values(people.scale)
    if len(scale) < 2:
        raise AgreementError(f"the scale {people.scale}", "two ends need two levels")
    values, given = people.values(), scores_of(referee, people.n_units)
    both = ~np.isnan(given) & (people.codes >= 0).any(axis=1)
    groups = cluster_codes(cluster, people, people.n_units)
    group = renumbered(np.arange(people.n_units) if groups is None else groups)
    length = float(scale[-1] - scale[0])
    low, high, apart = scale[0] + END * length, scale[-1] - END * length, APART * length
    judges = np.column_stack([values, given])[both]
    within, where = renumbered(group[both]), np.flatnonzero(both)
    up, down = (
        _end(*_alone(sign * judges, *ends, apart), judges, within, where, confidence)
        for sign, ends in ((1, (low, high)), (-1, (-high, -low)))
    )
    return OppositeLevels(up, down, float(low), float(high), apart, int(both.sum()), up.share.n_clusters or 0)


def _alone(judges: Floats, low: float, high: float, apart: float) -> tuple[Bools, Bools]:
    """Tell who alone is high while all others are low, and who is far from everybody besides; (units, judges)."""
    present = ~np.isnan(judges)
    n = present.sum(axis=1)
    is_high = present & (judges >= high)
    lone = (is_high.sum(axis=1) == 1) & ((present & (judges <= low)).sum(axis=1) == n - 1) & (n > 1)
    alone = is_high & lone[:, None]
    ordered = np.sort(np.where(present, judges, -np.inf), axis=1)[:, -2:]
    far = np.zeros(len(judges), dtype=bool)
    far[lone] = ordered[lone, 1] - ordered[lone, 0] >= apart - 1e-9
    return alone, alone & far[:, None]


def _end(alone: Bools, far: Bools, judges: Floats, group: Ints, where: Ints, confidence: float) -> OppositeEnd:
    n_clusters = int(group.max(initial=-1)) + 1
    raters = (~np.isnan(judges[:, :-1])).sum(axis=1)
    near, beyond = (_Lone.of(who, raters, group, n_clusters) for who in (alone, far))
    return OppositeEnd(
        units=tuple(where[alone[:, -1]].tolist()),
        far_units=tuple(where[far[:, -1]].tolist()),
        share=share_of_clusters(near.referee, n_clusters, confidence=confidence, n_units=len(judges)),
        far_share=share_of_clusters(beyond.referee, n_clusters, confidence=confidence, n_units=len(judges)),
        expected=near.expected if len(judges) else None,
        far_expected=beyond.expected if len(judges) else None,
        test=near.test(),
    )


@dataclass(frozen=True)
class _Lone:
    """Clusters with somebody alone: how many of them the referee has, and the chance of each under exchange."""

    referee: int
    expected: float
    chance: Floats

    @classmethod
    def of(cls, alone: Bools, raters: Ints, group: Ints, n_clusters: int) -> _Lone:
        by = np.zeros((n_clusters, alone.shape[1]), dtype=bool)
        unit, judge = np.nonzero(alone)
        by[group[unit], judge] = True
        least = np.full(n_clusters, np.iinfo(np.intp).max, dtype=np.intp)
        np.minimum.at(least, group[unit], raters[unit])
        held = by.any(axis=1)
        people, standing = least[held], by[held]
        return cls(
            referee=int(by[:, -1].sum()),
            expected=float((standing[:, :-1].sum(axis=1) / people).sum()),
            chance=np.minimum(1.0, standing.sum(axis=1) / (people + 1)),
        )

    def test(self) -> HypothesisTest:
        """P(at least as many clusters), if the referee is one more person."""
        null = "the referee stands alone no more often than one more person"
        mass = np.ones(1)
        for p in self.chance:
            mass = np.append(mass * (1 - p), 0) + np.append(0, mass * p)
        p_value = float(min(1.0, mass[self.referee :].sum()))
        return HypothesisTest(p_value, null, METHOD, statistic=float(self.referee), alternative="greater")
