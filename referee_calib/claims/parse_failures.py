"""What a reply held that did not become a claim, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Reason = Literal[
    "unclosed_tag",
    "stray_tag",
    "object_without_box",
    "object_without_name",
    "box_without_object",
    "box_without_time",
    "box_unreadable",
    "box_not_finite",
    "box_reversed",
    "box_no_area",
    "box_outside",
    "box_as_shares",
    "box_unlikely",
    "time_unreadable",
    "time_without_box",
    "length_unknown",
    "point_without_box",
    "span_unreadable",
    "span_reversed",
    "span_outside_answer",
    "earlier_span",
    "no_evidence",
]

EXPLANATIONS: dict[Reason, str] = {
    "unclosed_tag": "The tag is opened, and another tag or the end of the text comes before it is closed.",
    "stray_tag": "The tag is closed without having been opened.",
    "object_without_box": "The named object is followed by no box.",
    "object_without_name": "The tag of the object's name is empty.",
    "box_without_object": "The box follows no named object.",
    "box_without_time": "The box belongs to no readable time.",
    "box_unreadable": "The box is not four numbers.",
    "box_not_finite": "A number of the box is not finite.",
    "box_reversed": "The left edge of the box lies right of its right edge, or the top below the bottom.",
    "box_no_area": "The box has no area.",
    "box_outside": "The box reaches beyond the frame; the stated unit may be wrong.",
    "box_as_shares": "All numbers of the box are at most 1, as shares of the frame are; the stated unit may be wrong.",
    "box_unlikely": "Four numbers in brackets, which nothing says are a box.",
    "time_unreadable": "The time is neither seconds nor a clock time, or it is negative.",
    "time_without_box": "The time belongs to no box.",
    "length_unknown": "The time is a part of the video's length, and the length is not known.",
    "point_without_box": "A point was given instead of a box; a point has no area that could be judged.",
    "span_unreadable": "The span is not two times in seconds.",
    "span_reversed": "The span ends before it starts, or when it starts.",
    "span_outside_answer": "The span is not in the final answer and belongs to no box.",
    "earlier_span": "The answer states another span after it, and the last one counts.",
    "no_evidence": "The reply points at nothing: it holds no box, and its answer is no span.",
}

REASONS: tuple[Reason, ...] = get_args(Reason)
UNREAD_EVIDENCE: frozenset[Reason] = frozenset(
    {
        "unclosed_tag",
        "box_without_object",
        "box_without_time",
        "box_unreadable",
        "box_not_finite",
        "box_reversed",
        "box_no_area",
        "box_outside",
        "box_as_shares",
        "span_unreadable",
        "span_reversed",
    }
)
"""Reasons of pieces that point at a place or a span and cannot be read; a thing or a time that is merely named in tags
points at nothing."""

LONGEST_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A piece of a reply that became no claim.

    Attributes
    ----------
    reason : str
        Stable code, one of `REASONS`.
    why : str
        The same as a plain sentence.
    text : str
        The piece itself, its first 200 characters; untrusted.
    where : int
        Offset of its first character in the reply (in the reply without escapes, where a log viewer escaped its tags).
    rollout : str
        Name of the reply; "" where it has none.
    """

    reason: Reason
    why: str
    text: str
    where: int
    rollout: str = ""

    @classmethod
    def at(cls, reason: Reason, reply: str, start: int, end: int, rollout: str = "") -> ParseFailure:
        """Name the piece of `reply` from `start` to `end`."""
        return cls(reason, EXPLANATIONS[reason], reply[start : min(end, start + LONGEST_EXCERPT)], start, rollout)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)
