"""What a claim rests on beyond its text: a corner that was clipped, a time or a unit that the notation implies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

RemarkReason = Literal["box_clipped", "box_untimed", "unit_of_format", "time_converted"]

REMARKS: dict[RemarkReason, str] = {
    "box_clipped": "A corner lay slightly beyond the frame and was put on its border.",
    "box_untimed": "The box has no time, and stands at the start of the video.",
    "unit_of_format": "The box was read in the unit that its notation fixes, which is not the stated one.",
    "time_converted": "The time was converted to seconds from another unit.",
}
REMARK_REASONS: tuple[RemarkReason, ...] = get_args(RemarkReason)


@dataclass(frozen=True, slots=True)
class ParseRemark:
    """Something that was assumed where a piece of a reply was read.

    Attributes
    ----------
    reason : str
        Stable code, one of `REMARK_REASONS`.
    where : int
        Offset of the piece's first character in the reply.
    rollout : str
        Name of the reply; "" where it has none.
    """

    reason: RemarkReason
    where: int
    rollout: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)
