"""Perturbations: whether a reward is insensitive to small perturbations and still discriminates wrong evidence.

A perturbation (:mod:`.families`) is a dataclass that is called on a claim; magnitude and parameters are fields.
:func:`response_curve` asks rewards about one of them. The whole grid is ``referee-calib perturb``: reference claims and
what is made of them (:mod:`.harness`), asked of every reward with answers kept, give one table that all metrics
(:mod:`.metrics`) read, with intervals over videos; the verdict (:mod:`.robustness_verdict`) is drawn from them. A
constant reward wins every measure of insensitivity: read a curve beside what the same reward pays for wrong evidence.
"""

from referee_calib.perturbation.families.boxes import Aspect, Edge, Grow, Jitter, Shift, Shrink
from referee_calib.perturbation.families.edge_moves import EdgeMove
from referee_calib.perturbation.families.family_registry import DELTAS, FAMILIES, KINDS, MAGNITUDES, from_json, kinds
from referee_calib.perturbation.families.hard_negatives import Background, Distractor, SwappedName
from referee_calib.perturbation.families.paraphrase import Paraphrase
from referee_calib.perturbation.families.perturbation import AGREEMENT, Perturbation, claim_random
from referee_calib.perturbation.families.reference_objects import (
    ReferenceObject,
    ReferenceObjects,
    collect_reference_objects,
    read_reference_objects,
)
from referee_calib.perturbation.families.shown_frames import Blank, Mirrored, OtherVideo, OverlayStyle, Reencoded
from referee_calib.perturbation.families.spans import SpanBoundary, SpanGrow, SpanShift, SpanShrink, WrongSpan
from referee_calib.perturbation.families.target_overlap import ToIoU, ToTIoU
from referee_calib.perturbation.families.times import FrameShift, WrongTime
from referee_calib.perturbation.harness.claim_sets import ClaimSet, Link, perturbed, read_links, write_claims
from referee_calib.perturbation.harness.reference_claims import select_reference_claims, true_claims
from referee_calib.perturbation.harness.rendered_media import RenderedMedia, render_media
from referee_calib.perturbation.harness.reward_table import RewardRow
from referee_calib.perturbation.metrics.curve_metrics import ausc, d50, normalised, plateau, slope
from referee_calib.perturbation.response_curve import ResponseCurve, RewardCurve, response_curve
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
    "EdgeMove",
    "FrameShift",
    "Grow",
    "Jitter",
    "Link",
    "Mirrored",
    "OtherVideo",
    "OverlayStyle",
    "Paraphrase",
    "Perturbation",
    "Reencoded",
    "ReferenceObject",
    "ReferenceObjects",
    "RenderedMedia",
    "ResponseCurve",
    "RewardCurve",
    "RewardRow",
    "Shift",
    "Shrink",
    "SpanBoundary",
    "SpanGrow",
    "SpanShift",
    "SpanShrink",
    "SwappedName",
    "ToIoU",
    "ToTIoU",
    "WrongSpan",
    "WrongTime",
    "ausc",
    "claim_random",
    "collect_reference_objects",
    "d50",
    "from_json",
    "kinds",
    "normalised",
    "perturbed",
    "plateau",
    "read_links",
    "read_reference_objects",
    "render_media",
    "response_curve",
    "select_reference_claims",
    "slope",
    "true_claims",
    "write_claims",
]  # fmt: skip
