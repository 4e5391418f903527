"""From a study to an analysis: read, join, compare, and ask the rewards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.failure_rate import failure_rate
from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows
from referee_calib.analysis.human_agreement.alternative_annotator import dimension_alternative_annotator
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.disagreements import disagreements
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.human_agreement.mean_level import claim_selection, mean_level, rated_in_assigned_order
from referee_calib.analysis.input_digests import digest_inputs
from referee_calib.analysis.recalibration.recalibrator_trials import try_recalibrators
from referee_calib.analysis.referee_ablation import compare_referees
from referee_calib.analysis.referee_choice import check_ratings, choose_referee
from referee_calib.analysis.results import Analysis, ParseFailures
from referee_calib.analysis.reward_behaviour.exploit_checks import check_exploits
from referee_calib.analysis.reward_behaviour.reward_evaluation import evaluate_rewards, recreate_referee
from referee_calib.analysis.reward_behaviour.reward_results import RewardEvaluation
from referee_calib.analysis.reward_behaviour.robustness_checks import check_robustness
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.records import DIMENSIONS, Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

Say = Callable[[str], None]
NOT_ASKED = (
    "This referee asks a model, and a report asks nobody, so the rewards are not shown; "
    "referee-calib perturb asks it about moved claims."
)
OUTSIDE = "The claim lies outside its video's length."


def analyse(
    study: Study,
    *,
    referee: str | None = None,
    compare: Sequence[str] = (),
    seed: int = 0,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    rewards: bool = True,
    say: Say = lambda step: None,
) -> Analysis:
    """Compare a referee with the people of a study.

    Parameters
    ----------
    study : Study
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
    say : callable, optional
        Told each step as it begins.

    Returns
    -------
    Analysis

    Raises
    ------
    InputError
        When nobody rated, nobody scored, or the referee is not one.
    """
    check_ratings(study)
    ablation = compare_referees(study, compare, confidence=confidence) if compare else None
    fingerprint = choose_referee(study, referee or (ablation.sides[0].fingerprint if ablation else None))
    say("joining people and referee")
    every, ratings, scores = study.claims(), study.ratings(), study.scores(fingerprint)
    claims = study.claims(sampled=True)
    joined = [join(d, claims, ratings, scores, rubric=study.rubric.version) for d in DIMENSIONS]
    joined = [part for part in joined if part.counts.applicable]
    say("measuring agreement and calibration")
    results = [measure_dimension(part, seed=seed, confidence=confidence, n_resamples=n_resamples) for part in joined]
    say("trying recalibrators on videos they have not seen")
    media = study.media if rewards else None
    tried = try_recalibrators(joined, every, scores, fingerprint, media=media, seed=seed, confidence=confidence)
    say("holding the thresholds against what was measured")
    limits = study.config.thresholds
    held = [
        (
            result,
            dimension_alternative_annotator(part, limits),
            failure_rate(part.dimension, claims, scores, confidence),
        )
        for part, result in zip(joined, results, strict=True)
    ]
    say("reading frames of the claims they differ on")
    differ = disagreements(joined, study.media_path)
    description = study.referees().get(fingerprint, {})
    moved, tricked = check_robustness(study, fingerprint, limits), check_exploits(study, fingerprint, limits)
    move = not moved.reward  # else the last perturbation of this reward is shown
    asked = _ask(study, every, description, fingerprint, move, seed, confidence, say) if rewards else RewardEvaluation()
    return Analysis(
        study=study.config.name,
        referee=fingerprint,
        description=dict(description),
        rubric_version=study.rubric.version,
        seed=seed,
        confidence=confidence,
        n_videos=len({claim.video for part in joined for claim in part.claims}),
        n_rollouts=len({claim.rollout for claim in every}),
        n_raters=len({rater for part in joined for rater in part.raters}),
        n_ratings=len(ratings),
        n_simulated=sum(rating.simulated for rating in ratings),
        origins=tuple(sorted(Counter(rating.origin or "unknown" for rating in ratings).items())),
        inputs=digest_inputs(every, ratings, scores),
        dimensions=tuple(results),
        verdict=hold_thresholds(held, limits, (*moved.checks, *tricked.checks), (moved.note, tricked.note)),
        ablation=ablation,
        robustness=moved,
        probed=tricked,
        rewards=asked.rewards,
        responses=asked.responses,
        examined=asked.examined,
        disagreements=tuple(differ),
        losses=(*_not_drawn(every, claims), *(loss for part in joined for loss in part.losses)),
        unread=_unread(study),
        notes=asked.notes,
        scored=score_distributions(scores),
        mean_scores=tuple(mean_level(part, every, scores, confidence=confidence) for part in joined),
        draw=claim_selection(
            every,
            (claim.id for claim in claims),
            (claim.id for part in joined for claim in part.claims),
            study.config.sample_claims,
            study.config.sample_seed,
            in_order=rated_in_assigned_order(ratings, (claim.id for claim in claims), study.config.order_seed),
        ),
        recalibration=tried,
    )


def _ask(
    study: Study,
    claims: Sequence[Claim],
    description: dict[str, Any],
    fingerprint: str,
    move: bool,
    seed: int,
    confidence: float,
    say: Say,
) -> RewardEvaluation:
    referee = recreate_referee(description, fingerprint, study.rubric)
    if isinstance(referee, str):
        return RewardEvaluation(notes=(referee,))
    if getattr(referee.backend, "cacheable", False):  # a report spends neither money nor hours of a model
        return RewardEvaluation(notes=(NOT_ASKED,))
    return evaluate_rewards(claims, referee, study.media, move=move, seed=seed, confidence=confidence, say=say)


def _unread(study: Study) -> tuple[ParseFailures, ...]:
    """Return what gave no claim when files were imported; a file that came twice counts once."""
    lost = [(intake["file"], intake["lost"]) for intake in study.intakes() if intake.get("lost")]
    if not lost:
        return ()
    from referee_calib.claims import WHY

    reasons = {**{str(reason): why for reason, why in WHY.items()}, "outside_video": OUTSIDE}
    return tuple(
        ParseFailures(file, reason, reasons.get(reason, ""), count)
        for file, why in lost
        for reason, count in why.items()
    )


def _not_drawn(every: Sequence[Claim], claims: Sequence[Claim]) -> tuple[ExcludedRows, ...]:
    drawn = {claim.id for claim in claims}
    left = tuple(claim.id for claim in every if claim.id not in drawn)
    return (
        (ExcludedRows("", "claim not drawn for people", "the sample is smaller than the study", left),) if left else ()
    )
