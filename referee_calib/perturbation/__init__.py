"""Perturbations: whether a reward forgives jitter and still catches what is wrong.

A perturbation (:mod:`.base`) is a dataclass that is called on a claim; magnitude and parameters are fields.
The harness (:mod:`.harness`) starts from what is true, asks rewards about ever larger steps away from it, and
draws bands by resampling videos (:mod:`.bands`); the metrics (:mod:`.metrics`) say in one number what a curve
looks like. A constant reward wins every measure of insensitivity, so read a curve beside what the same reward
pays for wrong evidence.

The whole grid (:mod:`.run`): true evidence (:mod:`.truth`) and what is made of it (:mod:`.plan`), asked of every reward
(:mod:`.asking`) with answers kept (:mod:`.store`), gives one table (:mod:`.table`) that all measures read
(:mod:`.reading`, :mod:`.measures`, :mod:`.groups`) and that the verdict (:mod:`.verdict`) is drawn from.
"""

from referee_calib.perturbation.families.boxes import Aspect, Edge, Grow, Jitter, Shift, Shrink
from referee_calib.perturbation.families.edge_moves import Move
from referee_calib.perturbation.families.family_registry import DELTAS, FAMILIES, KINDS, MAGNITUDES, from_json, kinds
from referee_calib.perturbation.families.hard_negatives import Background, Distractor, SwappedName
from referee_calib.perturbation.families.paraphrase import Paraphrase
from referee_calib.perturbation.families.perturbation import AGREEMENT, Perturbation, dice
from referee_calib.perturbation.families.shown_frames import Blank, Mirrored, OtherVideo, OverlayStyle, Reencoded
from referee_calib.perturbation.families.spans import SpanBoundary, SpanGrow, SpanShift, SpanShrink, WrongSpan
from referee_calib.perturbation.families.target_overlap import ToIoU, ToTIoU
from referee_calib.perturbation.families.times import FrameShift, WrongTime
from referee_calib.perturbation.harness.claim_sets import ClaimSet, Link, perturbed, read_links, write_claims
from referee_calib.perturbation.harness.reference_objects import Thing, Things, read_things, things
from referee_calib.perturbation.harness.rendered_media import Prepared, prepared_media
from referee_calib.perturbation.harness.reward_table import Row
from referee_calib.perturbation.metrics.curve_metrics import ausc, d50, normalised, plateau, slope
from referee_calib.perturbation.response_curve import Line, ResponseCurve, response_curve, true_claims
from referee_calib.reward.baselines.constant import ConstantReward

__all__ = [
    "AGREEMENT",
    "DELTAS",
    "FAMILIES",
    "KINDS",
    "MAGNITUDES",
    "Aspect",
    "Background",
    "Blank",
    "ClaimSet",
    "ConstantReward",
    "Distractor",
    "Edge",
    "FrameShift",
    "Grow",
    "Jitter",
    "Line",
    "Link",
    "Mirrored",
    "Move",
    "OtherVideo",
    "OverlayStyle",
    "Paraphrase",
    "Perturbation",
    "Prepared",
    "Reencoded",
    "ResponseCurve",
    "Row",
    "Shift",
    "Shrink",
    "SpanBoundary",
    "SpanGrow",
    "SpanShift",
    "SpanShrink",
    "SwappedName",
    "Thing",
    "Things",
    "ToIoU",
    "ToTIoU",
    "WrongSpan",
    "WrongTime",
    "ausc",
    "d50",
    "dice",
    "from_json",
    "kinds",
    "normalised",
    "perturbed",
    "plateau",
    "prepared_media",
    "read_links",
    "read_things",
    "response_curve",
    "slope",
    "things",
    "true_claims",
    "write_claims",
]
