"""Analysis: people and a referee of one study side by side, and everything that a report says about them.

:func:`analyse` reads a study, joins people and referee per dimension, has `agreement` measure them, asks the rewards
themselves, holds thresholds against what was measured, and returns one typed :class:`Analysis`. Rows that cannot take
part are counted and named. Verbs beside it: :func:`certify`, :func:`recalibrate`.
"""

from referee_calib.analysis.ablation_results import (
    AblationResult,
    DimensionAblation,
    PairEquivalence,
    RefereeDifference,
)
from referee_calib.analysis.continuous_judge.judge_measurement import (
    ContinuousJudge,
    measure_continuous_judge,
)
from referee_calib.analysis.continuous_judge.judge_reading import JudgeReading
from referee_calib.analysis.continuous_judge.judge_unit import gives_raw_scores
from referee_calib.analysis.error_by_agreement.dimension_error_split import (
    DimensionErrorSplit,
    JudgeErrorSplit,
    joined_error_splits,
    split_errors,
)
from referee_calib.analysis.human_agreement import slices
from referee_calib.analysis.human_agreement.agreement_results import (
    CoefficientSummary,
    DimensionResult,
    Disagreement,
    ExcludedRows,
    JudgementCounts,
    LevelPrevalence,
    NamedEstimate,
    RaterEstimate,
    SliceResult,
)
from referee_calib.analysis.human_agreement.agreement_width import AgreementWidth, agreement_widths
from referee_calib.analysis.human_agreement.disagreements import shown_at, with_frame
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.human_agreement.level_calibration import acceptable_level
from referee_calib.analysis.human_agreement.mean_level import ClaimSelection, MeanLevel
from referee_calib.analysis.input_digests import InputDigest
from referee_calib.analysis.pilot_study import PilotLevels, read_pilot
from referee_calib.analysis.policy_improvement.study_improvement import (
    FEWEST_VIDEOS,
    StudyImprovement,
    improvement_of_study,
    measure_improvement,
)
from referee_calib.analysis.recalibration.recalibrated_agreement import RecalibratedAgreement, ScoreVariant
from referee_calib.analysis.recalibration.recalibrator_trials import RecalibrationResult, RecalibratorTrial
from referee_calib.analysis.recalibration.study_recalibration import StudyRecalibration, recalibrate, recalibration_data
from referee_calib.analysis.referee_ablation import compare_referees
from referee_calib.analysis.referee_choice import choose_referee
from referee_calib.analysis.results import Analysis, ParseFailures
from referee_calib.analysis.review.adjudicated_agreement import (
    AdjudicatedDimension,
    AgainstAdjudicated,
    adjudicated_agreement,
)
from referee_calib.analysis.reward_behaviour.last_run import LastRun
from referee_calib.analysis.reward_behaviour.ranking_changes import RankingChanges
from referee_calib.analysis.reward_behaviour.reward_evaluation import recreate_referee
from referee_calib.analysis.reward_behaviour.reward_results import (
    ExaminedRewardJson,
    Response,
    ResponseLine,
    RolloutRewards,
)
from referee_calib.analysis.score_distribution import ScoreDistribution
from referee_calib.analysis.score_reliability.missing_scores import MissingScores
from referee_calib.analysis.score_reliability.rater_consistency import ConsistencyFigures, RaterConsistency
from referee_calib.analysis.score_reliability.repeated_scores import RepeatedScores
from referee_calib.analysis.study_analysis import analyse
from referee_calib.analysis.study_monitor.agreement_so_far import AgreementSoFar, PairAgreement, agreement_so_far
from referee_calib.analysis.study_monitor.deviation_over_time import DeviationBlock, deviation_over_time
from referee_calib.analysis.study_monitor.rater_notes import RaterNote, rater_notes
from referee_calib.analysis.study_monitor.rating_log import RatingLog, read_log
from referee_calib.analysis.study_monitor.rating_speed import RaterSpeed, rating_speed
from referee_calib.analysis.study_monitor.repeat_consistency import RepeatConsistency, repeat_consistency
from referee_calib.analysis.study_monitor.spread_of_levels import (
    AnonymousJudgement,
    ClaimSpread,
    anonymous_judgements,
    claims_by_spread,
)
from referee_calib.analysis.study_monitor.study_progress import (
    ClaimProgress,
    Forecast,
    RaterProgress,
    StudyProgress,
    study_progress,
)
from referee_calib.analysis.tables.table_analysis import analyse_tables, read_table_pilot
from referee_calib.analysis.tables.table_judgements import TableJudgements, TableRating, TableScore, TableUnit
from referee_calib.analysis.threshold_check import ThresholdCheck
from referee_calib.analysis.verdict import StudyVerdict, hold_thresholds

__all__ = [
    "FEWEST_VIDEOS",
    "AblationResult",
    "AdjudicatedDimension",
    "AgainstAdjudicated",
    "AgreementSoFar",
    "AgreementWidth",
    "Analysis",
    "AnonymousJudgement",
    "ClaimProgress",
    "ClaimSelection",
    "ClaimSpread",
    "CoefficientSummary",
    "ConsistencyFigures",
    "ContinuousJudge",
    "DeviationBlock",
    "DimensionAblation",
    "DimensionErrorSplit",
    "DimensionResult",
    "Disagreement",
    "ExaminedRewardJson",
    "ExcludedRows",
    "Forecast",
    "InputDigest",
    "JudgeErrorSplit",
    "JudgeReading",
    "JudgementCounts",
    "LastRun",
    "LevelPrevalence",
    "MeanLevel",
    "MissingScores",
    "NamedEstimate",
    "PairAgreement",
    "PairEquivalence",
    "ParseFailures",
    "PilotLevels",
    "RankingChanges",
    "RaterConsistency",
    "RaterEstimate",
    "RaterNote",
    "RaterProgress",
    "RaterSpeed",
    "RatingLog",
    "RecalibratedAgreement",
    "RecalibrationResult",
    "RecalibratorTrial",
    "RefereeDifference",
    "RepeatConsistency",
    "RepeatedScores",
    "Response",
    "ResponseLine",
    "RolloutRewards",
    "ScoreDistribution",
    "ScoreVariant",
    "SliceResult",
    "StudyImprovement",
    "StudyProgress",
    "StudyRecalibration",
    "StudyVerdict",
    "TableJudgements",
    "TableRating",
    "TableScore",
    "TableUnit",
    "ThresholdCheck",
    "acceptable_level",
    "adjudicated_agreement",
    "agreement_so_far",
    "agreement_widths",
    "analyse",
    "analyse_tables",
    "anonymous_judgements",
    "choose_referee",
    "claims_by_spread",
    "compare_referees",
    "deviation_over_time",
    "gives_raw_scores",
    "hold_thresholds",
    "improvement_of_study",
    "join",
    "joined_error_splits",
    "measure_continuous_judge",
    "measure_improvement",
    "rater_notes",
    "rating_speed",
    "read_log",
    "read_pilot",
    "read_table_pilot",
    "recalibrate",
    "recalibration_data",
    "recreate_referee",
    "repeat_consistency",
    "shown_at",
    "slices",
    "split_errors",
    "study_progress",
    "with_frame",
]
