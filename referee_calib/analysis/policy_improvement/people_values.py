"""What people think of claims and of whole rollouts, as shares of the scale: 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referee_calib.records import Claim, Dimension, Rating
from referee_calib.reward import Product
from referee_calib.rubric import Rubric

Floats = NDArray[np.float64]
Levels = Mapping[Dimension, float]

combine = Product()  # as the reward does by default


def claim_value(claim: Claim, levels: Levels, tops: Mapping[str, float]) -> float | None:
    """Return what one judge's levels make of a claim, as the reward combines them; None where one is missing.

    That is relevance times the worse of localization and timing, each as a share of its scale, without a penalty:
    nobody is asked about that.
    """
    if any(name not in levels for name in claim.dimensions):
        return None
    shares = {name: levels[name] / tops[name] for name in claim.dimensions}
    placement = min(share for name, share in shares.items() if name != "relevance")
    return combine(shares["relevance"], placement)


@dataclass(frozen=True, slots=True, eq=False)
class PeopleValues:
    """Everybody's value of every claim (claims, people), NaN where a person did not give all its levels."""

    people: tuple[str, ...]
    values: Floats
    rollout: NDArray[np.intp]  # of each claim, numbered from 0
    n_rollouts: int

    @classmethod
    def of(cls, rollouts: Sequence[Sequence[Claim]], ratings: Iterable[Rating], rubric: Rubric) -> PeopleValues:
        """Collect the ratings that count: with a level, given under the words of this rubric, first looks alone."""
        claims = [claim for its in rollouts for claim in its]
        given: dict[tuple[str, str], dict[Dimension, float]] = {}
        for one in ratings:
            if one.level is not None and one.rubric in ("", rubric.version) and not one.occasion:
                given.setdefault((one.claim, one.rater), {})[one.dimension] = float(one.level)
        known = {claim.id for claim in claims}
        people = tuple(sorted({rater for claim, rater in given if claim in known}))
        tops = tops_of(rubric)
        found = [[claim_value(claim, given.get((claim.id, who), {}), tops) for who in people] for claim in claims]
        rollout = np.repeat(np.arange(len(rollouts)), [len(its) for its in rollouts])
        values = np.array(found, dtype=float).reshape(len(claims), len(people))
        return cls(people, values, rollout, len(rollouts))

    @property
    def by_claim(self) -> Floats:
        """People's mean of each claim, NaN where nobody judged it whole."""
        return _row_means(self.values)

    def by_rollout(self, without: int | None = None) -> Floats:
        """People's mean of each rollout's rated claims, NaN where none was; `without` one of them."""
        kept = self.values if without is None else np.delete(self.values, without, axis=1)
        return self.mean_by_rollout(_row_means(kept))

    @property
    def of_whole_rollouts(self) -> Floats:
        """Each person's own mean of a rollout (rollouts, people), NaN where they did not judge all of its claims."""
        total = np.zeros((self.n_rollouts, len(self.people)))
        np.add.at(total, self.rollout, self.values)  # a claim they did not judge makes the sum NaN
        return total / self.n_claims[:, None]

    @property
    def n_claims(self) -> NDArray[np.intp]:
        """Number of claims of each rollout."""
        return np.bincount(self.rollout, minlength=self.n_rollouts)

    def mean_by_rollout(self, values: Floats) -> Floats:
        """Return the mean of each rollout's claims that have a value, NaN where none has."""
        known = ~np.isnan(values)
        total = np.bincount(self.rollout[known], weights=values[known], minlength=self.n_rollouts)
        counted = np.bincount(self.rollout[known], minlength=self.n_rollouts)
        return np.asarray(np.divide(total, counted, out=np.full(self.n_rollouts, np.nan), where=counted > 0))


def tops_of(rubric: Rubric) -> dict[str, float]:
    """Return the highest level of each dimension."""
    return {scale.dimension: len(scale.levels) - 1.0 for scale in rubric.scales}


def _row_means(values: Floats) -> Floats:
    known = ~np.isnan(values)
    total, counted = np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)
    return np.asarray(np.divide(total, counted, out=np.full(len(values), np.nan), where=counted > 0))
