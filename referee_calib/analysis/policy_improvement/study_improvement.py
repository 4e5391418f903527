"""Policy improvement of one study: its groups of rollouts, what rewards pay them, and what people think of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.policy_improvement.compared_rewards import (
    REFEREE,
    Rollouts,
    pays_of_baselines,
    pays_of_people,
    pays_of_referee,
)
from referee_calib.analysis.policy_improvement.improvement_check import check_improvement
from referee_calib.analysis.policy_improvement.people_values import PeopleValues, claim_value, tops_of
from referee_calib.analysis.referee_choice import check_ratings, choose_referee
from referee_calib.analysis.reward_behaviour.ranking_changes import group_rollouts
from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout
from referee_calib.records import Claim, Dimension, Rating, RefereeScore
from referee_calib.reward import VideoDurations
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from agreement import HumanCeiling, PolicyImprovement
    from referee_calib.analysis.threshold_check import ThresholdCheck
    from referee_calib.study import Study

Floats = NDArray[np.float64]
NO_GROUPS = "no question has two rollouts of one source and step with claims, so there is nothing to choose between"
NOT_PAID = "the referee's reward pays two rollouts in no group (videos or scores are missing: referee-calib doctor)"
NOBODY = "nobody gave all levels of a claim in a group of rollouts"
HELD_N = 4  # best of so many is what is held, and shown in tables: larger groups are rare in annotation
FEWEST_VIDEOS = 10  # with fewer the curve is not shown and not held


@dataclass(frozen=True, slots=True)
class StudyImprovement:
    """What the rewards would improve.

    Attributes
    ----------
    n_groups, n_rollouts, n_alone : int
        Groups of at least two rollouts with claims, their rollouts, and rollouts that are alone.
    n_rated : int
        Rollouts in groups of which somebody gave all levels of a claim.
    n_claims, n_claims_rated : int
        Claims of these rollouts, and those of which somebody gave all levels.
    n_without_claim : int
        Imported rollouts that made no claim: the study does not hold them, and no group does.
    sizes : dict of int to int
        Groups by number of rollouts.
    improvement, ceiling : optional
        None where `reason` says why.
    checks : tuple of ThresholdCheck
        The referee's gain held against the study's threshold; none where `note` says why.
    """

    n_groups: int
    n_rollouts: int
    n_alone: int
    n_rated: int = 0
    n_claims: int = 0
    n_claims_rated: int = 0
    n_without_claim: int = 0
    sizes: Mapping[int, int] | None = None
    improvement: PolicyImprovement | None = None
    ceiling: HumanCeiling | None = None
    reason: str = ""
    checks: tuple[ThresholdCheck, ...] = ()
    note: str = ""

    def held_n(self) -> int:
        """Return the n at which rewards are held beside people: up to 4, and 10 videos; 2 where no n has as many."""
        points = () if self.ceiling is None else self.ceiling.people.best_of_n
        shown = [one.n for one in points if (one.gain.n_clusters or 0) >= FEWEST_VIDEOS and 1 < one.n <= HELD_N]
        return max(shown, default=2)


def measure_improvement(
    study: Study,
    claims: Sequence[Claim],
    ratings: Sequence[Rating],
    scores: Iterable[RefereeScore],
    fingerprint: str,
    confidence: float = 0.95,
) -> StudyImprovement:
    """Measure it for one referee, from its stored scores; the lengths of videos are read, nobody is asked.

    Parameters
    ----------
    study : Study
        For its rubric, its media and what was imported.
    claims, ratings, scores : sequences
        All claims, the latest ratings, and the referee's scores.
    fingerprint : str
        The referee.
    confidence : float
    """
    found = _found(study, claims, ratings, list(scores), fingerprint, confidence)
    checks, note = check_improvement(found.ceiling, found.held_n(), study.config.thresholds, found.reason)
    return replace(found, checks=checks, note=note)


def _found(
    study: Study,
    claims: Sequence[Claim],
    ratings: Sequence[Rating],
    scores: Sequence[RefereeScore],
    fingerprint: str,
    confidence: float,
) -> StudyImprovement:
    without = sum(one.get("rollouts_without_claim", 0) for one in study.intakes())
    everything = claims_by_rollout(claim for claim in claims if claim.rollout)
    grouped = [group for group in group_rollouts(everything) if len(group) > 1]
    rollouts: Rollouts = {name: everything[name] for group in grouped for name in group}
    counts = StudyImprovement(
        len(grouped), len(rollouts), len(everything) - len(rollouts), n_without_claim=without,
        sizes=dict(sorted(Counter(map(len, grouped)).items())),
    )  # fmt: skip
    if not grouped:
        return _undefined(counts, NO_GROUPS)
    label = {name: i for i, group in enumerate(grouped) for name in group}
    groups = np.array([label[name] for name in rollouts])
    return _measured(counts, rollouts, groups, ratings, scores, fingerprint, study.rubric, study.media, confidence)


def improvement_of_study(study: Study, referee: str | None = None, *, confidence: float = 0.95) -> StudyImprovement:
    """Measure it for the referee that is meant; InputError when nobody rated, nobody scored, or it is not one.

    Parameters
    ----------
    study : Study
    referee : str, optional
        Beginning of a fingerprint; needed when several have scored the study.
    confidence : float
    """
    check_ratings(study)
    fingerprint = choose_referee(study, referee, verb="improve")
    scores = study.scores(fingerprint)
    return measure_improvement(study, study.claims(), study.ratings(), scores, fingerprint, confidence)


def _undefined(counts: StudyImprovement, reason: str) -> StudyImprovement:
    return replace(counts, reason=reason)


def _measured(
    counts: StudyImprovement,
    rollouts: Rollouts,
    groups: NDArray[np.intp],
    ratings: Sequence[Rating],
    scores: Sequence[RefereeScore],
    fingerprint: str,
    rubric: Rubric,
    media: Path,
    confidence: float,
) -> StudyImprovement:
    from agreement import human_ceiling, policy_improvement, rating_strata

    own = [one for one in ratings if one.rubric in ("", rubric.version)]
    people = PeopleValues.of(list(rollouts.values()), own, rubric)
    rated = ~np.isnan(people.by_claim)
    found = replace(
        counts, n_claims=len(rated), n_claims_rated=int(rated.sum()), n_rated=len(np.unique(people.rollout[rated]))
    )
    if not rated.any():
        return _undefined(found, NOBODY)
    videos, lengths = np.array([its[0].video for its in rollouts.values()]), VideoDurations(media)
    referee = pays_of_referee(rollouts, scores, fingerprint, media, lengths)
    if np.bincount(groups[~np.isnan(referee)]).max(initial=0) < 2:
        return _undefined(found, NOT_PAID)
    paid = {REFEREE: referee, **pays_of_baselines(rollouts, media, lengths)}
    own_pays = pays_of_people(people.people, rollouts, own, media, lengths)
    others = np.stack([people.by_rollout(without=j) for j in range(len(people.people))], axis=1)
    whole, kinds = people.of_whole_rollouts, _kinds(people, referee)
    return replace(
        found,
        improvement=policy_improvement(
            paid, people.by_rollout(), groups, cluster=videos, confidence=confidence,
            weight=rating_strata(rated, _referee_values(rollouts, scores, rubric), people.rollout),
            person_values=whole, person_weight=_rollout_weights(~np.isnan(whole), kinds),
        ),
        ceiling=human_ceiling(
            paid, own_pays, others, groups, cluster=videos, confidence=confidence,
            weight=_rollout_weights(~(np.isnan(own_pays) | np.isnan(others)), kinds),
            person_values=whole, pair_weight=_rollout_weights(_by_pair(~np.isnan(own_pays), ~np.isnan(whole)), kinds),
        ),
    )  # fmt: skip


def _referee_values(rollouts: Rollouts, scores: Iterable[RefereeScore], rubric: Rubric) -> Floats:
    """Return the referee's value of each claim, by which claims may have been drawn for people; NaN where it failed."""
    given: dict[str, dict[Dimension, float]] = {}
    for one in scores:
        if one.sample == 0 and one.expected is not None:
            given.setdefault(one.claim, {})[one.dimension] = one.expected
    tops = tops_of(rubric)
    found = [claim_value(claim, given.get(claim.id, {}), tops) for its in rollouts.values() for claim in its]
    return np.array(found, dtype=float)


def _kinds(people: PeopleValues, referee: Floats) -> Floats:
    """Return what may decide whether somebody rates a whole rollout: first its number of claims, then its reward."""
    lowest, highest = (np.nanmin(referee), np.nanmax(referee)) if (~np.isnan(referee)).any() else (0.0, 0.0)
    return people.n_claims + (referee - lowest) / (2 * (highest - lowest) or 1.0)


def _by_pair(mine: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rollouts both of two people rated, a column for each ordered pair."""
    n_people = mine.shape[1]
    pairs = [(i, j) for i in range(n_people) for j in range(n_people) if i != j]
    return np.stack([mine[:, i] & theirs[:, j] for i, j in pairs] or [mine[:, 0] & False], axis=1)


def _rollout_weights(sampled: NDArray[np.bool_], by: Floats) -> Floats:
    """Return the inverse probability that a rollout was rated, alike for all columns (people, or pairs of them)."""
    from agreement import inverse_rating_probabilities

    columns = sampled.shape[1]
    return inverse_rating_probabilities(sampled.ravel(), np.repeat(by, columns))[::columns]
