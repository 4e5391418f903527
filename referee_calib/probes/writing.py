"""A reply as text, in the grammar that the package reads, and the columns that a trainer hands over with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.probes.base import Reply
from referee_calib.records import Claim, TimedBox

UNIT = "0-1000"  # of the boxes in every text; also given as pixels of a frame of this size
SIDE = 1000


def write(reply: Reply) -> str:
    """Write a reply as a model does: its boxes while it thinks, its spans in the answer.

    Parameters
    ----------
    reply : Reply
    """
    if reply.text:
        return reply.text
    boxed = " ".join(
        mention(claim.object or "object", numbers(whole(box)), box[0], more=[numbers(whole(b)) for b in rest])
        for claim in reply.claims
        for box, rest in _by_time(claim)
    )
    spans = [f"From <t>{c.span[0]:.2f}</t>s to <t>{c.span[1]:.2f}</t>s" for c in reply.claims if c.span is not None]
    return in_reply(boxed, ". ".join(spans) or (reply.claims[0].answer if reply.claims else ""))


def in_reply(thought: str, answer: str) -> str:
    """Put what a model thought and answered into its tags."""
    return f"<think>{thought}</think><answer>{answer}</answer>"


def mention(phrase: str, four: Sequence[str], time: float, more: Sequence[Sequence[str]] = ()) -> str:
    """Write a name with its boxes and their time."""
    boxes = ", ".join("[" + ", ".join(one) + "]" for one in (four, *more))
    return f"<obj>{phrase}</obj><box>{boxes}</box>at<t>{time:.2f}</t>s"


def whole(box: TimedBox) -> tuple[int, int, int, int]:
    """Return a box in whole numbers of the grid, at least one wide and high."""
    x1, y1, x2, y2 = (round(share * SIDE) for share in box[1:])
    x1, y1 = min(x1, SIDE - 1), min(y1, SIDE - 1)
    return x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)


def numbers(four: Sequence[int]) -> list[str]:
    """Return numbers as texts."""
    return [str(number) for number in four]


def columns(replies: Sequence[Reply], truths: Sequence[Claim], durations: Mapping[str, float]) -> dict[str, list[Any]]:
    """Return what a trainer hands over beside the completions, one value for each.

    Parameters
    ----------
    replies : sequence of Reply
    truths : sequence of Claim
        The true claim that each reply was made of.
    durations : mapping of video to seconds
        Of true claims; a rendering is as long as what it was made of.
    """
    rows = [_row(reply.claims[0].video, true, durations) for reply, true in zip(replies, truths, strict=True)]
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _row(video: str, claim: Claim, durations: Mapping[str, float]) -> dict[str, Any]:
    boxes = claim.reference_boxes
    return {
        "prompts": claim.question,
        "video": video,
        "question": claim.question,
        "answer": claim.answer,
        "reference_object": claim.object,
        "box_unit": UNIT,
        "image_size": [SIDE, SIDE],
        "reference_boxes": None if boxes is None else [list(box) for box in boxes],
        "reference_span": None if claim.reference_span is None else list(claim.reference_span),
        "duration": durations.get(claim.video),
        "task": "temporal-spatial free-form QA",
        "step_percent": 1.0,
        "key_frames": [{"idx": i, "time": box[0]} for i, box in enumerate(boxes or ())],
        "key_items": {str(i): {"object": [list(box[1:])]} for i, box in enumerate(boxes or ())},
    }


def _by_time(claim: Claim) -> list[tuple[TimedBox, list[TimedBox]]]:
    """Return, for each time, the first box and the others."""
    at: dict[float, list[TimedBox]] = {}
    for box in claim.boxes:
        at.setdefault(box[0], []).append(box)
    return [(its[0], its[1:]) for its in at.values()]
