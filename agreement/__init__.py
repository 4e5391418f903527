"""Agreement between raters, and between raters and a referee: coefficients with intervals that respect clusters.

Every coefficient takes :class:`Ratings` or an array (units, raters) and returns an :class:`Estimate`.
"""

from agreement.allocation import square_root_allocation
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
from agreement.coefficients.icc import FORMS as ICC_FORMS
from agreement.coefficients.icc import icc, icc_forms
from agreement.coefficients.kappa import cohen_kappa, light_kappa
from agreement.coefficients.krippendorff import krippendorff_alpha
from agreement.coefficients.percent_agreement import percent_agreement
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.ablation import Ablation, Difference, ablation
from agreement.comparison.alternative_annotator_test import AltTest, alt_test
from agreement.comparison.compare import compare
from agreement.comparison.comparison_result import Comparison, SliceRow
from agreement.comparison.group_means import GroupMeans, group_means
from agreement.comparison.noise_ceiling import NoiseCeilings, noise_ceilings
from agreement.correlation.kendall_w import kendall_w
from agreement.correlation.pairwise_correlation import kendall_tau_b, lin_ccc, pearson, spearman
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.multiple_testing import benjamini_yekutieli, holm
from agreement.raters.dawid_skene import Consensus, dawid_skene
from agreement.raters.drift import rater_drift
from agreement.raters.mixed_model import MixedSeverity, rater_severity_mixed
from agreement.raters.severity import rater_severity
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode
from agreement.study_planning import StudyPlan, plan_agreement

__all__ = [
    "ICC_FORMS",
    "Ablation",
    "AgreementError",
    "AltTest",
    "BlandAltman",
    "CalibrationCurve",
    "CalibrationError",
    "Comparison",
    "Consensus",
    "CrossValidation",
    "Difference",
    "Estimate",
    "GroupMeans",
    "HypothesisTest",
    "Interval",
    "MixedSeverity",
    "NoiseCeilings",
    "Note",
    "NoteCode",
    "OrdinalCalibration",
    "PredictionPowered",
    "Ratings",
    "Recalibrator",
    "SliceRow",
    "StudyPlan",
    "ThresholdClassification",
    "ThresholdMetrics",
    "ablation",
    "agreement_weights",
    "alt_test",
    "as_ratings",
    "benjamini_yekutieli",
    "bland_altman",
    "brennan_prediger",
    "calibration_curve",
    "calibration_error",
    "classification_at_thresholds",
    "cohen_kappa",
    "compare",
    "conger_kappa",
    "cross_validate_recalibrator",
    "dawid_skene",
    "fit_recalibrator",
    "fleiss_kappa",
    "group_means",
    "gwet_ac",
    "holm",
    "icc",
    "icc_forms",
    "kendall_tau_b",
    "kendall_w",
    "krippendorff_alpha",
    "light_kappa",
    "lin_ccc",
    "noise_ceilings",
    "ordinal_calibration",
    "pearson",
    "percent_agreement",
    "plan_agreement",
    "prediction_powered_mean",
    "rater_drift",
    "rater_severity",
    "rater_severity_mixed",
    "scott_pi",
    "spearman",
    "square_root_allocation",
]
