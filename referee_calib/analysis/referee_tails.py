"""Referees side by side in the tail: how many videos have a claim that one of them accepts against everybody."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import GivenScore, JudgedItem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agreement import Estimate

KINDS = ("confident_acceptance", "confident_rejection")
METHOD = "square-and-add of Clopper-Pearson limits"


@dataclass(frozen=True, slots=True)
class TailComparison:
    """Shares of videos by kind and referee, and differences under (kind, first, second)."""

    values: dict[str, dict[str, Estimate]]
    differences: tuple[tuple[tuple[str, str, str], Estimate], ...]


def opposite_ends(
    people: JoinedDimension, applicable: Sequence[JudgedItem], scores: Mapping[str, Sequence[GivenScore]]
) -> TailComparison:
    """Count, for each referee, videos with a claim at the other end than everybody, on claims that all scored."""
    from agreement import Ratings, opposite_levels

    place = {claim.id: i for i, claim in enumerate(applicable)}
    levels = {name: _levels(its, people, place) for name, its in scores.items()}
    kept = ~np.isnan(np.stack(list(levels.values()))).any(axis=0)
    raters = people.raters or ("nobody",)
    ratings = Ratings.from_array(people.levels_on(applicable), scale=people.scale, raters=raters, wide=True)
    videos = np.unique([claim.video for claim in applicable], return_inverse=True)[1]
    found = {
        name: opposite_levels(ratings, np.where(kept, its, np.nan), cluster=videos) for name, its in levels.items()
    }
    values = {
        kind: {name: (one.acceptance if kind == KINDS[0] else one.rejection).share for name, one in found.items()}
        for kind in KINDS
    }
    pairs = ((kind, by, *pair) for kind, by in values.items() for pair in combinations(by, 2))
    differences = tuple(((kind, a, b), difference_of_shares(by[a], by[b])) for kind, by, a, b in pairs)
    return TailComparison(values, differences)


def _levels(scores: Sequence[GivenScore], people: JoinedDimension, place: Mapping[str, int]) -> NDArray[np.float64]:
    found = np.full(len(place), np.nan)
    for score in scores:
        if (
            score.dimension == people.dimension
            and score.claim in place
            and not score.sample
            and score.level is not None
        ):
            found[place[score.claim]] = score.level
    return found


def difference_of_shares(first: Estimate, second: Estimate) -> Estimate:
    """Return second minus first; limits add the arms of the two (Newcombe 1998, method 10, with exact limits)."""
    from agreement import Estimate

    none = Estimate(
        None, None, None, confidence=first.confidence, method=METHOD, n_units=first.n_units,
        n_clusters=first.n_clusters, reason=first.reason or second.reason or "a share has no limits",
    )  # fmt: skip
    a, low_a, high_a = first.value, first.low, first.high
    b, low_b, high_b = second.value, second.low, second.high
    if a is None or b is None or low_a is None or high_a is None or low_b is None or high_b is None:
        return none
    low, high = b - a - math.hypot(b - low_b, high_a - a), b - a + math.hypot(high_b - b, a - low_a)
    return replace(none, value=b - a, low=low, high=high, reason=None)
