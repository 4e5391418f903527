"""Agreement between raters, and between raters and a referee: coefficients with intervals that respect clusters.

Every coefficient takes :class:`Ratings` or an array (units, raters) and returns an :class:`Estimate`.
"""

from agreement.array_inputs import as_ratings
from agreement.calibration.classification import ThresholdClassification, ThresholdMetrics, classification_at_thresholds
from agreement.calibration.cross_validation import CrossValidation, cross_validate_recalibrator
from agreement.calibration.curve import CalibrationCurve, calibration_curve
from agreement.calibration.expected_error import CalibrationError, calibration_error
from agreement.calibration.ordinal import OrdinalCalibration, ordinal_calibration
from agreement.calibration.prediction_powered import PredictionPowered, prediction_powered_mean
from agreement.calibration.recalibration import Recalibrator, fit_recalibrator
from agreement.coefficients.bland_altman import BlandAltman, bland_altman
from agreement.coefficients.conger import conger_kappa
from agreement.coefficients.fleiss import fleiss_kappa, scott_pi
from agreement.coefficients.gwet import brennan_prediger, gwet_ac
from agreement.coefficients.intraclass.finn import finn, finn_test
from agreement.coefficients.intraclass.icc import FORMS as ICC_FORMS
from agreement.coefficients.intraclass.icc import icc, icc_forms
from agreement.coefficients.intraclass.icc_test import icc_test
from agreement.coefficients.intraclass.robinson import robinson_a
from agreement.coefficients.iota import iota
from agreement.coefficients.kappa import cohen_kappa, light_kappa
from agreement.coefficients.krippendorff import krippendorff_alpha
from agreement.coefficients.percent_agreement import percent_agreement
from agreement.coefficients.tolerance import tolerance_agreement
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.ablation import Ablation, Difference, ablation
from agreement.comparison.alternative_annotator_test import AltTest, alt_test
from agreement.comparison.compare import compare
from agreement.comparison.comparison_result import (
    AllUnits,
    CoefficientComparison,
    Comparison,
    IdenticalRaters,
    RaterRow,
    SliceRow,
)
from agreement.comparison.group_means import GroupMeans, group_means
from agreement.comparison.noise_ceiling import NoiseCeilings, noise_ceilings
from agreement.continuous_judge.fold_levels import FoldLevels, recalibrated_levels
from agreement.continuous_judge.judge_correlation import JudgeCorrelation, JudgeCorrelations, judge_correlations
from agreement.continuous_judge.score_curve import ScoreCurve, score_curve
from agreement.continuous_judge.score_shape import ScoreShape, score_shape
from agreement.correlation.correlation_test import correlation_test
from agreement.correlation.kendall_w import kendall_w
from agreement.correlation.kendall_w_test import kendall_w_test
from agreement.correlation.pairwise_correlation import kendall_tau_b, lin_ccc, pearson, spearman
from agreement.error_split.judge_differences import ErrorDifference, error_differences
from agreement.error_split.split import ErrorSplit, ErrorStratum, error_split
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS, Estimate, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.inference.benchmark_scale import BenchmarkScale, benchmark_scale
from agreement.inference.chance_agreement import chance_agreement
from agreement.inference.zero_agreement import zero_agreement_test
from agreement.intervals.bootstrap import percentile as percentile_interval
from agreement.intervals.bootstrap_weights import draw as bootstrap_weights
from agreement.intervals.multiple_testing import benjamini_yekutieli, holm
from agreement.intervals.quantiles import t_quantile
from agreement.labels.agreement_by_label import agreement_by_label, specific_agreement
from agreement.labels.label_presence import label_presence
from agreement.labels.label_subset import label_subset
from agreement.labels.set_distances import jaccard_distance, masi_distance
from agreement.localization.annotator_marks import AnnotatorMarks, box_marks, span_marks
from agreement.localization.consensus_marks import ConsensusMark, consensus_marks
from agreement.localization.edge_effects import EdgeEffects, EdgeNoise, edge_effects
from agreement.localization.localization_agreement import LocalizationAgreement, localization_agreement
from agreement.localization.localization_alpha import LocalizationAlpha
from agreement.marginals.homogeneity import marginal_homogeneity_test
from agreement.planning.allocation import square_root_allocation
from agreement.planning.pilot import plan_from_pilot
from agreement.planning.study_planning import StudyPlan, plan_agreement
from agreement.policy_improvement.human_ceiling import human_ceiling
from agreement.policy_improvement.improvement import policy_improvement
from agreement.policy_improvement.improvement_result import (
    BestOfN,
    GainDifference,
    GainShare,
    HumanCeiling,
    PolicyImprovement,
    RewardImprovement,
    Tilt,
)
from agreement.policy_improvement.rating_probabilities import (
    RatingStrata,
    inverse_rating_probabilities,
    rating_strata,
)
from agreement.policy_improvement.selection import (
    best_of_n_weights,
    best_of_rated_weights,
    kl_from_uniform,
    tilt_weights,
)
from agreement.raters.dawid_skene import Consensus, dawid_skene
from agreement.raters.drift import rater_drift
from agreement.raters.mixed_model import MixedSeverity, rater_severity_mixed
from agreement.raters.severity import rater_severity
from agreement.ratings import Ratings
from agreement.referee_checks.equivalence import Equivalence, equivalence
from agreement.referee_checks.exact_limits import clopper_pearson, clusters_to_exclude, share_of_clusters
from agreement.referee_checks.group_losses import GroupLoss, group_losses
from agreement.referee_checks.opposite_levels import OppositeEnd, OppositeLevels, opposite_levels
from agreement.referee_checks.shared_errors import SharedErrors, shared_errors, shared_errors_notes
from agreement.referee_checks.shrinkage import ShrunkenGroup, shrink_groups
from agreement.result_notes import Note, NoteCode
from agreement.sequential.confidence_sequence import SampledStratum, SequentialMean, mean_limits, sequential_mean
from agreement.sequential.rate_e_process import RateEProcess, mean_log_e
from agreement.significance.coefficient_for_like_raters import for_raters_like_these
from agreement.tables.cells import CategoryCells, as_categories
from agreement.tables.remarks import codes_for_missing, numbers_like_missing, words_like_missing
from agreement.tables.result_frames import to_frame

__all__ = [
    "ICC_FORMS",
    "RATERS_LIKE_THESE",
    "THESE_RATERS",
    "Ablation",
    "AgreementError",
    "AllUnits",
    "AltTest",
    "AnnotatorMarks",
    "BenchmarkScale",
    "BestOfN",
    "BlandAltman",
    "CalibrationCurve",
    "CalibrationError",
    "CategoryCells",
    "CoefficientComparison",
    "Comparison",
    "Consensus",
    "ConsensusMark",
    "CrossValidation",
    "Difference",
    "EdgeEffects",
    "EdgeNoise",
    "Equivalence",
    "ErrorDifference",
    "ErrorSplit",
    "ErrorStratum",
    "Estimate",
    "FoldLevels",
    "GainDifference",
    "GainShare",
    "GroupLoss",
    "GroupMeans",
    "HumanCeiling",
    "HypothesisTest",
    "IdenticalRaters",
    "Interval",
    "JudgeCorrelation",
    "JudgeCorrelations",
    "LocalizationAgreement",
    "LocalizationAlpha",
    "MixedSeverity",
    "NoiseCeilings",
    "Note",
    "NoteCode",
    "OppositeEnd",
    "OppositeLevels",
    "OrdinalCalibration",
    "PolicyImprovement",
    "PredictionPowered",
    "RateEProcess",
    "RaterRow",
    "RatingStrata",
    "Ratings",
    "Recalibrator",
    "RewardImprovement",
    "SampledStratum",
    "ScoreCurve",
    "ScoreShape",
    "SequentialMean",
    "SharedErrors",
    "ShrunkenGroup",
    "SliceRow",
    "StudyPlan",
    "ThresholdClassification",
    "ThresholdMetrics",
    "Tilt",
    "ablation",
    "agreement_by_label",
    "agreement_weights",
    "alt_test",
    "as_categories",
    "as_ratings",
    "benchmark_scale",
    "benjamini_yekutieli",
    "best_of_n_weights",
    "best_of_rated_weights",
    "bland_altman",
    "bootstrap_weights",
    "box_marks",
    "brennan_prediger",
    "calibration_curve",
    "calibration_error",
    "chance_agreement",
    "classification_at_thresholds",
    "clopper_pearson",
    "clusters_to_exclude",
    "codes_for_missing",
    "cohen_kappa",
    "compare",
    "conger_kappa",
    "consensus_marks",
    "correlation_test",
    "cross_validate_recalibrator",
    "dawid_skene",
    "edge_effects",
    "equivalence",
    "error_differences",
    "error_split",
    "finn",
    "finn_test",
    "fit_recalibrator",
    "fleiss_kappa",
    "for_raters_like_these",
    "group_losses",
    "group_means",
    "gwet_ac",
    "holm",
    "human_ceiling",
    "icc",
    "icc_forms",
    "icc_test",
    "inverse_rating_probabilities",
    "iota",
    "jaccard_distance",
    "judge_correlations",
    "kendall_tau_b",
    "kendall_w",
    "kendall_w_test",
    "kl_from_uniform",
    "krippendorff_alpha",
    "label_presence",
    "label_subset",
    "light_kappa",
    "lin_ccc",
    "localization_agreement",
    "marginal_homogeneity_test",
    "masi_distance",
    "mean_limits",
    "mean_log_e",
    "noise_ceilings",
    "numbers_like_missing",
    "opposite_levels",
    "ordinal_calibration",
    "pearson",
    "percent_agreement",
    "percentile_interval",
    "plan_agreement",
    "plan_from_pilot",
    "policy_improvement",
    "prediction_powered_mean",
    "rater_drift",
    "rater_severity",
    "rater_severity_mixed",
    "rating_strata",
    "recalibrated_levels",
    "robinson_a",
    "score_curve",
    "score_shape",
    "scott_pi",
    "sequential_mean",
    "share_of_clusters",
    "shared_errors",
    "shared_errors_notes",
    "shrink_groups",
    "span_marks",
    "spearman",
    "specific_agreement",
    "square_root_allocation",
    "t_quantile",
    "tilt_weights",
    "to_frame",
    "tolerance_agreement",
    "words_like_missing",
    "zero_agreement_test",
]
