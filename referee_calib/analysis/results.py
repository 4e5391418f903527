"""The result of an analysis, which a report is written from; the results of its sections lie beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from referee_calib.item_nouns import ItemNouns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from referee_calib.analysis.ablation_results import AblationResult
    from referee_calib.analysis.continuous_judge.judge_measurement import ContinuousJudge
    from referee_calib.analysis.error_by_agreement.dimension_error_split import DimensionErrorSplit
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, Disagreement, ExcludedRows
    from referee_calib.analysis.human_agreement.mean_level import ClaimSelection, MeanLevel
    from referee_calib.analysis.input_digests import InputDigest
    from referee_calib.analysis.policy_improvement.study_improvement import StudyImprovement
    from referee_calib.analysis.rating_quality import RatingQuality
    from referee_calib.analysis.recalibration.recalibrator_trials import RecalibrationResult
    from referee_calib.analysis.review.adjudicated_agreement import AdjudicatedDimension
    from referee_calib.analysis.reward_behaviour.last_run import LastRun
    from referee_calib.analysis.reward_behaviour.reward_results import ExaminedRewardJson, Response, RolloutRewards
    from referee_calib.analysis.score_distribution import ScoreDistribution
    from referee_calib.analysis.score_reliability.missing_scores import MissingScores
    from referee_calib.analysis.score_reliability.rater_consistency import RaterConsistency
    from referee_calib.analysis.score_reliability.repeated_scores import RepeatedScores
    from referee_calib.analysis.verdict import StudyVerdict
    from referee_calib.localization import LocalizationTable
    from referee_calib.threshold_record import ThresholdRecord


@dataclass(frozen=True, slots=True)
class ParseFailures:
    """Pieces of model text in an imported file that gave no claim, by reason."""

    file: str
    reason: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result of :func:`referee_calib.analysis.analyse`, which a report is written from."""

    study: str
    referee: str
    description: Mapping[str, Any]
    rubric_version: str
    seed: int
    confidence: float
    n_videos: int
    n_rollouts: int
    n_raters: int
    n_ratings: int
    n_simulated: int
    origins: tuple[tuple[str, int], ...]
    inputs: tuple[InputDigest, ...]
    dimensions: tuple[DimensionResult, ...]
    rewards: tuple[RolloutRewards, ...]
    responses: tuple[Response, ...]
    disagreements: tuple[Disagreement, ...]
    losses: tuple[ExcludedRows, ...]
    unread: tuple[ParseFailures, ...] = ()
    examined: ExaminedRewardJson | None = None
    notes: tuple[str, ...] = ()
    verdict: StudyVerdict | None = None
    robustness: LastRun | None = None
    probed: LastRun | None = None
    ablation: AblationResult | None = None
    scored: tuple[ScoreDistribution, ...] = ()
    mean_scores: tuple[MeanLevel, ...] = ()
    draw: ClaimSelection | None = None
    recalibration: RecalibrationResult | None = None
    threshold_record: ThresholdRecord | None = None
    missing: tuple[MissingScores, ...] = ()
    repeats: tuple[RepeatedScores, ...] = ()
    consistency: tuple[RaterConsistency, ...] = ()
    error_splits: tuple[DimensionErrorSplit, ...] = ()
    continuous_judges: tuple[ContinuousJudge, ...] = ()
    nouns: ItemNouns = field(default_factory=ItemNouns)
    localization: tuple[LocalizationTable, ...] = ()
    quality: RatingQuality | None = None
    adjudicated: tuple[AdjudicatedDimension, ...] | None = None  # None where nobody asked for it
    improvement: StudyImprovement | None = None
