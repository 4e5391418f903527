"""What people said first of each claim: one decision per claim, which nothing that comes later changes.

The first person who gave a level on every dimension of a claim decides, with the levels given first. Further people and
corrections do not: an alarm rests on a number that can only grow, see :mod:`agreement.sequential.rate_e_process`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.records import Claim, Dimension, Rating
from referee_calib.reward import Product
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from referee_calib.study import Study

_combine = Product()  # as the reward does by default


@dataclass(frozen=True, slots=True)
class FirstDecision:
    """One claim as the first person saw it.

    Attributes
    ----------
    claim, rater : str
    levels : mapping of str to int
        By dimension.
    value : float
        What the reward would pay for these levels, without a penalty.
    simulated : bool
        Whether a program gave them.
    corrected : bool
        Whether the same person gave another level later.
    """

    claim: str
    rater: str
    levels: Mapping[Dimension, int]
    value: float
    simulated: bool
    corrected: bool

    @property
    def lowest(self) -> int:
        """The lowest level on any dimension."""
        return min(self.levels.values())

    @property
    def worst_dimension(self) -> Dimension:
        """The dimension with the lowest level, the first of several."""
        return min(self.levels, key=lambda name: self.levels[name])


def decisions_of(study: Study, claims: Iterable[Claim]) -> dict[str, FirstDecision]:
    """Return the first decision by claim; of raters and claims that a coordinator excluded, or holds, none counts."""
    from referee_calib.study import without_excluded

    given = without_excluded(study, study.ratings(history=True, perturbed=True))
    return first_decisions(claims, given, study.rubric)


def first_decisions(claims: Iterable[Claim], given: Sequence[Rating], rubric: Rubric) -> dict[str, FirstDecision]:
    """Return the first decision by claim, from ratings in the order in which they came.

    Parameters
    ----------
    claims : iterable of Claim
    given : sequence of Rating
        Every one ever given, corrections among them. Those under the words of another rubric decide nothing.
    rubric : Rubric
    """
    wanted = {one.id: rubric.applies(one) for one in claims}
    levels: dict[tuple[str, str], dict[Dimension, Rating]] = {}
    decided: dict[str, tuple[str, dict[Dimension, Rating]]] = {}
    corrected: set[tuple[str, str]] = set()
    for one in given:
        asked = wanted.get(one.claim, ())
        if one.dimension not in asked or one.rubric not in ("", rubric.version) or one.occasion or one.level is None:
            continue
        its = levels.setdefault((one.claim, one.rater), {})
        first = its.setdefault(one.dimension, one)
        if first.level != one.level:
            corrected.add((one.claim, one.rater))
        if len(its) == len(asked):
            decided.setdefault(one.claim, (one.rater, its))
    return {
        claim: _decision(claim, rater, its, rubric, (claim, rater) in corrected)
        for claim, (rater, its) in decided.items()
    }


def _decision(
    claim: str, rater: str, given: Mapping[Dimension, Rating], rubric: Rubric, corrected: bool
) -> FirstDecision:
    levels: dict[Dimension, int] = {name: one.level for name, one in given.items() if one.level is not None}
    simulated = any(one.simulated for one in given.values())
    return FirstDecision(claim, rater, levels, people_value(levels, rubric), simulated, corrected)


def people_value(levels: Mapping[Dimension, float], rubric: Rubric) -> float:
    """Return what the reward makes of levels: relevance times the worse of the others, as shares of their scales."""
    shares = {name: rubric[name].share(level) for name, level in levels.items()}
    placed = [share for name, share in shares.items() if name != "relevance"]
    if "relevance" not in shares or not placed:
        return min(shares.values())
    return _combine(shares["relevance"], min(placed))
