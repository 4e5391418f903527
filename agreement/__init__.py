"""Agreement between raters, and between raters and a referee: coefficients with intervals that respect clusters.

Every coefficient takes :class:`Ratings` or an array (units, raters) and returns an :class:`Estimate`.
"""

from agreement.calibration.classification import AcceptableCuts, CutMetrics, acceptable_cuts
from agreement.calibration.cross_validation import OutOfFold, out_of_fold
from agreement.calibration.curve import CalibrationCurve, calibration_curve
from agreement.calibration.expected_error import CalibrationError, calibration_error
from agreement.calibration.ordinal import OrdinalCalibration, ordinal_calibration
from agreement.calibration.prediction_powered import PredictionPowered, prediction_powered_mean
from agreement.calibration.recalibration import Recalibrator
from agreement.calibration.recalibration import fit as fit_recalibrator
from agreement.coefficients.bland_altman import BlandAltman, bland_altman
from agreement.coefficients.correlation import kendall_tau_b, kendall_w, lin_ccc, pearson, spearman
from agreement.coefficients.fleiss import fleiss_kappa, scott_pi
from agreement.coefficients.gwet import brennan_prediger, gwet_ac
from agreement.coefficients.icc import icc, icc_forms
from agreement.coefficients.kappa import cohen_kappa, conger_kappa, light_kappa
from agreement.coefficients.krippendorff import krippendorff_alpha
from agreement.coefficients.percent_agreement import percent_agreement
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.ablation import Ablation, ablation
from agreement.comparison.alt_test import AltTest, alt_test
from agreement.comparison.compare import compare
from agreement.comparison.noise_ceiling import NoiseCeilings, noise_ceilings
from agreement.comparison.result import Comparison
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.multiple_testing import holm
from agreement.planning import StudyPlan, allocate, plan_agreement
from agreement.raters.dawid_skene import Consensus, dawid_skene
from agreement.raters.mixed_model import MixedSeverity, severity_mixed
from agreement.raters.severity import drift, severity
from agreement.ratings import Ratings, as_ratings

__all__ = [
    "Ablation",
    "AcceptableCuts",
    "AgreementError",
    "AltTest",
    "BlandAltman",
    "CalibrationCurve",
    "CalibrationError",
    "Comparison",
    "Consensus",
    "CutMetrics",
    "Estimate",
    "MixedSeverity",
    "NoiseCeilings",
    "OrdinalCalibration",
    "OutOfFold",
    "PredictionPowered",
    "Ratings",
    "Recalibrator",
    "StudyPlan",
    "ablation",
    "acceptable_cuts",
    "agreement_weights",
    "allocate",
    "alt_test",
    "as_ratings",
    "bland_altman",
    "brennan_prediger",
    "calibration_curve",
    "calibration_error",
    "cohen_kappa",
    "compare",
    "conger_kappa",
    "dawid_skene",
    "drift",
    "fit_recalibrator",
    "fleiss_kappa",
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
    "out_of_fold",
    "pearson",
    "percent_agreement",
    "plan_agreement",
    "prediction_powered_mean",
    "scott_pi",
    "severity",
    "severity_mixed",
    "spearman",
]
