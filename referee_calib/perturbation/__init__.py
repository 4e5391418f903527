"""Perturbations: whether a reward is insensitive to small perturbations and still discriminates wrong evidence.

A perturbation (:mod:`.families`) is a dataclass that is called on a claim; magnitude and parameters are fields.
:func:`response_curve` asks rewards about one of them. The whole grid is ``referee-calib perturb``: reference claims and
what is made of them (:mod:`.harness`), asked of every reward with answers kept, give one table that all metrics
(:mod:`.metrics`) read, with intervals over videos; the verdict (:mod:`.sensitivity_verdict`) is drawn from them. A
constant reward wins every measure of insensitivity: read a curve beside what the same reward pays for wrong evidence.
"""

from referee_calib.perturbation.families.ambiguous_negatives import AmbiguityCheck
from referee_calib.perturbation.families.boxes import Aspect, Edge, Grow, Jitter, Shift, Shrink, with_boxes
from referee_calib.perturbation.families.edge_moves import EdgeMove
from referee_calib.perturbation.families.family_registry import (
    DELTAS,
    FAMILIES,
    INAPPLICABLE,
    KINDS,
    MAGNITUDES,
    from_json,
    kinds,
)
from referee_calib.perturbation.families.hard_negatives import Background, Distractor, SwappedName
from referee_calib.perturbation.families.open_o3_exploits import BoxGrid
from referee_calib.perturbation.families.paraphrase import Paraphrase
from referee_calib.perturbation.families.perturbation import (
    AGREEMENT,
    Perturbation,
    check_choices,
    claim_random,
    field_values,
    to_plain,
)
from referee_calib.perturbation.families.reference_objects import (
    ReferenceObject,
    ReferenceObjects,
    collect_reference_objects,
    read_reference_objects,
)
from referee_calib.perturbation.families.shown_frames import (
    Blank,
    Mirrored,
    OtherVideo,
    OverlayStyle,
    Reencoded,
    rendered_path,
)
from referee_calib.perturbation.families.spans import SpanBoundary, SpanGrow, SpanShift, SpanShrink, WrongSpan
from referee_calib.perturbation.families.target_overlap import ToIoU, ToTIoU
from referee_calib.perturbation.families.times import FrameShift, WrongTime, shift_boxes_in_time
from referee_calib.perturbation.harness.claim_sets import ClaimSet, Link, perturbed, read_links, write_claims
from referee_calib.perturbation.harness.reference_claims import (
    UNREADABLE,
    select_reference_claims,
    subsample_by_video,
    true_claims,
)
from referee_calib.perturbation.harness.rendered_media import RenderedMedia, render_media
from referee_calib.perturbation.harness.reward_cache import NO_NUMBER, CachedReward, RewardCache, reward_cache_key
from referee_calib.perturbation.harness.reward_queries import judge_claims
from referee_calib.perturbation.harness.reward_table import On, RewardRow
from referee_calib.perturbation.harness.video_facts import VideoFacts, read_video_facts
from referee_calib.perturbation.metrics.curve_metrics import ausc, d50, normalised, plateau, slope
from referee_calib.perturbation.metrics.resampled_rewards import mean_of_known, pooled_sd
from referee_calib.perturbation.metrics.video_bootstrap import Floats, VideoBootstrap
from referee_calib.perturbation.response_curve import ResponseCurve, RewardCurve, response_curve
from referee_calib.perturbation.reward_loader import NamedReward, import_object, load_rewards
from referee_calib.perturbation.sensitivity_verdict import RobustnessThresholds
from referee_calib.reward import ConstantReward

__all__ = [
    "AGREEMENT",
    "DELTAS",
    "FAMILIES",
    "INAPPLICABLE",
    "KINDS",
    "MAGNITUDES",
    "NO_NUMBER",
    "UNREADABLE",
    "AmbiguityCheck",
    "Aspect",
    "Background",
    "Blank",
    "BoxGrid",
    "CachedReward",
    "ClaimSet",
    "ConstantReward",
    "Distractor",
    "Edge",
    "EdgeMove",
    "Floats",
    "FrameShift",
    "Grow",
    "Jitter",
    "Link",
    "Mirrored",
    "NamedReward",
    "On",
    "OtherVideo",
    "OverlayStyle",
    "Paraphrase",
    "Perturbation",
    "Reencoded",
    "ReferenceObject",
    "ReferenceObjects",
    "RenderedMedia",
    "ResponseCurve",
    "RewardCache",
    "RewardCurve",
    "RewardRow",
    "RobustnessThresholds",
    "Shift",
    "Shrink",
    "SpanBoundary",
    "SpanGrow",
    "SpanShift",
    "SpanShrink",
    "SwappedName",
    "ToIoU",
    "ToTIoU",
    "VideoBootstrap",
    "VideoFacts",
    "WrongSpan",
    "WrongTime",
    "ausc",
    "check_choices",
    "claim_random",
    "collect_reference_objects",
    "d50",
    "field_values",
    "from_json",
    "import_object",
    "judge_claims",
    "kinds",
    "load_rewards",
    "mean_of_known",
    "normalised",
    "perturbed",
    "plateau",
    "pooled_sd",
    "read_links",
    "read_reference_objects",
    "read_video_facts",
    "render_media",
    "rendered_path",
    "response_curve",
    "reward_cache_key",
    "select_reference_claims",
    "shift_boxes_in_time",
    "slope",
    "subsample_by_video",
    "to_plain",
    "true_claims",
    "with_boxes",
    "write_claims",
]
