"""Overlap of spans and of boxes, axis by axis: a span has one axis, a box two.

A mark is a row of edges, the low ones before the high ones: ``(start, end)`` or ``(x1, y1, x2, y2)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

from agreement.arrays import Floats

Measure = Literal["overlap", "generalized"]
MEASURES: tuple[Measure, ...] = ("overlap", "generalized")


@dataclass(frozen=True, slots=True)
class AxisOverlap:
    """Two marks along one axis: what they share, what encloses both, and their sizes; arrays that broadcast."""

    shared: Floats
    around: Floats
    first: Floats
    second: Floats

    @classmethod
    def of(cls, low: Floats, high: Floats, other_low: Floats, other_high: Floats) -> AxisOverlap:
        """Compare marks from `low` to `high` with others."""
        shared = np.maximum(np.minimum(high, other_high) - np.maximum(low, other_low), 0.0)
        around = np.maximum(high, other_high) - np.minimum(low, other_low)
        return cls(shared, around, np.asarray(high - low), np.asarray(other_high - other_low))


def overlap(rows: Floats, others: Floats) -> Floats:
    """Return the intersection over union (IoU; of spans tIoU) of rows of edges, 0 to 1, shape (n,)."""
    return similarity(_axes(rows, others), "overlap")


def generalized_overlap(rows: Floats, others: Floats) -> Floats:
    """Return the generalized IoU, above −1 and up to 1 (Rezatofighi et al. 2019), shape (n,)."""
    return similarity(_axes(rows, others), "generalized")


def distance(rows: Floats, others: Floats, measure: Measure) -> Floats:
    """Return ``1 − IoU``, or ``(1 − GIoU) / 2``: 0 for the same mark, never above 1."""
    return as_distance(similarity(_axes(rows, others), measure), measure)


def as_distance(values: Floats, measure: Measure) -> Floats:
    """Return how far apart marks of that overlap are, 0 to 1."""
    return np.asarray(1 - values if measure == "overlap" else (1 - values) / 2)


def similarity(axes: Sequence[AxisOverlap], measure: Measure) -> Floats:
    """Return IoU, or ``GIoU = IoU − (C − U) / C`` with C what encloses both and U their union."""
    shared = prod((axis.shared for axis in axes[1:]), start=axes[0].shared)
    sizes = (prod((getattr(axis, name) for axis in axes), start=1.0) for name in ("first", "second"))
    union = sum(sizes) - shared
    iou = shared / union
    if measure == "overlap":
        return np.asarray(iou)
    around = prod((axis.around for axis in axes[1:]), start=axes[0].around)
    return np.asarray(iou - (around - union) / around)


def _axes(rows: Floats, others: Floats) -> list[AxisOverlap]:
    half = rows.shape[-1] // 2
    return [
        AxisOverlap.of(rows[..., i], rows[..., half + i], others[..., i], others[..., half + i]) for i in range(half)
    ]
