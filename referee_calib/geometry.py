"""Overlap of boxes and of spans, vectorised.

Boxes are rows `(x1, y1, x2, y2)` with `x1 < x2` and `y1 < y2`, in any one unit; spans are rows `(start, end)` with
`start < end`. Two arguments are compared row by row, and broadcast against one another: `(n, 4)` with `(n, 4)` or
with one box `(4,)`. Reversed, empty and non-finite ones are refused, because their overlap is undefined.

The formulas are those of `torchvision.ops` (`box_iou`, `generalized_box_iou`, `distance_box_iou`,
`complete_box_iou`), its epsilons included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referee_calib.errors import InputError

Floats = NDArray[np.float64]

EPSILON = 1e-7
CHUNK = 8192  # rows at a time: their columns and what is made of them stay in the second-level cache
CORNERS = "x1, y1, x2, y2"
SMALLEST_AREA, LARGEST_AREA = 1e-100, 1e100  # outside, the products of floating point vanish or overflow


def iou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Intersection over union, 0 to 1.

    Parameters
    ----------
    a, b : array_like, shape (..., 4)

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    InputError
        When a box is reversed, has no area, or is not finite.
    """
    return _pairwise(a, b, _iou)


def giou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Generalized IoU: `IoU - (C - U) / C` with C the area of the smallest box around both; above -1, up to 1.

    Rezatofighi et al. 2019. Parameters, result and errors as for :func:`iou`.
    """
    return _pairwise(a, b, _giou)


def diou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Distance IoU: `IoU - d² / (c² + 1e-7)`, d between the centres, c the diagonal of the smallest box around both.

    Zheng et al. 2020. Parameters, result and errors as for :func:`iou`.
    """
    return _pairwise(a, b, _diou)


def ciou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Complete IoU: DIoU - αv, with v the squared difference of the aspect angles times 4/π².

    `α = v / (1 - IoU + v + 1e-7)`. Zheng et al. 2020. Parameters, result and errors as for :func:`iou`.
    """
    return _pairwise(a, b, _ciou)


def tiou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Temporal IoU of spans: the intersection's length over that from the first start to the last end, 0 to 1.

    This is the field's definition (V-STaR, Open-o3-Video). For spans that meet it is intersection over union.

    Parameters
    ----------
    a, b : array_like, shape (..., 2)
        Spans in seconds.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    InputError
        When a span is reversed, empty, or not finite.
    """
    first, second = _spans(a), _spans(b)
    shared = np.minimum(first[..., 1], second[..., 1]) - np.maximum(first[..., 0], second[..., 0])
    whole = np.maximum(first[..., 1], second[..., 1]) - np.minimum(first[..., 0], second[..., 0])
    result: Floats = np.maximum(shared, 0.0) / whole
    return result


def viou(claimed: Mapping[Any, ArrayLike], true: Mapping[Any, ArrayLike]) -> float | None:
    """IoU of boxes over a video, as V-STaR takes it: the mean, over annotated frames, of the best IoU in that frame.

    Parameters
    ----------
    claimed : mapping of frame to array_like, shape (n, 4)
        Any hashable may name a frame; claimed frames without annotation do not count.
    true : mapping of frame to box
        The annotated frames.

    Returns
    -------
    float or None
        0 to 1; a frame without a claimed box counts 0. None when no frame is annotated.
    """
    if not true:
        return None
    best = [float(np.max(iou(claimed[f], box))) if f in claimed else 0.0 for f, box in true.items()]
    return sum(best) / len(best)


class _Columns:
    """Boxes of one chunk as columns, with sides and areas."""

    __slots__ = ("area", "height", "width", "x1", "x2", "y1", "y2")

    def __init__(self, rows: Floats) -> None:
        self.x1, self.y1, self.x2, self.y2 = np.ascontiguousarray(rows.T)
        self.width, self.height = self.x2 - self.x1, self.y2 - self.y1
        self.area = self.width * self.height

    def fine(self) -> bool:
        """Tell whether every box is one: what is reversed, flat or not finite fails one of these (NaN fails all)."""
        sides = self.width.min() > 0 and self.height.min() > 0
        return bool(sides and self.area.min() >= SMALLEST_AREA and self.area.max() <= LARGEST_AREA)


def _pairwise(a: ArrayLike, b: ArrayLike, formula: Callable[[_Columns, _Columns], Floats]) -> Floats:
    """Compare row by row, in chunks that stay in the processor's cache."""
    first, second = _array(a, 4, "box", CORNERS), _array(b, 4, "box", CORNERS)
    shape = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    rows, others = _flat(first, shape), _flat(second, shape)
    result = np.empty(shape)
    flat = result.reshape(-1)
    for start in range(0, flat.size, CHUNK):
        part = slice(start, start + CHUNK)
        with np.errstate(all="ignore"):
            p, q = (_Columns(r if len(r) == 1 else r[part]) for r in (rows, others))
        if not (p.fine() and q.fine()):
            _boxes(first), _boxes(second)  # one of them names the row
        flat[part] = formula(p, q)
    found: Floats = result[()]
    return found


def _flat(rows: Floats, shape: tuple[int, ...]) -> Floats:
    """Return one row per pair, or the one row that all pairs share."""
    if rows.size == 4:
        return rows.reshape(1, 4)
    return np.broadcast_to(rows, (*shape, 4)).reshape(-1, 4)


def _overlap(p: _Columns, q: _Columns) -> tuple[Floats, Floats]:
    """Intersection and union."""
    across = np.minimum(p.x2, q.x2) - np.maximum(p.x1, q.x1)
    down = np.minimum(p.y2, q.y2) - np.maximum(p.y1, q.y1)
    shared = np.maximum(across, 0.0) * np.maximum(down, 0.0)
    return shared, p.area + q.area - shared


def _iou(p: _Columns, q: _Columns) -> Floats:
    shared, union = _overlap(p, q)
    return shared / union


def _giou(p: _Columns, q: _Columns) -> Floats:
    shared, union = _overlap(p, q)
    across, down = _enclosing(p, q)
    around = across * down
    return shared / union - (around - union) / around


def _diou(p: _Columns, q: _Columns) -> Floats:
    return _iou(p, q) - _centre_distance(p, q)


def _ciou(p: _Columns, q: _Columns) -> Floats:
    overlap = _iou(p, q)
    v = 4 / np.pi**2 * (np.arctan(p.width / p.height) - np.arctan(q.width / q.height)) ** 2
    alpha = v / (1 - overlap + v + EPSILON)
    found: Floats = overlap - _centre_distance(p, q) - alpha * v
    return found


def _enclosing(p: _Columns, q: _Columns) -> tuple[Floats, Floats]:
    """Width and height of the smallest box around both."""
    return np.maximum(p.x2, q.x2) - np.minimum(p.x1, q.x1), np.maximum(p.y2, q.y2) - np.minimum(p.y1, q.y1)


def _centre_distance(p: _Columns, q: _Columns) -> Floats:
    """Squared distance of the centres over the squared diagonal of the smallest box around both."""
    across, down = (p.x1 + p.x2 - q.x1 - q.x2) / 2, (p.y1 + p.y2 - q.y1 - q.y2) / 2
    width, height = _enclosing(p, q)
    ratio: Floats = (across * across + down * down) / (width * width + height * height + EPSILON)
    return ratio


def _boxes(values: ArrayLike) -> Floats:
    boxes = _rows(values, 4, "box", CORNERS)
    reversed_or_flat = (boxes[..., :2] >= boxes[..., 2:]).any(axis=-1)
    _refuse(boxes, reversed_or_flat, "box", "it is reversed or has no area; corners are left, top, right, bottom")
    with np.errstate(over="ignore", under="ignore"):
        area = np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)
    _refuse(boxes, ~((area >= SMALLEST_AREA) & (area <= LARGEST_AREA)), "box", "its area is too small or too large")
    return boxes


def _spans(values: ArrayLike) -> Floats:
    spans = _rows(values, 2, "span", "start, end")
    _refuse(spans, spans[..., 0] >= spans[..., 1], "span", "it is reversed or empty")
    return spans


def _rows(values: ArrayLike, width: int, what: str, names: str) -> Floats:
    rows = _array(values, width, what, names)
    _refuse(rows, ~np.isfinite(rows).all(axis=-1), what, "every number must be finite")
    return rows


def _array(values: ArrayLike, width: int, what: str, names: str) -> Floats:
    try:
        rows = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} {values!r:.80}", f"it must be the numbers {names}") from error
    if rows.ndim == 0 or rows.shape[-1] != width:
        raise InputError(f"{what} array of shape {rows.shape}", f"its last axis must hold {names}")
    return rows


def _refuse(rows: Floats, bad: NDArray[np.bool_] | np.bool_, what: str, why: str) -> None:
    if not bad.any():
        return
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    shown = ", ".join(f"{value:g}" for value in rows[where])
    row = f" in row {where[0]}" if where else ""
    raise InputError(f"{what} ({shown}){row}", why)
