"""Response curves of a study's claims: the referee's reward, overlap and a constant when true evidence is perturbed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.analysis.reward_behaviour.reward_results import Response, ResponseLine
from referee_calib.records import Claim, Clock

if TYPE_CHECKING:
    from referee_calib.perturbation import Perturbation, ResponseCurve

LABELS = {"referee": "Referee", "iou": "IoU", "tiou": "tIoU", "constant": "Constant"}


def reward_responses(
    reward: Any, claims: Sequence[Claim], media: Path, *, seed: int, confidence: float, clock: Clock = "file"
) -> tuple[Response, ...]:
    """Shift boxes sideways ("box_shift") and spans in time ("span_shift"), starting from the truth.

    Only claims that point at the truth take part: their words name what is there, so that at size 0 the evidence is
    right in words and place. What is wrong in words is another question.
    """
    from referee_calib.perturbation import (
        DELTAS,
        Background,
        ConstantReward,
        Shift,
        SpanShift,
        WrongSpan,
        response_curve,
        select_reference_claims,
    )
    from referee_calib.reward import GeometricReward

    plans: list[tuple[str, Perturbation, Perturbation]] = [
        ("box_shift", Shift(direction="x"), Background()),
        ("span_shift", SpanShift(), WrongSpan()),
    ]
    found = []
    for key, step, wrong in plans:
        true, _ = select_reference_claims(claims, step.on)
        if not true:
            continue
        overlap: Literal["iou", "tiou"] = "iou" if step.on == "boxes" else "tiou"
        rewards = {"referee": reward, overlap: GeometricReward(kind=overlap, media=media), "constant": ConstantReward()}
        curve = response_curve(
            rewards, true, step, DELTAS, media, wrong=(wrong,), seed=seed, confidence=confidence, clock=clock
        )  # fmt: skip
        found.append(_response(key, curve))
    return tuple(found)


def _response(key: str, curve: ResponseCurve) -> Response:
    lines = tuple(
        ResponseLine(
            line.reward, LABELS[line.reward], line.mean, line.low, line.high, line.n, line.n_failed, dict(line.wrong)
        )
        for line in curve.lines
    )
    return Response(key, curve.deltas, lines, curve.n_claims, curve.n_videos, curve.notes)
