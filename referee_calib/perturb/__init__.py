"""Perturbations: whether a reward forgives jitter and still catches what is wrong.

A perturbation (:mod:`.base`) is a dataclass that is called on a claim; magnitude and parameters are fields.
The harness (:mod:`.harness`) starts from what is true, asks rewards about ever larger steps away from it, and
draws bands by resampling videos (:mod:`.bands`); the metrics (:mod:`.metrics`) say in one number what a curve
looks like. A constant reward wins every measure of insensitivity, so read a curve beside what the same reward
pays for wrong evidence.
"""

from referee_calib.perturb.base import AGREEMENT, Perturbation, dice
from referee_calib.perturb.boxes import Aspect, Edge, Grow, Jitter, Shift, Shrink
from referee_calib.perturb.harness import ConstantReward, Line, ResponseCurve, Row, response_curve, true_claims
from referee_calib.perturb.metrics import ausc, d50, normalised, plateau, slope
from referee_calib.perturb.spans import SpanBoundary, SpanGrow, SpanShift, SpanShrink, WrongSpan
from referee_calib.perturb.targets import ToIoU, ToTIoU
from referee_calib.perturb.wrong import Background, OtherObject, WrongTime

# Magnitudes of every family, as shares of the object's size or the span's length.
DELTAS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)

__all__ = [
    "AGREEMENT",
    "DELTAS",
    "Aspect",
    "Background",
    "ConstantReward",
    "Edge",
    "Grow",
    "Jitter",
    "Line",
    "OtherObject",
    "Perturbation",
    "ResponseCurve",
    "Row",
    "Shift",
    "Shrink",
    "SpanBoundary",
    "SpanGrow",
    "SpanShift",
    "SpanShrink",
    "ToIoU",
    "ToTIoU",
    "WrongSpan",
    "WrongTime",
    "ausc",
    "d50",
    "dice",
    "normalised",
    "plateau",
    "response_curve",
    "slope",
    "true_claims",
]
