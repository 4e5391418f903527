"""What a clip shows: objects on paths before a camera, and where each one is at a time.

Positions are shares of the frame (x of its width, y of its height, y downwards); sizes are shares of its
height. Everything follows from the time alone, so frames can be drawn in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from referee_calib.sample.scenes.shapes import OUTLINES, Point, placed

Box = tuple[float, float, float, float]
Keys = tuple[tuple[float, ...], ...]

_GRID = 96  # points a side with which the visible part of a partly hidden object is measured


@dataclass(frozen=True)
class MotionPath:
    """Where something is: key positions in time, with a regular movement on top."""

    keys: Keys  # rows of (t, x, y), rising times; before the first and after the last it stands still
    ease: bool = False  # start and stop softly at every key instead of moving at constant speed between keys
    hop: tuple[float, float] = (0.0, 1.0)  # (height, period): bounces of this height, as a ball on the floor
    # (rx, ry, period, phase): an ellipse around the key position; phase in turns
    orbit: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)

    def at(self, t: float) -> Point:
        """Return the position at `t` seconds."""
        x, y = between(self.keys, t, self.ease)
        height, period = self.hop
        rx, ry, around, phase = self.orbit
        turn = 2 * math.pi * (t / around + phase)
        y += ry * math.sin(turn) - height * abs(math.sin(math.pi * t / period))
        return x + rx * math.cos(turn), y


@dataclass(frozen=True)
class SceneObject:
    """A coloured shape on a path."""

    name: str  # colour and noun: "red ball"
    path: MotionPath
    sizes: Keys  # rows of (t, size): half its height as a share of the frame's height, over time
    spin: float = 0.0  # turns per second; `angle` is the turn at the start
    angle: float = 0.0
    stretch: tuple[float, float] = (1.0, 1.0)  # factors (sx, sy) on width and height

    @property
    def colour(self) -> str:
        """The first word of the name."""
        return self.name.split()[0]

    @property
    def shape(self) -> str:
        """The last word of the name, a key of `OUTLINES`."""
        return self.name.split()[-1]


@dataclass(frozen=True, eq=False)
class Scene:
    """A clip before it is drawn."""

    name: str  # the file is ``NAME.mp4``
    size: tuple[int, int]  # (width, height) in pixels
    rate: Fraction  # frames per second, the densest when the rate varies
    seconds: float
    backdrop: str  # see :mod:`referee_calib.sample.scenes.backdrops`
    objects: tuple[SceneObject, ...]  # from back to front
    camera: Keys = ((0.0, 0.0),)  # rows of (t, x): what is subtracted from every x, over time
    noise: float = 0.0  # standard deviation of the camera's noise in grey levels
    gaps: tuple[int, ...] = (1,)  # how many frame intervals each frame is shown, cyclically; (1,) is a constant rate

    @property
    def video(self) -> str:
        """Its path in the media folder."""
        return f"{self.name}.mp4"

    @cached_property
    def ticks(self) -> tuple[int, ...]:
        """Presentation times of its frames in units of 1 / rate."""
        count, ticks, shown = round(self.seconds * self.rate), [0], 0
        while ticks[-1] + self.gaps[shown % len(self.gaps)] < count:
            ticks.append(ticks[-1] + self.gaps[shown % len(self.gaps)])
            shown += 1
        return tuple(ticks)

    @cached_property
    def times(self) -> tuple[float, ...]:
        """Presentation times of its frames in seconds."""
        return tuple(float(tick / self.rate) for tick in self.ticks)

    def shown_at(self, t: float) -> float:
        """Return the time of the frame that is on screen at `t`."""
        return max((time for time in self.times if time <= t + 0.0005), default=0.0)

    def object_named(self, name: str) -> SceneObject:
        """Return the object of this name."""
        return next(item for item in self.objects if item.name == name)

    def corners(self, item: SceneObject, t: float) -> np.ndarray:
        """Return the outline at `t` as shares of the frame, shape (corners, 2)."""
        x, y = item.path.at(t)
        (size,) = between(item.sizes, t)
        width, height = self.size
        points = placed(OUTLINES[item.shape], 2 * math.pi * (item.angle + item.spin * t), *item.stretch)
        pan = between(self.camera, t, ease=True)[0]
        return np.array([(x - pan + px * size * height / width, y + py * size) for px, py in points])

    @cache  # noqa: B019 - scenes live as long as the program
    def sight(self, name: str, t: float) -> tuple[Box, float] | None:
        """Return the box of what can be seen of an object at `t`, and which share of it that is.

        What lies outside the frame or behind a nearer object cannot be seen. None when nothing of it can.
        """
        place = next(i for i, item in enumerate(self.objects) if item.name == name)
        mine = self.corners(self.objects[place], t)
        hiding = [self.corners(nearer, t) for nearer in self.objects[place + 1 :]]
        hiding = [other for other in hiding if _meet(_bounds(mine), _bounds(other))]
        whole = _bounds(mine)
        inside = whole[0] >= 0 and whole[1] >= 0 and whole[2] <= 1 and whole[3] <= 1
        if inside and not hiding:
            return whole, 1.0
        if not _meet(whole, (0.0, 0.0, 1.0, 1.0)):
            return None
        return _visible_part(mine, whole, hiding)


def between(keys: Keys, t: float, ease: bool = False) -> tuple[float, ...]:
    """Interpolate rows of (t, values…) at `t`; constant before the first and after the last row."""
    if t <= keys[0][0]:
        return keys[0][1:]
    for left, right in pairwise(keys):
        if t < right[0]:
            share = (t - left[0]) / (right[0] - left[0])
            share = share * share * (3 - 2 * share) if ease else share
            return tuple(a + share * (b - a) for a, b in zip(left[1:], right[1:], strict=True))
    return keys[-1][1:]


def covered(corners: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Say which points of a grid, bool of shape (rows, columns), lie inside a polygon (even-odd rule)."""
    (x1, y1), (x2, y2) = corners.T, np.roll(corners, -1, axis=0).T
    grid = np.zeros((ys.size, xs.size), bool)
    for row, y in enumerate(ys):
        on = (y1 > y) != (y2 > y)  # the few edges that cross this row
        crossings = x1[on] + (y - y1[on]) / (y2[on] - y1[on]) * (x2[on] - x1[on])
        grid[row] = (xs[:, None] < crossings).sum(axis=1) % 2 == 1
    return grid


def _visible_part(mine: np.ndarray, whole: Box, hiding: Sequence[np.ndarray]) -> tuple[Box, float] | None:
    steps = (np.arange(_GRID) + 0.5) / _GRID
    xs, ys = whole[0] + steps * (whole[2] - whole[0]), whole[1] + steps * (whole[3] - whole[1])
    own = covered(mine, xs, ys)
    shown = own & ((xs >= 0) & (xs <= 1)) & ((ys >= 0) & (ys <= 1))[:, None]
    for other in hiding:
        shown &= ~covered(other, xs, ys)
    if not shown.any():
        return None
    columns, rows = np.flatnonzero(shown.any(axis=0)), np.flatnonzero(shown.any(axis=1))
    dx, dy = (whole[2] - whole[0]) / (2 * _GRID), (whole[3] - whole[1]) / (2 * _GRID)
    edges = xs[columns[0]] - dx, ys[rows[0]] - dy, xs[columns[-1]] + dx, ys[rows[-1]] + dy
    x1, y1, x2, y2 = (min(max(float(v), 0.0), 1.0) for v in edges)
    return (x1, y1, x2, y2), float(shown.sum() / own.sum())


def _bounds(corners: np.ndarray) -> Box:
    x1, y1 = corners.min(axis=0)
    x2, y2 = corners.max(axis=0)
    return float(x1), float(y1), float(x2), float(y2)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
