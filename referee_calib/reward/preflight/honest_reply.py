"""What a policy would write that points at the truth, as far as a row of the data set tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.claims import Rollout

SHARES = 1000


def honest_item(rollout: Rollout, given: Mapping[str, Any], *, answers: bool = False) -> dict[str, Any] | None:
    """Return the item of a reply with the true box nearest to the middle of the truth, and the true span.

    The span is the reply's answer, unless it `answers` what the row expects, for a reward that grades that. None where
    the row tells no truth.
    """
    boxes, span = rollout.reference_boxes or (), rollout.reference_span
    if not boxes and span is None:
        return None
    thought = _mention(rollout.reference_object or "object", boxes[len(boxes) // 2]) if boxes else ""
    answer = f"From <t>{span[0]:.2f}</t>s to <t>{span[1]:.2f}</t>s" if span else rollout.answer
    if answers and span:
        thought, answer = f"{thought} {answer}".strip(), rollout.answer
    text = f"<think>{thought}</think><answer>{answer}</answer>"
    return {**given, "completion": text, "box_unit": "0-1000", "image_size": None}


def _mention(phrase: str, box: tuple[float, ...]) -> str:
    time, *corners = box
    x1, y1, x2, y2 = (round(share * SHARES) for share in corners)
    return f"<obj>{phrase}</obj><box>[{x1}, {y1}, {max(x2, x1 + 1)}, {max(y2, y1 + 1)}]</box>at<t>{time:.2f}</t>s"
