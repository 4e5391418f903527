"""Recalibrators of a study's referee, fitted on people's ratings, and what they would change in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.human_agreement.join import JoinedDimension, join_rubric
from referee_calib.analysis.human_agreement.judgement_records import JudgedItem
from referee_calib.analysis.referee_choice import check_ratings, choose_referee
from referee_calib.analysis.reward_behaviour.ranking_changes import RankingChanges, compare_rankings, group_rollouts
from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout, pay_rollouts
from referee_calib.analysis.reward_behaviour.stored_referee import StoredReferee
from referee_calib.errors import InputError
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from agreement import CrossValidation, Recalibrator
    from referee_calib.reward import SemanticEvidenceReward
    from referee_calib.study import Study

FEWEST_VIDEOS, FEWEST_CLAIMS = 5, 20
KINDS = ("isotonic", "ordinal", "linear")


@dataclass(frozen=True, slots=True)
class StudyRecalibration:
    """Recalibrators by dimension, their error out of fold, and what they change in groups of rollouts.

    Attributes
    ----------
    n_ratings, n_simulated : int
        Ratings that the fits rest on (all dimensions), and how many of them no person gave.
    fitted : dict
        ``(recalibrator, out of fold)`` by dimension.
    left_out : dict
        Why a dimension was not fitted.
    """

    study: str
    referee: str
    referee_name: str
    rubric: str
    kind: str
    seed: int
    n_ratings: int
    n_simulated: int
    fitted: dict[str, tuple[Recalibrator, CrossValidation]]
    left_out: dict[str, str]
    rankings: RankingChanges

    def to_json(self) -> dict[str, Any]:
        """Return the file that a reward reads, as JSON types."""
        from referee_calib.reward import RECALIBRATORS_SCHEMA

        return {
            "schema": RECALIBRATORS_SCHEMA,
            **{name: getattr(self, name) for name in ("study", "referee", "referee_name", "rubric", "kind", "seed")},
            "simulated": self.n_simulated > 0,
            "n_ratings": self.n_ratings,
            "n_simulated": self.n_simulated,
            "dimensions": {name: made.to_json() for name, (made, _) in self.fitted.items()},
            "out_of_fold": {name: found.to_json() for name, (_, found) in self.fitted.items()},
            "left_out": dict(self.left_out),
            "rankings": self.rankings.to_json(),
        }


def recalibrate(
    study: Study, *, referee: str | None = None, kind: str = "isotonic", seed: int = 0
) -> StudyRecalibration:
    """Fit a recalibrator for every dimension with enough ratings.

    Parameters
    ----------
    referee : str, optional
        Beginning of the referee's fingerprint; needed when several have scored the study.
    kind : {"isotonic", "ordinal", "linear"}
    seed : int
        Of folds and intervals.

    Raises
    ------
    InputError
        When nobody rated, nobody scored, or no dimension has 20 claims in 5 videos with both a rating and a score.
    """
    check_ratings(study)
    fingerprint = choose_referee(study, referee, verb="recalibrate")
    claims, ratings, scores = study.claims(sampled=True), study.ratings(), study.scores(fingerprint)
    joined = join_rubric(study.rubric, claims, ratings, scores)
    few: dict[str, str] = {part.dimension: reason for part in joined if (reason := shortage(part))}
    enough = [part for part in joined if part.dimension not in few]
    if not enough:
        raise InputError(
            f"study {study.folder}",
            "too little to fit a recalibrator on: " + "; ".join(f"{name}: {why}" for name, why in few.items()),
            f"Let people rate more claims of more videos: at least {FEWEST_CLAIMS} in {FEWEST_VIDEOS}.",
        )
    simulated = {part.dimension: _n_simulated(part, ratings, study.rubric.version) for part in enough}
    fitted: dict[str, tuple[Recalibrator, CrossValidation]] = {
        part.dimension: fit_dimension(part, kind, fingerprint, seed=seed, n_simulated=simulated[part.dimension])
        for part in enough
    }
    return StudyRecalibration(
        study=study.config.name,
        referee=fingerprint,
        referee_name=str(study.referees().get(fingerprint, {}).get("name", "")),
        rubric=study.rubric.version,
        kind=kind,
        seed=seed,
        n_ratings=sum(made.n_ratings for made, _ in fitted.values()),
        n_simulated=sum(simulated.values()),
        fitted=fitted,
        left_out=few,
        rankings=ranking_changes(
            study.claims(), study.media, fingerprint, scores, [{k: v[0] for k, v in fitted.items()}], study.rubric
        )[0],
    )


def recalibration_data(study: Study, fingerprint: str) -> dict[str, str]:
    """Return, by dimension, the digest of the ratings and scores that a recalibrator would be fitted on now."""
    from agreement import Ratings, fit_recalibrator

    claims, ratings, scores = study.claims(sampled=True), study.ratings(), study.scores(fingerprint)
    found: dict[str, str] = {}
    for part in join_rubric(study.rubric, claims, ratings, scores):
        if not shortage(part):
            people = Ratings.from_array(part.people, scale=part.scale, raters=part.raters, wide=True)
            found[part.dimension] = fit_recalibrator(part.expected, people, n_resamples=0).data
    return found


def fit_dimension(
    part: JoinedDimension,
    kind: str,
    fingerprint: str,
    *,
    seed: int,
    n_simulated: int = 0,
    confidence: float = 0.95,
    n_resamples: int = 200,
) -> tuple[Recalibrator, CrossValidation]:
    """Fit one kind on one dimension, and hold it against videos that a fit has not seen.

    `n_simulated` ratings were given by no person, which the recalibrator notes; `n_resamples` are for its values'
    interval.
    """
    from agreement import Ratings, cross_validate_recalibrator, fit_recalibrator

    people = Ratings.from_array(part.people, scale=part.scale, raters=part.raters, wide=True)
    made = fit_recalibrator(
        part.expected,
        people,
        kind=kind,
        cluster=part.videos,
        n_resamples=n_resamples,
        confidence=confidence,
        seed=seed,
        referee=fingerprint,
        dimension=part.dimension,
    )
    if n_simulated:
        made = replace(made, notes=(*made.notes, "fitted on simulated ratings: it says nothing about people"))
    found = cross_validate_recalibrator(
        part.expected, people, kind=kind, cluster=part.videos, confidence=confidence, seed=seed
    )
    return made, found


def _matched(part: JoinedDimension) -> list[JudgedItem]:
    """Return the claims with a rating and a score."""
    return [one for one, expected in zip(part.claims, part.expected.tolist(), strict=True) if expected == expected]


def shortage(part: JoinedDimension) -> str:
    """Say what there is when it does not suffice to fit on; empty where it does."""
    claims, videos = len(_matched(part)), len({one.video for one in _matched(part)})
    if claims >= FEWEST_CLAIMS and videos >= FEWEST_VIDEOS:
        return ""
    return f"{claims} claims in {videos} videos with a rating and a score"


def _n_simulated(part: JoinedDimension, ratings: list[Rating], rubric: str) -> int:
    """Count the ratings of the fit that no person gave."""
    used = {one.id for one in _matched(part)}
    return sum(
        one.simulated and one.level is not None and one.rubric in ("", rubric)
        for one in ratings
        if one.dimension == part.dimension and one.claim in used
    )


def ranking_changes(
    claims: Sequence[Claim],
    media: Path,
    fingerprint: str,
    scores: Sequence[RefereeScore],
    made: Sequence[Mapping[str, Recalibrator]],
    rubric: Rubric,
) -> list[RankingChanges]:
    """Pay every rollout as it is and by each set of recalibrators, from the stored scores, and count what changes."""
    from referee_calib.reward import LevelRecalibrator as Applied
    from referee_calib.reward import SemanticEvidenceReward, VideoDurations

    referee, lengths = StoredReferee(fingerprint, scores, rubric), VideoDurations(media)
    rollouts = claims_by_rollout(claim for claim in claims if claim.rollout)
    groups = group_rollouts(rollouts)

    def pays(reward: SemanticEvidenceReward) -> dict[str, float | None]:
        return {name: pay for name, (pay, _) in pay_rollouts(reward, rollouts, media, lengths).items()}

    before = pays(SemanticEvidenceReward(referee))
    applied = [{name: Applied.from_json(one.to_json(), name) for name, one in its.items()} for its in made]
    return [
        compare_rankings(groups, before, pays(SemanticEvidenceReward(referee, recalibrator=its))) for its in applied
    ]
