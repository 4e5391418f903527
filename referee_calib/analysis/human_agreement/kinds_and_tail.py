"""What means do not show of one dimension: kinds of claims, and claims at the other end of the scale than everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.agreement_results import SliceResult
from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.slices import labels_of, sets_claims_apart, slice_results

if TYPE_CHECKING:
    from agreement import Comparison, OppositeLevels


@dataclass(frozen=True, slots=True)
class KindSample:
    """Claims that are looked at by kind, each with the weight 1 over its chance to be drawn; 1 where none is given."""

    joined: JoinedDimension
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindsAndTail:
    """Every kind of claim, the tail, and the ids of the claims in it by what they are."""

    slices: tuple[SliceResult, ...]
    tail: OppositeLevels
    tail_claims: dict[str, tuple[str, ...]]


def dividing_labels(joined: JoinedDimension) -> dict[str, list[str]]:
    """Return the labels of every slicing that sets the claims apart."""
    return {by: its for by, its in labels_of(joined).items() if sets_claims_apart(its)}


def measure_kinds(sample: KindSample, confidence: float, found: Comparison | None = None) -> KindsAndTail:
    """Measure every kind of claim by itself and together with the others, and count opposite ends.

    `found` is a comparison of the same claims with their slices, where there is one.
    """
    from agreement import Ratings, compare, opposite_levels

    joined = sample.joined
    ids = [claim.id for claim in joined.claims]
    videos = np.unique(joined.videos, return_inverse=True)[1]
    weight = [sample.weights.get(one, 1.0) for one in ids] if sample.weights else None
    scale = joined.scale
    people = Ratings.from_array(joined.people, scale=scale, units=ids, raters=joined.raters, wide=True)
    weighted = Ratings.from_array(joined.people, scale=scale, units=ids, raters=joined.raters, weight=weight, wide=True)
    labels = dividing_labels(joined)
    found = found or compare(
        people, joined.referee, cluster=videos, slices=labels, confidence=confidence, n_resamples=0
    )
    tail = opposite_levels(people, joined.referee, cluster=videos)
    return KindsAndTail(
        slice_results(joined, labels, found, weighted, confidence),
        tail,
        {
            "confident_acceptance": tuple(ids[i] for i in tail.acceptance.units),
            "confident_rejection": tuple(ids[i] for i in tail.rejection.units),
        },
    )
