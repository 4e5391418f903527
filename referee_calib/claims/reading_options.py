"""How replies are to be read, where it is stated: notation, order of a box's numbers, unit of its times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from referee_calib.claims.time_units import TimeUnit
from referee_calib.errors import ClaimError

BoxOrder = Literal["xyxy", "yxyx", "xywh"]
Untimed = Literal["start", "refuse"]
BOX_ORDERS: tuple[BoxOrder, ...] = get_args(BoxOrder)
_BOX = re.compile(r"<\s{0,3}(?:bbox|box)\s{0,3}>|box_2d|box_start|\|det\|", re.IGNORECASE)
_TIMED = re.compile(r"<\s{0,3}t\s{0,3}>", re.IGNORECASE)
AUTO = "auto"
CLIP = 0.02


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What is stated about the notation of replies.

    Attributes
    ----------
    format : str
        One of `referee_calib.claims.FORMAT_NAMES`, or "auto": every notation that the reply shows signs of.
    order : {"xyxy", "yxyx", "xywh"}, optional
        Order of a box's numbers; by default that of the notation: y first in Gemini's, corners with x first in all
        others.
    time_unit : str
        What a bare number measures where a time is due: see :class:`referee_calib.claims.TimeUnit`.
    untimed : {"start", "refuse"}
        Whether a box in a notation that knows no times stands at the start of a video, or is no claim. (In an image
        every box stands at 0 s.)
    clip : float
        How far beyond the frame a corner may lie and be put on its border, as a share of the side; such boxes are
        counted. Further out is a fault.
    """

    format: str = AUTO
    order: BoxOrder | None = None
    time_unit: str = "seconds"
    untimed: Untimed = "start"
    clip: float = CLIP

    def __post_init__(self) -> None:
        if self.order is not None and self.order not in BOX_ORDERS:
            raise ClaimError(f"box order {self.order!r:.40}", f"an order is one of {', '.join(BOX_ORDERS)}")
        if self.untimed not in get_args(Untimed):
            raise ClaimError(f"untimed={self.untimed!r:.40}", 'it is "start" or "refuse"')
        if not isinstance(self.clip, (int, float)) or not 0 <= self.clip < 1:
            raise ClaimError(f"clip={self.clip!r:.40}", "it is a share of the frame's side, 0 to 1")
        TimeUnit.parse(self.time_unit)

    def for_file(self, texts: Iterable[str]) -> ReadingOptions:
        """Return the options for a file of which these are some replies.

        Where nearly all of them (4 of 5, and at least 5) give their boxes times, as Open-o3-Video does, a box without
        one is a slip and not another notation: no claim is made of it.
        """
        if self.format != AUTO or self.untimed != "start":
            return self
        tagged = [text for text in texts if _BOX.search(text) is not None]
        timed = sum(_TIMED.search(text) is not None for text in tagged)
        return replace(self, untimed="refuse") if timed >= 5 and timed >= 0.8 * len(tagged) else self

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return {name: getattr(self, name) for name in ("format", "order", "time_unit", "untimed", "clip")}
