"""Agreement between raters, and between raters and a referee: coefficients with intervals that respect clusters.

Every coefficient takes :class:`Ratings` or an array (units, raters) and returns an :class:`Estimate`.
"""

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
from agreement.ordinal_calibration import OrdinalCalibration, ordinal_calibration
from agreement.percent import percent_agreement
from agreement.planning import StudyPlan, allocate, plan_agreement
from agreement.raters import drift, severity
from agreement.ratings import Ratings, as_ratings
from agreement.weights import agreement_weights

__all__ = [
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
    "NoiseCeilings",
    "OrdinalCalibration",
    "Ratings",
    "StudyPlan",
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
    "pearson",
    "percent_agreement",
    "plan_agreement",
    "scott_pi",
    "severity",
    "spearman",
]
