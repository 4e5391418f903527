"""Batches of boxes as models write them: where in the frame, how large, with a few slips."""

from __future__ import annotations

import numpy as np

from referee_calib.claims import UnitBatch, UnitCheck, check_units
from referee_calib.claims.text.reply_context import WrittenBox


def unit_check(numbers, unit, size, order="xyxy") -> UnitCheck:
    """Check boxes of one video whose size is given, or not known."""
    batch = UnitBatch()
    batch.add([WrittenBox(tuple(map(float, four)), order) for four in numbers], unit, "v.mp4")
    return check_units(batch, {"v.mp4": size} if size else {})


def box_batch(rng, kind, count, frame, order="xyxy"):
    """Draw boxes in the numbers of a frame, shape (count, 4): 3 % reach out by a tenth, 2 % are reversed."""
    near, far = _shares(rng, kind, count)
    sides = np.array(frame)
    near, far = near * sides, far * sides
    far[rng.uniform(size=count) < 0.03] += 0.1 * sides
    turned = rng.uniform(size=count) < 0.02
    near[turned], far[turned] = far[turned].copy(), near[turned].copy()
    numbers = np.round(np.concatenate([near, far], axis=1), 0 if min(frame) > 1 else 3)
    if order == "yxyx":
        return numbers[:, [1, 0, 3, 2]]
    if order == "xywh":
        numbers[:, 2:] -= numbers[:, :2]
    return numbers


SIZES = {"small": (0.01, 0.06), "large": (0.3, 0.95), "spread": (0.04, 0.5)}
REGIONS = {"left": (0.5, 1), "top": (1, 0.5), "top-left": (0.5, 0.5)}


def _shares(rng, kind, count):
    if kind.startswith("one"):
        return _one_object(rng, kind, count)
    low, high = SIZES.get(kind, (0.03, 0.3))
    corner = np.array((0.25, 0.25) if kind == "centre" else (0, 0))
    room = np.array((0.5, 0.5) if kind == "centre" else REGIONS.get(kind, (1, 1)))
    size = np.minimum(np.exp(rng.uniform(np.log(low), np.log(high), (count, 2))), room)
    near = corner + rng.uniform(size=(count, 2)) * (room - size)
    return near, near + size


def _one_object(rng, kind, count):
    size = np.exp(rng.uniform(np.log(0.05), np.log(0.15), 2)) * rng.uniform(0.9, 1.1, (count, 2))
    if kind == "one moving":
        start, end = rng.uniform(0.1, 0.9, (2, 2))
        middle = start + (end - start) * np.sort(rng.uniform(size=count))[:, None]
    else:
        where = (0.05, 0.2) if kind == "one in the corner" else (0.1, 0.9)
        middle = rng.uniform(*where, 2) + rng.normal(0, 0.01, (count, 2))
    near = np.clip(middle - size / 2, 0, 0.99)
    return near, np.clip(near + size, 0, 1)
