"""The same numbers under one unit and order after another: how many boxes fit, and how much of the frame they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from referee_calib.claims.reading_options import BOX_ORDERS, BoxOrder
from referee_calib.claims.unit_check.unit_batch import Floats, Size, UnitGroup

OUTSIDE = 0.02  # of the side: a corner further out does not fit
MOST = 0.96  # quantile that stands for the largest number where boxes are many, so that a slip does not count
MANY = 25


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What a group of boxes looks like under one unit and order.

    Attributes
    ----------
    unit : str
        As it would be stated (``"0-1000"``, ``"pixels:448x252"``), or in words where the size differs by video.
    order : str
        "xyxy", "yxyx" or "xywh".
    stated : bool
        Whether this is what was stated.
    outside, reversed : float
        Shares of the boxes that reach beyond the frame by more than 2 % of its side, and that have their corners in
        the wrong order.
    width, height : float
        Share of the frame's width and height up to which the boxes reach.
    """

    unit: str
    order: BoxOrder
    stated: bool
    outside: float
    reversed: float
    width: float
    height: float

    @property
    def misfit(self) -> float:
        """Share of boxes that cannot be meant so."""
        return min(1.0, self.outside + self.reversed)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)


def edges(numbers: Floats, order: BoxOrder) -> Floats:
    """Return left, top, right, bottom of boxes in an order, shape (boxes, 4)."""
    a, b, c, d = numbers.T
    match order:
        case "xyxy":
            return numbers
        case "yxyx":
            return np.stack([b, a, d, c], axis=1)
        case "xywh":
            return np.stack([a, b, a + c, b + d], axis=1)


def largest(values: Floats) -> float:
    """Return the largest value, or of many the 96 % quantile."""
    if not len(values):
        return 0.0
    return float(np.quantile(values, MOST) if len(values) >= MANY else values.max())


def readings(group: UnitGroup, sizes: Mapping[str, Size]) -> list[UnitReading]:
    """Read a group under what was stated, and under everything else it may be."""
    numbers = group.numbers
    numbers = np.where(np.isfinite(numbers), numbers, np.inf)
    stated, own = group.stated(), group.own(sizes)
    found = [_read(group.name, group.order, numbers, stated, stated=True)]
    for name, side in (("0-1", 1.0), ("0-100", 100.0), ("0-1000", 1000.0)):
        if name != group.name:
            found.append(_read(name, group.order, numbers, np.full_like(stated, side)))
    if np.isfinite(own).all() and len(own):
        if not np.array_equal(own, stated):
            found.append(_read(_pixels(own, "the video's own size"), group.order, numbers, own))
        fitted = fitted_frame(edges(numbers, group.order), own)
        found.append(_read(_pixels(fitted, "some other size", about=True), group.order, numbers, fitted))
    swapped = stated[:, ::-1]
    if group.in_pixels and not np.array_equal(swapped, stated):
        found.append(_read(_pixels(swapped, "swapped sizes"), group.order, numbers, swapped))
    found += [_read(group.name, order, numbers, stated) for order in BOX_ORDERS if order != group.order]
    return found


def fitted_frame(corners: Floats, own: Floats) -> Floats:
    """Return the smallest frames of the videos' shape, all in one scale, that hold the boxes, shape (boxes, 2)."""
    scale = max(largest(corners[:, 2] / own[:, 0]), largest(corners[:, 3] / own[:, 1]))
    return own * (scale if np.isfinite(scale) and scale > 0 else 1.0)


def _read(unit: str, order: BoxOrder, numbers: Floats, frame: Floats, *, stated: bool = False) -> UnitReading:
    left, top, right, bottom = edges(numbers, order).T
    width, height = frame.T
    turned = (left > right) | (top > bottom)
    beyond_x, beyond_y = OUTSIDE * width, OUTSIDE * height
    outside = (
        (left < -beyond_x) | (top < -beyond_y) | (right > width + beyond_x + 0.5) | (bottom > height + beyond_y + 0.5)
    )
    return UnitReading(
        unit=unit,
        order=order,
        stated=stated,
        outside=float(np.mean(outside & ~turned)),
        reversed=float(np.mean(turned)),
        width=largest(right / width),
        height=largest(bottom / height),
    )


def _pixels(frame: Floats, words: str, *, about: bool = False) -> str:
    if (frame == frame[0]).all():
        return f"pixels:{'about ' if about else ''}{frame[0, 0]:.0f}x{frame[0, 1]:.0f}"
    return f"pixels of {words}"
