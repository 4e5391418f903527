"""The numbers of many boxes as they were written, by stated unit and order; 40 bytes a box."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from referee_calib.claims.box_units import BoxUnit
from referee_calib.claims.reading_options import BoxOrder
from referee_calib.claims.text.reply_context import WrittenBox

Floats = NDArray[np.float64]
Size = tuple[float, float]


@dataclass(slots=True)
class UnitGroup:
    """Boxes of which the same was stated: one grid, or pixels (of frames whose size may differ)."""

    in_pixels: bool
    order: BoxOrder
    units: list[BoxUnit] = field(default_factory=list)  # distinct stated units
    videos: list[str] = field(default_factory=list)  # distinct videos
    _numbers: array[float] = field(default_factory=lambda: array("d"))
    _places: array[int] = field(default_factory=lambda: array("i"))
    _known: dict[tuple[BoxUnit, str], tuple[int, int]] = field(default_factory=dict)
    _at: dict[BoxUnit | str, int] = field(default_factory=dict)  # position of each unit and each video

    def add(self, boxes: Iterable[WrittenBox], unit: BoxUnit, video: str) -> None:
        """Add boxes of one reply."""
        place = self._known.get((unit, video)) or self._place(unit, video)
        for box in boxes:
            self._numbers.extend(box.numbers)
            self._places.extend(place)

    def _place(self, unit: BoxUnit, video: str) -> tuple[int, int]:
        place = self._at.setdefault(unit, len(self.units)), self._at.setdefault(video, len(self.videos))
        if place[0] == len(self.units):
            self.units.append(unit)
        if place[1] == len(self.videos):
            self.videos.append(video)
        self._known[unit, video] = place
        return place

    @property
    def numbers(self) -> Floats:
        """The boxes as written, shape (boxes, 4)."""
        return np.array(self._numbers, dtype=np.float64).reshape(-1, 4)

    @property
    def video_of(self) -> NDArray[np.intp]:
        """Position in `videos` of each box."""
        return np.array(self._places, dtype=np.intp).reshape(-1, 2)[:, 1]

    def stated(self) -> Floats:
        """Return the stated frame of each box, in its own numbers, shape (boxes, 2)."""
        sides = np.array([(unit.width, unit.height) for unit in self.units])
        return sides[np.array(self._places, dtype=np.intp).reshape(-1, 2)[:, 0]]

    def own(self, sizes: Mapping[str, Size]) -> Floats:
        """Return width and height of each box's video in pixels, NaN where not known, shape (boxes, 2)."""
        each = np.array([sizes.get(video, (np.nan, np.nan)) for video in self.videos], dtype=np.float64)
        return each.reshape(-1, 2)[self.video_of]

    @property
    def name(self) -> str:
        """What was stated, for a table."""
        if not self.in_pixels or len(self.units) == 1:
            return str(self.units[0])
        return f"pixels of {len(self.units)} stated sizes"


class UnitBatch:
    """Collects boxes reply by reply."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, BoxOrder], UnitGroup] = {}
        self._parsed: dict[str, tuple[BoxUnit, str]] = {}

    def add(self, boxes: Iterable[WrittenBox], unit: str | BoxUnit, video: str) -> None:
        """Add the boxes of one reply, `ParsedReply.written`, with their stated unit and their video.

        Those whose notation fixes the unit are left out.
        """
        known, name = self._unit(unit)
        by_order: dict[BoxOrder, list[WrittenBox]] = {}
        for box in boxes:
            if box.fixed:
                continue
            by_order.setdefault(box.order, []).append(box)
        for order, its in by_order.items():
            group = self._groups.setdefault((name, order), UnitGroup(name == "pixels", order))
            group.add(its, known, video)

    def _unit(self, unit: str | BoxUnit) -> tuple[BoxUnit, str]:
        text = str(unit)
        if text not in self._parsed:
            parsed = BoxUnit.parse(unit)
            self._parsed[text] = parsed, "pixels" if parsed.in_pixels else text
        return self._parsed[text]

    @property
    def groups(self) -> list[UnitGroup]:
        """Boxes by what was stated of them."""
        return list(self._groups.values())
