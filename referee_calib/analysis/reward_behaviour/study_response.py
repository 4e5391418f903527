"""How the referee's reward, overlap and a constant answer when true evidence is moved away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from referee_calib import geometry
from referee_calib.analysis.reward_behaviour.reward_results import Response, ResponseLine
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.perturbation import Perturbation, ResponseCurve

DELTAS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
NEAR = 0.5  # overlap with the truth from which a claim counts as pointing at it
LABELS = {"referee": "Referee", "iou": "IoU", "tiou": "tIoU", "constant": "Constant"}


def reward_responses(
    reward: Any, claims: Sequence[Claim], media: Path, *, seed: int, confidence: float
) -> tuple[Response, ...]:
    """Move boxes sideways and spans in time, starting from the truth.

    Only claims that point at the truth take part: their words name what is there, so that at size 0 the evidence is
    right in words and place. What is wrong in words is another question.

    Parameters
    ----------
    media : Path
        Folder of the videos.

    Returns
    -------
    tuple of Response
        "box_shift" and "span_shift", each where some claim has a known truth.
    """
    from referee_calib.perturbation import Background, Shift, SpanShift, WrongSpan

    plans: list[tuple[str, Perturbation, Perturbation]] = [
        ("box_shift", Shift(direction="x"), Background()),
        ("span_shift", SpanShift(), WrongSpan()),
    ]
    found = [
        _curve(key, reward, claims_on_reference(claims, step.on), step, wrong, media, seed=seed, confidence=confidence)
        for key, step, wrong in plans
    ]
    return tuple(one for one in found if one is not None)


def claims_on_reference(claims: Sequence[Claim], on: Literal["boxes", "span"]) -> list[Claim]:
    """Return the claims whose first box, or whose span, overlaps the truth by at least `NEAR`."""
    return [claim for claim in claims if _overlap(claim, on) >= NEAR]


def _overlap(claim: Claim, on: Literal["boxes", "span"]) -> float:
    if on == "span":
        if claim.span is None or claim.reference_span is None:
            return 0.0
        return float(geometry.tiou(claim.span, claim.reference_span))
    if not claim.boxes:
        return 0.0
    time, *box = claim.boxes[0]
    true = [other[1:] for other in claim.reference_boxes or () if other[0] == time]
    return float(geometry.iou(true, box).max()) if true else 0.0


def _curve(
    key: str,
    reward: Any,
    claims: Sequence[Claim],
    perturbation: Perturbation,
    wrong: Perturbation,
    media: Path,
    *,
    seed: int,
    confidence: float,
) -> Response | None:
    from referee_calib.perturbation import ConstantReward, response_curve
    from referee_calib.reward import GeometricReward

    if not claims:
        return None
    overlap: Literal["iou", "tiou"] = "iou" if perturbation.on == "boxes" else "tiou"
    rewards = {"referee": reward, overlap: GeometricReward(kind=overlap, media=media), "constant": ConstantReward()}
    curve = response_curve(
        rewards, claims, perturbation, DELTAS, media, wrong=(wrong,), seed=seed, confidence=confidence
    )  # fmt: skip
    return _response(key, curve) if curve.n_claims else None


def _response(key: str, curve: ResponseCurve) -> Response:
    lines = tuple(
        ResponseLine(
            role=line.reward,
            label=LABELS[line.reward],
            mean=line.mean,
            low=line.low,
            high=line.high,
            n_claims=line.n,
            n_failed=line.n_failed,
            wrong=dict(line.wrong),
        )
        for line in curve.lines
    )
    return Response(key, curve.deltas, lines, curve.n_claims, curve.n_videos, curve.notes)
