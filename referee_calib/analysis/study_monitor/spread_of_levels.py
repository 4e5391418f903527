"""Claims on which people differ, most first, with their levels without names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from referee_calib.analysis.study_monitor.rating_log import RatingLog
from referee_calib.records import Claim


@dataclass(frozen=True, slots=True)
class AnonymousJudgement:
    """What one person said about a claim, without who it was."""

    levels: dict[str, int]
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ClaimSpread:
    """One claim that two people or more gave levels to.

    Attributes
    ----------
    spread : dict of str to float
        By dimension, the mean absolute difference of two people's levels.
    most : float
        The largest of these.
    range : dict of str to int
        By dimension, largest minus smallest level.
    n_people : int
        Who gave a level on any dimension.
    adjudicated : dict of str to int
        Adjudicated levels by dimension.
    """

    claim: Claim
    spread: dict[str, float]
    range: dict[str, int]
    most: float
    n_people: int
    adjudicated: dict[str, int]


def claims_by_spread(log: RatingLog) -> list[ClaimSpread]:
    """Return the claims with levels of two people or more, largest spread first; excluded ones are left out."""
    levels: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    people: dict[str, set[str]] = defaultdict(set)
    for one in log.counted:
        if one.level is not None:
            levels[one.claim][one.dimension].append(one.level)
            people[one.claim].add(one.rater)
    right: dict[str, dict[str, int]] = defaultdict(dict)
    for decided in log.adjudications:
        if decided.level is not None:
            right[decided.claim][decided.dimension] = decided.level
    found = []
    for claim, given in levels.items():
        several = {name: its for name, its in given.items() if len(its) > 1}
        if several:
            spread = {name: _mean_difference(its) for name, its in several.items()}
            widths = {name: max(its) - min(its) for name, its in several.items()}
            its = log.by_id[claim]
            found.append(
                ClaimSpread(its, spread, widths, max(spread.values()), len(people[claim]), right.get(claim, {}))
            )
    return sorted(found, key=lambda one: (-one.most, -sum(one.spread.values()), one.claim.id))


def anonymous_judgements(log: RatingLog, claim: str, viewer: str) -> list[AnonymousJudgement]:
    """Return what people said of a claim in an order that tells nothing of who they are.

    The order is the same at every look of one coordinator, and another one for each claim.
    """
    given: dict[str, AnonymousJudgement] = {}
    for one in log.counted:
        if one.claim == claim:
            mine = given.setdefault(one.rater, AnonymousJudgement({}, "", one.note))
            if one.level is not None:
                mine.levels[one.dimension] = one.level
            else:
                given[one.rater] = AnonymousJudgement(mine.levels, one.reason, one.note)

    def mixed(rater: str) -> bytes:
        return hashlib.sha256(f"{viewer}\0{claim}\0{rater}".encode("utf-8", "replace")).digest()

    return [given[rater] for rater in sorted(given, key=mixed)]


def _mean_difference(levels: Sequence[int]) -> float:
    pairs = [abs(a - b) for a, b in combinations(levels, 2)]
    return sum(pairs) / len(pairs)
