"""From a study to an analysis: read, join, compare, and ask the rewards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.error_by_agreement.dimension_error_split import joined_error_splits
from referee_calib.analysis.failure_rate import failure_rate
from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows
from referee_calib.analysis.human_agreement.alternative_annotator_check import dimension_alternative_annotator
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.disagreements import disagreements
from referee_calib.analysis.human_agreement.join import join_rubric
from referee_calib.analysis.human_agreement.kinds_and_tail import KindSample
from referee_calib.analysis.human_agreement.mark_agreement import measure_marks
from referee_calib.analysis.human_agreement.mean_level import claim_selection, mean_level, rated_in_assigned_order
from referee_calib.analysis.human_agreement.plain_draw import plain_draw
from referee_calib.analysis.input_digests import digest_inputs
from referee_calib.analysis.parse_failure_rows import parse_failures
from referee_calib.analysis.policy_improvement.study_improvement import measure_improvement
from referee_calib.analysis.rating_quality import held_rows, rating_quality
from referee_calib.analysis.recalibration.recalibrator_trials import try_recalibrators
from referee_calib.analysis.referee_ablation import compare_referees
from referee_calib.analysis.referee_choice import check_ratings, choose_referee
from referee_calib.analysis.results import Analysis
from referee_calib.analysis.review.adjudicated_agreement import study_adjudicated
from referee_calib.analysis.review.excluded_by_coordinator import excluded_by_coordinator
from referee_calib.analysis.reward_behaviour.last_run_checks import check_exploits, check_robustness
from referee_calib.analysis.reward_behaviour.reward_evaluation import evaluate_rewards, recreate_referee
from referee_calib.analysis.reward_behaviour.reward_results import RewardEvaluation
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.analysis.score_reliability.missing_score_checks import require_scores
from referee_calib.analysis.score_reliability.missing_scores import missing_scores
from referee_calib.analysis.score_reliability.rater_consistency import study_consistency
from referee_calib.analysis.score_reliability.repeated_score_checks import require_alike_samples
from referee_calib.analysis.score_reliability.repeated_scores import repeated_scores
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.threshold_record import compare_thresholds

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.analysis.ablation_results import AblationResult
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult
    from referee_calib.analysis.human_agreement.alternative_annotator_check import AlternativeAnnotatorResult
    from referee_calib.analysis.human_agreement.join import JoinedDimension
    from referee_calib.analysis.human_agreement.mean_level import ClaimSelection
    from referee_calib.study import Study
    from referee_calib.thresholds import Thresholds

Say = Callable[[str], None]
NOT_ASKED = (
    "This referee asks a model, and a report asks nobody, so the rewards are not shown; "
    "referee-calib perturb asks it about moved claims."
)


def analyse(
    study: Study,
    *,
    referee: str | None = None,
    compare: Sequence[str] = (),
    seed: int = 0,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    rewards: bool = True,
    adjudicated: bool = False,
    say: Say = lambda step: None,
) -> Analysis:
    """Compare a referee with the people of a study.

    Parameters
    ----------
    referee : str, optional
        Beginning of the referee's fingerprint; needed when several have scored the study and none are compared.
    compare : sequence of str
        Beginnings of the fingerprints of referees to put side by side; the first is analysed unless `referee` says so.
    seed : int
        Of every resampling and of the perturbations.
    confidence : float
        Nominal coverage of the intervals and bands.
    n_resamples : int
        Of the calibration bands.
    rewards : bool
        Whether to ask the rewards about rollouts and about moved claims, which needs the videos.
    adjudicated : bool
        Whether to hold referee and people against the levels that a coordinator adjudicated, in figures of their own.
    say : callable, optional
        Told each step as it begins.

    Raises
    ------
    InputError
        When nobody rated, nobody scored, or the referee is not one.
    """
    check_ratings(study)
    ablation = compare_referees(study, compare, confidence=confidence) if compare else None
    fingerprint = choose_referee(study, referee or (ablation.sides[0].fingerprint if ablation else None))
    say("joining people and referee")
    rows = _read(study, fingerprint)
    say("measuring agreement and calibration")
    results = [
        measure_dimension(
            part, seed=seed, confidence=confidence, n_resamples=n_resamples, kinds=rows.kinds.get(part.dimension)
        )
        for part in rows.joined
    ]
    say("looking at missing and repeated scores")
    missing = tuple(missing_scores(part, rows.scores, confidence=confidence, seed=seed) for part in rows.joined)
    videos = {claim.id: claim.video for claim in rows.claims}
    repeats = [repeated_scores(part, rows.scores, videos, confidence=confidence) for part in rows.joined]
    say("trying recalibrators on videos they have not seen")
    media = study.media if rewards else None
    recalibration = try_recalibrators(
        rows.joined, rows.claims, rows.scores, fingerprint, rubric=study.rubric, media=media, seed=seed,
        confidence=confidence,
    )  # fmt: skip
    say("holding the thresholds against what was measured")
    limits = study.config.thresholds
    improvement = measure_improvement(study, rows.claims, rows.ratings, rows.scores, fingerprint, confidence)
    robustness, exploits = check_robustness(study, fingerprint, limits), check_exploits(study, fingerprint, limits)
    held = hold_thresholds(
        _measured(rows, results, limits, confidence),
        limits,
        (*robustness.checks, *exploits.checks, *improvement.checks),
        (robustness.note, exploits.note, improvement.note),
    )
    verdict = require_alike_samples(require_scores(held, missing), filter(None, repeats))
    say("reading frames of the claims they differ on")
    differ = disagreements(rows.joined, study.media_path, clock=study.config.clock)
    description = dict(study.referees().get(fingerprint, {}))
    answers = RewardEvaluation()
    if rewards:
        move = not robustness.reward  # else the last perturbation of this reward is shown
        answers = _ask(study, rows.claims, description, fingerprint, move, seed, confidence, say)
    return Analysis(
        study=study.config.name,
        referee=fingerprint,
        description=description,
        rubric_version=study.rubric.version,
        seed=seed,
        confidence=confidence,
        n_videos=len({claim.video for part in rows.joined for claim in part.claims}),
        n_rollouts=len({claim.rollout for claim in rows.claims}),
        n_raters=len({rater for part in rows.joined for rater in part.raters}),
        n_ratings=len(rows.ratings),
        n_simulated=sum(rating.simulated for rating in rows.ratings),
        origins=tuple(sorted(Counter(rating.origin or "unknown" for rating in rows.ratings).items())),
        inputs=digest_inputs(rows.claims, rows.ratings, rows.scores, study.marks()),
        dimensions=tuple(results),
        verdict=verdict,
        ablation=ablation,
        robustness=robustness,
        probed=exploits,
        rewards=answers.rewards,
        responses=answers.responses,
        examined=answers.examined,
        disagreements=tuple(differ),
        losses=(
            *_not_sampled(rows),
            *excluded_by_coordinator(study),
            *held_rows(study),
            *(one for part in rows.joined for one in part.losses),
        ),
        unread=parse_failures(study),
        notes=answers.notes,
        scored=score_distributions(rows.scores, {part.dimension: part.scale for part in rows.joined}),
        mean_scores=tuple(mean_level(part, rows.claims, rows.scores, confidence=confidence) for part in rows.joined),
        draw=_selection(study, rows),
        recalibration=recalibration,
        threshold_record=compare_thresholds(study.folder, limits),
        missing=missing,
        repeats=tuple(one for one in repeats if one is not None),
        consistency=study_consistency(
            study, {part.dimension: part.scale for part in rows.joined}, confidence=confidence
        ),
        error_splits=joined_error_splits(_sides(study, rows, ablation), confidence=confidence, seed=seed),
        localization=measure_marks(study, rows.claims, confidence=confidence, say=say),
        quality=rating_quality(study),
        adjudicated=study_adjudicated(study, rows.joined, confidence=confidence) if adjudicated else None,
        improvement=improvement,
    )


@dataclass(frozen=True, slots=True)
class _StudyRows:
    """What an analysis reads from a study: every claim, those for people, and the dimensions that some of them have.

    `further` claims were drawn for their kind: people rate them, and only `kinds` holds them. `excluded` are the claims
    that a coordinator excluded: the draw holds them, and nothing else does.
    """

    claims: Sequence[Claim]
    sampled: Sequence[Claim]
    ratings: Sequence[Rating]
    scores: Sequence[RefereeScore]
    joined: Sequence[JoinedDimension]
    further: Sequence[Claim] = ()
    kinds: Mapping[str, KindSample] = field(default_factory=dict)
    excluded: Sequence[Claim] = ()


def _read(study: Study, fingerprint: str) -> _StudyRows:
    from referee_calib.study import claims_with_excluded

    claims, ratings, scores = study.claims(), study.ratings(), study.scores(fingerprint)
    every, drawn = claims_with_excluded(study), claims_with_excluded(study, sampled=True)
    draw = plain_draw(study, every, drawn)
    ids = {claim.id for claim in claims}
    plain, further = ([claim for claim in those if claim.id in ids] for those in (draw.plain, draw.further))
    joined = join_rubric(study.rubric, plain, ratings, scores)
    whole = join_rubric(study.rubric, [*plain, *further], ratings, scores) if further else []
    kinds: dict[str, KindSample] = {part.dimension: KindSample(part, draw.weights) for part in whole}
    applicable = [part for part in joined if part.counts.applicable]
    excluded = [claim for claim in every if claim.id not in ids]
    return _StudyRows(claims, plain, ratings, scores, applicable, further, kinds, excluded)


def _measured(
    rows: _StudyRows, results: Sequence[DimensionResult], limits: Thresholds, confidence: float
) -> list[tuple[DimensionResult, AlternativeAnnotatorResult | None, Estimate]]:
    """Return all that the thresholds of each dimension are held against."""
    return [
        (
            result,
            dimension_alternative_annotator(part, limits),
            failure_rate(part.dimension, rows.sampled, rows.scores, confidence),
        )
        for part, result in zip(rows.joined, results, strict=True)
    ]


def _selection(study: Study, rows: _StudyRows) -> ClaimSelection:
    from referee_calib.study import claims_with_excluded, rated_as_assigned

    ids = [claim.id for claim in study.claims(sampled=True)]
    rated = [claim.id for part in (*rows.joined, *(one.joined for one in rows.kinds.values())) for claim in part.claims]
    found = claim_selection(
        [*rows.claims, *rows.excluded],
        (claim.id for claim in claims_with_excluded(study, sampled=True)),
        [*rated, *(claim.id for claim in rows.excluded)],
        study.config.sample_claims,
        study.config.sample_seed,
        per_kind=study.config.sample_per_kind,
        in_order=rated_as_assigned(study, {one.claim for one in rows.ratings})
        or rated_in_assigned_order(rows.ratings, ids, study.config.order_seed),
    )
    return replace(found, n_claims=len(rows.claims), n_chosen=len(ids), n_rated=len(set(rated)))


def _sides(study: Study, rows: _StudyRows, ablation: AblationResult | None) -> dict[str, Sequence[JoinedDimension]]:
    """Return the joined dimensions of the referee, or of all that are put side by side."""
    if ablation is None:
        return {"referee": rows.joined}
    named = [part.dimension for part in rows.joined]
    found: dict[str, Sequence[JoinedDimension]] = {}
    for side in ablation.sides:
        parts = join_rubric(study.rubric, rows.sampled, rows.ratings, study.scores(side.fingerprint))
        found[side.label] = [part for part in parts if part.dimension in named]
    return found


def _ask(
    study: Study,
    claims: Sequence[Claim],
    description: Mapping[str, Any],
    fingerprint: str,
    move: bool,
    seed: int,
    confidence: float,
    say: Say,
) -> RewardEvaluation:
    referee = recreate_referee(description, fingerprint, study.rubric, study.folder)
    if isinstance(referee, str):
        return RewardEvaluation(notes=(referee,))
    if referee.backend.cacheable:  # a report spends neither money nor hours of a model
        return RewardEvaluation(notes=(NOT_ASKED,))
    return evaluate_rewards(claims, referee, study.media, move=move, seed=seed, confidence=confidence, say=say)


def _not_sampled(rows: _StudyRows) -> tuple[ExcludedRows, ...]:
    further = tuple(claim.id for claim in rows.further)
    sampled = {claim.id for claim in rows.sampled}.union(further)
    left = tuple(claim.id for claim in rows.claims if claim.id not in sampled)
    found = (
        ExcludedRows("", "claim not drawn for people", "the sample is smaller than the study", left),
        ExcludedRows("", "claim drawn for its kind", "it speaks for its kind alone, not for all claims", further),
    )
    return tuple(one for one in found if one.names)
