"""Agreement between raters, and between raters and a referee: coefficients with intervals that respect clusters.

Every coefficient takes :class:`Ratings` or an array (units, raters) and returns an :class:`Estimate`.
"""

from agreement.ablation import Ablation, ablation
from agreement.alt_test import AltTest, alt_test
from agreement.bland_altman import BlandAltman, bland_altman
from agreement.calibration import CalibrationCurve, calibration_curve
from agreement.ceiling import NoiseCeilings, noise_ceilings
from agreement.compare import compare
from agreement.comparison import Comparison
from agreement.consensus import Consensus, dawid_skene
from agreement.correlation import kendall_tau_b, kendall_w, lin_ccc, pearson, spearman
from agreement.cuts import AcceptableCuts, CutMetrics, acceptable_cuts
from agreement.ece import CalibrationError, calibration_error
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.fleiss import fleiss_kappa, scott_pi
from agreement.gwet import brennan_prediger, gwet_ac
from agreement.icc import icc, icc_forms
from agreement.kappa import cohen_kappa, conger_kappa, light_kappa
from agreement.krippendorff import krippendorff_alpha
from agreement.mixed import MixedSeverity, severity_mixed
from agreement.ordinal_calibration import OrdinalCalibration, ordinal_calibration
from agreement.out_of_fold import OutOfFold, out_of_fold
from agreement.percent import percent_agreement
from agreement.planning import StudyPlan, allocate, plan_agreement
from agreement.ppi import PredictionPowered, prediction_powered_mean
from agreement.raters import drift, severity
from agreement.ratings import Ratings, as_ratings
from agreement.recalibration import Recalibrator
from agreement.recalibration import fit as fit_recalibrator
from agreement.weights import agreement_weights

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
