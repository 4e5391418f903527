"""Rewards that do not look at the claim: what is paid to those who say anything, or who always point at everything.

They are the bottom of every comparison of rewards: a constant is perfectly insensitive to perturbations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from referee_calib import geometry
from referee_calib.errors import VideoError
from referee_calib.geometry import Floats
from referee_calib.records import Claim
from referee_calib.reward.baselines.reference_pairs import Batch
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.rollout_reward import RolloutReward


@dataclass(frozen=True)
class ConstantReward(RolloutReward):
    """Pays the same for everything."""

    value: float = 0.5

    def _own_name(self) -> str:
        return "constant"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {**super().settings(), "value": self.value}

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Return the value once per claim."""
        return [ClaimReward(claim=claim, value=self.value) for claim in claims]

    def paid(self, batch: Batch) -> Floats:
        """Return the value once per claim."""
        return np.full(len(batch.claims), float(self.value))

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return what one claim earns; those beyond the cap change nothing."""
        return self.value


@dataclass(frozen=True)
class WholeFrameReward(RolloutReward):
    """Pays, whatever is claimed, what overlap would pay for the whole frame, or for the whole video.

    The IoU of the frame with the true boxes, their mean over the times; for a claim about a span alone the tIoU of the
    video with the true span. It is "unsupported" where no truth is known, and 0 where it is known to be out of view.
    """

    def _own_name(self) -> str:
        return "whole-frame"

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Judge every claim by its annotation alone."""
        batch = Batch(claims, media, known)
        return [
            self._claim_reward(claim, value) for claim, value in zip(claims, self.paid(batch).tolist(), strict=True)
        ]

    def paid(self, batch: Batch) -> Floats:
        """Judge a whole batch, NaN where :meth:`judge` has no value."""
        return np.array([self._value(batch, i) for i in range(len(batch.claims))], dtype=float)

    def _value(self, batch: Batch, place: int) -> float:
        claim = batch.claims[place]
        if claim.boxes:
            if claim.reference_boxes is None:
                return float("nan")
            areas = [(x2 - x1) * (y2 - y1) for _, x1, y1, x2, y2 in claim.reference_boxes]
            return sum(areas) / len(areas) if areas else 0.0
        length = batch.duration(place) if claim.reference_span is not None else None
        if length is None or isinstance(length, VideoError):
            return float("nan")
        return float(geometry.tiou((0.0, length), claim.reference_span or (0.0, length)))

    def _claim_reward(self, claim: Claim, value: float) -> ClaimReward:
        if np.isnan(value):
            return ClaimReward(claim=claim, value=None, status="unsupported", reason="no truth is known for it")
        return ClaimReward(claim=claim, value=value)

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return what one claim earns; those beyond the cap change nothing."""
        return sum(values) / len(values)
