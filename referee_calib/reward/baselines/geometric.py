"""Rewards that compare claims with annotated boxes and spans: the baselines of the semantic reward.

They read the same claims, are called in the same way and know nothing of words: the object's name is not compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from referee_calib import geometry
from referee_calib.errors import InputError, VideoError
from referee_calib.geometry import Floats
from referee_calib.records import Claim
from referee_calib.reward.baselines.reference_pairs import Batch
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.penalties import ClaimContext, boundary_factor
from referee_calib.reward.rollout_reward import RolloutReward

Kind = Literal["iou", "giou", "diou", "ciou", "tiou", "time_r1"]

_BOX_KINDS: dict[str, Callable[..., geometry.Floats]] = {
    "iou": geometry.iou,
    "giou": geometry.giou,
    "diou": geometry.diou,
    "ciou": geometry.ciou,
}
# What a claim earns when nothing true is in view: the overlap of boxes infinitely far apart.
_FLOOR = {"iou": 0.0, "giou": -1.0, "diou": -1.0, "ciou": -1.0, "tiou": 0.0, "time_r1": 0.0}


@dataclass(frozen=True)
class GeometricReward(RolloutReward):
    """Overlap of a claim with what is annotated.

    Attributes
    ----------
    kind : {"iou", "giou", "diou", "ciou", "tiou", "time_r1"}
        The first four compare boxes with the column `reference_boxes`, `tiou` the span with `reference_span`;
        `time_r1` is Time-R1's `tIoU · (1 - |Δstart| / D)(1 - |Δend| / D)`, D the length of the video (column
        `duration`, or read from the file). GIoU, DIoU and CIoU reach below 0.
    media, unit, failure, empty, cap, columns, name
        See :class:`referee_calib.reward.rollout_reward.RolloutReward`. A reply earns the mean over its distinct
        claims; those beyond the cap count as if nothing true were in view.

    Notes
    -----
    For every time that a claim names, the true box counts with the best of the claim's boxes, and 0 (GIoU, DIoU, CIoU:
    -1) when it is known that nothing true is in view; the mean over the times is the claim's. Where a claim's times
    were moved away from those of the truth, each true box meets the boxes nearest in time: these measures do not
    know time.
    """

    kind: Kind = "iou"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in get_args(Kind):
            raise InputError(f"kind={self.kind!r:.40}", f"a geometric reward is one of {', '.join(get_args(Kind))}")

    def _own_name(self) -> str:
        return f"GeometricReward-{self.kind}"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {**super().settings(), "kind": self.kind}

    @property
    def value_range(self) -> tuple[float, float]:
        """Least and most that a reply can earn."""
        return _FLOOR[self.kind], 1.0

    def needs(self) -> tuple[str, ...]:
        """Return the annotation that this kind is compared with."""
        return ("reference_boxes",) if self.kind in _BOX_KINDS else ("reference_span",)

    def applies(self, claim: Claim) -> bool:
        """Tell whether the claim has what this kind compares: boxes, or a span."""
        return bool(claim.boxes) if self.kind in _BOX_KINDS else claim.span is not None

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return the mean, claims beyond the cap as if nothing true were in view."""
        return (sum(values) + unjudged * _FLOOR[self.kind]) / (len(values) + unjudged)

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Compare every claim with its annotation, in order; without one the status is "unsupported"."""
        batch = Batch(claims, media, known)
        values = self.paid(batch).tolist()
        return [
            self._claim_reward(claim, value, batch, i)
            for i, (claim, value) in enumerate(zip(claims, values, strict=True))
        ]

    def paid(self, batch: Batch) -> Floats:
        """Compare a whole batch at once; several rewards may share one.

        Returns
        -------
        ndarray, shape (claims,)
            NaN where :meth:`judge` has no value.
        """
        if self.kind in _BOX_KINDS:
            return batch.pairs.mean(_BOX_KINDS[self.kind], _FLOOR[self.kind])
        places, claimed, true = batch.spans
        values = np.full(len(batch.claims), np.nan)
        if len(places):
            values[places] = geometry.tiou(claimed, true)
        if self.kind == "time_r1" and len(places):
            values[places] *= self._factors(batch)
        return values

    def _factors(self, batch: Batch) -> Floats:
        """Return Time-R1's factor of every claim with a span, NaN where the video's length cannot be read."""
        places, claimed, true = batch.spans
        found = [batch.duration(int(i)) for i in places]
        lengths = np.array([np.nan if isinstance(length, VideoError) else length for length in found])
        offsets = np.minimum(1.0, np.abs(claimed - true) / lengths[:, None])
        return np.asarray(np.prod(1 - offsets, axis=1))

    def _claim_reward(self, claim: Claim, value: float, batch: Batch, place: int) -> ClaimReward:
        missing = self._missing(claim)
        if missing:
            return ClaimReward(claim=claim, value=None, status="unsupported", reason=missing)
        if math.isnan(value):
            return ClaimReward(claim=claim, value=None, status="error", reason=str(batch.duration(place)))
        if self.kind != "time_r1" or claim.span is None or claim.reference_span is None:
            return ClaimReward(claim=claim, value=value)
        factor = boundary_factor(claim.span, claim.reference_span, float(batch.duration(place)))  # type: ignore[arg-type]
        return ClaimReward(claim=claim, value=value, penalty=1 - factor)

    def _missing(self, claim: Claim) -> str:
        if not self.applies(claim):
            return f"the claim has no {'box' if self.kind in _BOX_KINDS else 'span'} to compare"
        if getattr(claim, self.needs()[0]) is None:
            return f"no {self.needs()[0]} are known for it"
        return ""
