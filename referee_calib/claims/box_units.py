"""The unit in which a model wrote its boxes, and the way from it to shares of the frame.

A box without a stated unit means nothing: `(100, 50, 300, 200)` is a small box in pixels of a large frame
and a large one on Qwen's 0-1000 grid. So every reader asks for the unit and none guesses it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from referee_calib.errors import ClaimError

Corners = tuple[float, float, float, float]
BoxFault = Literal["box_not_finite", "box_reversed", "box_no_area", "box_outside", "box_as_shares"]

_PIXELS = re.compile(r"pixels:(\d{1,6})x(\d{1,6})")


@dataclass(frozen=True, slots=True)
class BoxUnit:
    """What one frame measures in the numbers of a box.

    Attributes
    ----------
    width, height : float
        The number that stands for the right and for the lower border: 448 and 252 for pixels of such a
        frame, 1 for shares, 1000 for the 0-1000 grid.
    tolerance : float
        How far beyond the right or lower border a number may lie and still be rounding, in this unit: half
        a pixel, half a step of the 0-1000 grid, nothing for shares. The near borders have none: rounding never makes
        a zero negative.
    """

    width: float
    height: float
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.width < math.inf and 0 < self.height < math.inf and 0 <= self.tolerance < math.inf):
            raise ClaimError(f"box unit {self.width!r} x {self.height!r}", "a frame has a positive width and height")

    @classmethod
    def pixels(cls, width: float, height: float) -> BoxUnit:
        """Pixels of the frame of this size that was given to the model, usually not the video's own size."""
        return cls(float(width), float(height), 0.5)

    @classmethod
    def parse(cls, text: str | BoxUnit) -> BoxUnit:
        """Read a unit as the records write it: ``pixels:448x252``, ``0-1``, ``0-100`` or ``0-1000``.

        Raises
        ------
        ClaimError
            For anything else, an unknown unit included.
        """
        if isinstance(text, BoxUnit):
            return text
        if isinstance(text, str) and text in _BY_NAME:
            return _BY_NAME[text]
        unit = _pixels(text) if isinstance(text, str) else None
        if unit is None:
            raise ClaimError(
                f"box unit {text!r:.60}",
                "the numbers of a box mean nothing without a known unit",
                "Write pixels:WIDTHxHEIGHT (the frame given to the model), 0-1, 0-100 (percent) or 0-1000.",
            )
        return unit

    def __str__(self) -> str:
        name = next((name for name, unit in _BY_NAME.items() if self == unit), "")
        return name or f"pixels:{self.width:g}x{self.height:g}"

    @property
    def in_pixels(self) -> bool:
        """Whether it measures pixels of a frame, and not steps of a grid that every frame has."""
        return self not in _BY_NAME.values()

    def reaches_out(self, corners: Corners) -> bool:
        """Tell whether a corner lies beyond the frame by more than rounding."""
        x1, y1, x2, y2 = corners
        return x1 < 0 or y1 < 0 or x2 > self.width + self.tolerance or y2 > self.height + self.tolerance

    def share(self, corners: Corners, clip: float = 0.0) -> Corners | BoxFault:
        """Convert left, top, right, bottom to shares of the frame, or name what is wrong with them.

        A corner beyond the frame by rounding, or by at most `clip` of the side, is put on the border.
        """
        if not all(map(math.isfinite, corners)):
            return "box_not_finite"
        x1, y1, x2, y2 = corners
        if x1 > x2 or y1 > y2:
            return "box_reversed"
        beyond_x, beyond_y = clip * self.width, clip * self.height
        if self.reaches_out((x1 + beyond_x, y1 + beyond_y, x2 - beyond_x, y2 - beyond_y)):
            return "box_outside"
        if max(x2, y2) <= 1 < min(self.width, self.height):
            return "box_as_shares"  # within the first pixel of the frame, or step of the grid: nobody means that
        right, bottom = min(x2 / self.width, 1.0), min(y2 / self.height, 1.0)
        left, top = max(x1 / self.width, 0.0), max(y1 / self.height, 0.0)
        if left >= right or top >= bottom:
            return "box_no_area"
        return left, top, right, bottom


@lru_cache(maxsize=1024)
def _pixels(text: str) -> BoxUnit | None:
    found = _PIXELS.fullmatch(text)
    return None if found is None else BoxUnit.pixels(int(found[1]), int(found[2]))


SHARE = BoxUnit(1.0, 1.0)
PERCENT = BoxUnit(100.0, 100.0, 0.5)
NINES = BoxUnit(999.0, 999.0, 0.5)  # the grid of DeepSeek-VL2, whose last step is 999
THOUSAND = BoxUnit(1000.0, 1000.0, 0.5)
_BY_NAME = {"0-1": SHARE, "0-100": PERCENT, "0-999": NINES, "0-1000": THOUSAND}
Pixels = BoxUnit.pixels
