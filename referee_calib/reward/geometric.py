"""Rewards that compare claims with annotated boxes and spans: the baselines of the semantic reward.

They read the same claims, are called in the same way and know nothing of words: the object's name is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from referee_calib import geometry
from referee_calib.errors import InputError, VideoError
from referee_calib.records import Claim, TimedBox
from referee_calib.reward.base import ClaimReward, RolloutReward
from referee_calib.reward.durations import Durations
from referee_calib.reward.penalty import Known, boundary_factor

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
        See :class:`referee_calib.reward.base.RolloutReward`. A reply earns the mean over its distinct claims;
        those beyond the cap count as if nothing true were in view.

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

    def needs(self) -> tuple[str, ...]:
        """Return the annotation that this kind is compared with."""
        return ("reference_boxes",) if self.kind in _BOX_KINDS else ("reference_span",)

    def applies(self, claim: Claim) -> bool:
        """Tell whether the claim has what this kind compares: boxes, or a span."""
        return bool(claim.boxes) if self.kind in _BOX_KINDS else claim.span is not None

    def _pay(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        return (sum(values) + unjudged * _FLOOR[self.kind]) / (len(values) + unjudged)

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[Known] | None = None
    ) -> list[ClaimReward]:
        """Compare every claim with its annotation, in order; without one the status is "unsupported"."""
        facts = known or [Known()] * len(claims)
        lengths = Durations(Path(media))
        return [self._judge_one(claim, fact, lengths) for claim, fact in zip(claims, facts, strict=True)]

    def _judge_one(self, claim: Claim, known: Known, lengths: Durations) -> ClaimReward:
        missing = self._missing(claim)
        if missing:
            return ClaimReward(claim=claim, value=None, status="unsupported", reason=missing)
        if self.kind in _BOX_KINDS:
            return ClaimReward(claim=claim, value=self._boxes(claim))
        return self._span(claim, known, lengths)

    def _missing(self, claim: Claim) -> str:
        if not self.applies(claim):
            return f"the claim has no {'box' if self.kind in _BOX_KINDS else 'span'} to compare"
        if getattr(claim, self.needs()[0]) is None:
            return f"no {self.needs()[0]} are known for it"
        return ""

    def _boxes(self, claim: Claim) -> float:
        overlap = _BOX_KINDS[self.kind]
        values = [
            max(overlap([box[1:] for box in boxes], true[1:]).tolist()) if true and boxes else _FLOOR[self.kind]
            for true, boxes in _pairs(claim)
        ]
        return float(sum(values) / len(values))

    def _span(self, claim: Claim, known: Known, lengths: Durations) -> ClaimReward:
        if claim.span is None or claim.reference_span is None:
            return ClaimReward(claim=claim, value=None, status="unsupported", reason="no span to compare")
        value = float(geometry.tiou(claim.span, claim.reference_span))
        if self.kind == "tiou":
            return ClaimReward(claim=claim, value=value)
        duration = known.duration or lengths.of(claim.video)
        if isinstance(duration, VideoError):
            return ClaimReward(claim=claim, value=None, status="error", reason=str(duration))
        factor = boundary_factor(claim.span, claim.reference_span, duration)
        return ClaimReward(claim=claim, value=value * factor, penalty=1 - factor)


def _pairs(claim: Claim) -> Iterator[tuple[TimedBox | None, list[TimedBox]]]:
    """Pair what is true with the claim's boxes: by time, or by nearest time when no time agrees."""
    true = {box[0]: box for box in claim.reference_boxes or ()}
    times = sorted({box[0] for box in claim.boxes})
    if true and not any(time in true for time in times):
        for box in true.values():
            nearest = min(times, key=lambda time: abs(time - box[0]))
            yield box, [one for one in claim.boxes if one[0] == nearest]
        return
    for time in times:
        yield true.get(time), [box for box in claim.boxes if box[0] == time]
