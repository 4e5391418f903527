"""Whether boxes leave so much of the stated frame empty that another unit is likelier.

The boxes have to lie in many places and begin near the top left corner. Then `n` places that are drawn evenly from the
frame end no further than at a share `r` of a side with the probability `r^(n - 1)`, given the last of them. A mistake
is likely below 1/1000 for both sides together and below 1/20 for each, where another unit has the boxes fill its frame;
where the stated frame is more than 3 times the video's size, below 1/10. A frame of a size that nobody named, only
fitted to the boxes, must be smaller than 0.45 of the stated one in width and height: boxes in one quarter of the frame
are no mistake.
"""

from __future__ import annotations

import numpy as np

from referee_calib.claims.unit_check.unit_batch import Floats, UnitGroup
from referee_calib.claims.unit_check.unit_readings import MOST, OUTSIDE, edges, fitted_frame, largest

CELLS = 8  # places are told apart on a grid of this many cells a side over what the boxes cover
RARE, RARE_IN_EACH, RARE_IF_ENLARGED = 1e-3, 0.05, 0.1
FAR_BORDERS = 3.0  # how many times the room at the near borders the boxes leave at the far ones
FILLED, FITTED = 0.7, 0.45  # of another unit's frame, and of the stated frame
SQUARE = 0.36  # of the stated frame: largest square of a size that nobody named
SPREAD, SPREAD_IN_EACH = 0.15, 0.08  # of the extent: standard deviation of the middles
ENLARGED = 3.0

Decision = tuple[str, str, str]  # the rule, the reason in words, the likely unit


def unused_range(group: UnitGroup, stated: Floats, own: Floats | None) -> Decision | None:
    """Say which unit is likelier where boxes in so many places leave so much of the stated frame empty."""
    corners = edges(group.numbers, group.order)
    if group.name == "0-1" or not np.isfinite(corners).all():
        return None
    reach = np.array([largest(corners[:, 2]), largest(corners[:, 3])])
    if (reach <= 0).any() or not _in_many_places_near_the_corner(corners, stated, reach):
        return None
    places = _places(corners, reach)
    enlarged = own is not None and float(np.median((stated / own).min(axis=1))) > ENLARGED
    for name, frame in _smaller_frames(group, corners, stated, own):
        in_each = np.minimum(np.exp(np.log(frame / stated).mean(axis=0)), 1.0) ** (places - 1)
        rare = in_each.prod() < RARE and in_each.max() < RARE_IN_EACH
        if rare or (enlarged and in_each.prod() < RARE_IF_ENLARGED):
            wide, high = reach / stated.max(axis=0)
            why = f"they lie in {places} places, and none beyond {wide:.0%} of the width and {high:.0%} of the height"
            return "range", why, name
    return None


def _in_many_places_near_the_corner(corners: Floats, stated: Floats, reach: Floats) -> bool:
    spread = ((corners[:, :2] + corners[:, 2:]) / 2).std(axis=0) / reach
    if spread.min() < SPREAD_IN_EACH or spread.prod() < SPREAD**2:
        return False
    begin = np.quantile(np.maximum(corners[:, :2] / stated, 0.0), 1 - MOST, axis=0)
    end = np.array([largest(one) for one in (corners[:, 2:] / stated).T])
    return bool((1 - end > FAR_BORDERS * begin).all())


def _smaller_frames(group: UnitGroup, corners: Floats, stated: Floats, own: Floats | None) -> list[tuple[str, Floats]]:
    """Return name and frame of each box for every unit whose frame the boxes fill."""
    grids = (("0-100", 100.0), ("0-1000", 1000.0))
    found = [(name, np.full_like(stated, side)) for name, side in grids if name != group.name]
    shape = own if own is not None else (stated if group.in_pixels else None)
    if own is not None:
        found.append(("pixels of the video's own size", own))
    if shape is not None:
        fitted = fitted_frame(corners, shape)
        alike = bool((fitted == fitted[0]).all())
        name = f"pixels, about {fitted[0, 0]:.0f}x{fitted[0, 1]:.0f}" if alike else "pixels of other sizes"
        found += [(name, fitted)] if (fitted < FITTED * stated).all() else []
    side = np.full_like(stated, largest(corners[:, 2:].max(axis=1)))
    if (side < SQUARE * stated).all():  # frames are also shown to models squeezed, or padded, into a square
        found.append((f"pixels, about {side[0, 0]:.0f}x{side[0, 0]:.0f}", side))
    return [(name, frame) for name, frame in found if _is_filled(corners, frame)]


def _is_filled(corners: Floats, frame: Floats) -> bool:
    used = largest(corners[:, 2] / frame[:, 0]), largest(corners[:, 3] / frame[:, 1])
    return min(used) >= FILLED and max(used) <= 1 + OUTSIDE


def _places(corners: Floats, reach: Floats) -> int:
    """Count places that differ; boxes whose middles share a cell may be one object that stays."""
    middles = (corners[:, :2] + corners[:, 2:]) / 2
    cells = np.clip((middles / reach * CELLS).astype(np.int64), -1, CELLS)
    return len(np.unique(cells, axis=0))
