"""Seeing for the pixels referee: patches of a named colour in a frame, and how sure their shape is.

A patch's outline is described by seven ratios that do not depend on its size. What they are for each
shape is measured once from outlines drawn here at several sizes and angles; how probable a shape is
follows from the distance to those, with room left for outlines that look like none of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

Box = tuple[float, float, float, float]

# OpenCV's hue runs from 0 to 179. Each row: lowest and highest (hue, saturation, value).
_HSV = {
    "red": [((0, 90, 60), (8, 255, 255)), ((171, 90, 60), (179, 255, 255))],
    "orange": [((9, 110, 130), (21, 255, 255))],
    "brown": [((4, 70, 40), (20, 255, 129))],
    "yellow": [((22, 90, 110), (34, 255, 255))],
    "green": [((35, 70, 40), (84, 255, 255))],
    "cyan": [((85, 80, 70), (99, 255, 255))],
    "blue": [((100, 80, 50), (128, 255, 255))],
    "purple": [((129, 60, 50), (152, 255, 255))],
    "pink": [((148, 50, 130), (172, 255, 255))],
    "white": [((0, 0, 205), (179, 45, 255))],
    "grey": [((0, 0, 60), (179, 45, 204))],
    "black": [((0, 0, 0), (179, 255, 50))],
}
_BACKGROUND_SHARE = 0.6  # of the frame: a larger patch is what things stand on
_SPREAD = 0.035  # least standard deviation of a ratio: a pixel of noise on a small outline
_COMMON = {"circle", "square", "triangle", "star"}
_RARE = 0.05  # how much less often the other shapes are met; decides only where outlines are too small to tell
_RADII = (5, 7, 10, 14, 20, 30)
_BLUR = 1.0  # pixels: compression and halved colour resolution
_UNLIKE = math.exp(-0.5 * 4.0**2)  # as far off as five standard deviations, all ratios together


@dataclass(frozen=True, slots=True)
class Patch:
    """A connected patch of one colour."""

    box: Box  # (x1, y1, x2, y2); its bounds as shares of the frame
    shapes: dict[str, float]  # probability of each known shape
    unclear: float  # probability that the outline is none of them: hidden in part, cut by the frame, or merged

    @property
    def size(self) -> float:
        """Area of the bounds as a share of the frame."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


def working_copy(image: np.ndarray, longest_side: int) -> np.ndarray:
    """Convert an RGB frame to HSV, made smaller when it is larger than the referee works at."""
    longest = max(image.shape[:2])
    if longest > longest_side:
        height, width = (max(1, round(side * longest_side / longest)) for side in image.shape[:2])
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HSV))


def patches(hsv: np.ndarray, colour: str, smallest: int) -> tuple[Patch, ...]:
    """Find the patches of a colour in a frame from :func:`working_copy`, the largest first."""
    height, width = hsv.shape[:2]
    mask = _clean(_mask(hsv, colour))
    outlines = [
        (area, outline, hole)
        for outline, hole in _outlines(mask)
        if smallest <= (area := cv2.contourArea(outline)) <= _BACKGROUND_SHARE * height * width
    ]
    outlines.sort(key=lambda found: -found[0])
    return tuple(_patch(outline, hole, height, width) for _, outline, hole in outlines)


def _mask(hsv: np.ndarray, colour: str) -> np.ndarray:
    parts = [cv2.inRange(hsv, np.array(low, np.uint8), np.array(high, np.uint8)) for low, high in _HSV[colour]]
    return np.bitwise_or.reduce(np.stack(parts)) if len(parts) > 1 else np.asarray(parts[0])


def _clean(mask: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.medianBlur(mask, 3))  # noise goes, thin points stay longer than under an opening


def _outlines(mask: np.ndarray) -> Iterator[tuple[np.ndarray, float]]:
    """Yield each outer outline with the area of the holes in it."""
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for i, outline in enumerate(outlines):
        _, _, child, parent = tree[0, i]
        if parent >= 0:
            continue
        hole = 0.0
        while child >= 0:
            hole += cv2.contourArea(outlines[child])
            child = tree[0, child, 0]
        yield outline, hole


def _patch(outline: np.ndarray, hole: float, height: int, width: int) -> Patch:
    x, y, w, h = cv2.boundingRect(outline)
    shapes, unclear = _shapes(_ratios(outline, hole), cv2.contourArea(outline))
    if x == 0 or y == 0 or x + w == width or y + h == height:  # cut by the frame: half of what it seems
        shapes, unclear = {name: p / 2 for name, p in shapes.items()}, 0.5 + unclear / 2
    return Patch((x / width, y / height, (x + w) / width, (y + h) / height), shapes, unclear)


def _ratios(outline: np.ndarray, hole: float) -> np.ndarray:
    """Describe an outline: shares of its own hull, circle, rectangle, triangle and bounds; slimness; hole."""
    area = cv2.contourArea(outline)
    (_, (a, b), _) = cv2.minAreaRect(outline)
    hull = cv2.convexHull(outline)
    triangle, _ = cv2.minEnclosingTriangle(hull)
    _, radius = cv2.minEnclosingCircle(outline)
    _, _, w, h = cv2.boundingRect(outline)
    bounds = max((w - 1) * (h - 1), 1)  # outlines run through pixel centres
    whole = (cv2.contourArea(hull), math.pi * radius**2, a * b, triangle, bounds)
    return np.array([*(area / max(part, 1.0) for part in whole), min(a, b) / max(a, b, 1.0), hole / max(area, 1.0)])


def _shapes(ratios: np.ndarray, area: float) -> tuple[dict[str, float], float]:
    sizes, means, spreads = _known()
    nearest = np.abs(sizes - math.log(max(area, 1.0))).argmin(axis=1)  # each shape as it looks at this size
    rows = np.arange(len(sizes))
    distance = ((ratios - means[rows, nearest]) / spreads[rows, nearest]) ** 2
    likelihood = np.exp(-0.5 * distance.sum(axis=1)) * (_SPREAD / spreads[rows, nearest]).prod(axis=1) * _prior()
    total = float(likelihood.sum()) + _UNLIKE
    return {name: float(p) / total for name, p in zip(_OUTLINES, likelihood, strict=True)}, _UNLIKE / total


@cache
def _known() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measure drawn outlines: log areas (shapes, sizes), means and standard deviations (shapes, sizes, 7)."""
    drawn = [[np.array(list(_drawn(name, radius))) for radius in _RADII] for name in _OUTLINES]
    sizes = np.array([[math.log(rows[:, 0].mean()) for rows in sized] for sized in drawn])
    means = np.array([[rows[:, 1:].mean(axis=0) for rows in sized] for sized in drawn])
    spreads = np.array([[np.hypot(rows[:, 1:].std(axis=0), _SPREAD) for rows in sized] for sized in drawn])
    return sizes, means, spreads


def _prior() -> np.ndarray:
    return np.array([1.0 if name in _COMMON else _RARE for name in _OUTLINES])


def _drawn(name: str, radius: float) -> Iterator[np.ndarray]:
    """Yield area and ratios of a shape at several angles, blurred as video blurs it."""
    points, angles, hole = _OUTLINES[name]
    middle = math.ceil(radius) + 5
    for angle in np.deg2rad(angles):
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        canvas = np.zeros((2 * middle, 2 * middle), np.uint8)
        cv2.fillPoly(canvas, [np.rint(16 * (radius * points @ turn.T + middle)).astype(np.int32)], 255, cv2.LINE_AA, 4)
        if hole:
            cv2.circle(canvas, (middle, middle), round(hole * radius), 0, -1, cv2.LINE_AA)
        mask = cv2.inRange(cv2.GaussianBlur(canvas, (5, 5), _BLUR), 100, 255)
        outline, inner = max(_outlines(_clean(mask)), key=lambda found: cv2.contourArea(found[0]))
        yield np.array([cv2.contourArea(outline), *_ratios(outline, inner)])


def _regular(corners: int, inner: float = 1.0) -> np.ndarray:
    """Corners of a regular polygon, or of a star whose inner corners lie at `inner`; first one on top."""
    angles = np.arange(corners) * 2 * math.pi / corners - math.pi / 2
    radius = np.where(np.arange(corners) % 2 == 0, 1.0, inner)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1)


def _scaled(points: np.ndarray, x: float, y: float) -> np.ndarray:
    return np.asarray(points * np.array([x, y]))


_ANY = tuple(range(0, 180, 15))
_SQUARE = np.array([(-0.7, -0.7), (0.7, -0.7), (0.7, 0.7), (-0.7, 0.7)])
_ARM = 0.33
_CROSS = np.array(
    [
        *[(-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM)],
        *[(_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM)],
    ]
)
# Each: corners on the unit circle, the angles in degrees at which it is met, radius of the hole.
_OUTLINES: dict[str, tuple[np.ndarray, tuple[int, ...], float]] = {
    "circle": (_regular(72), (0,), 0.0),
    "square": (_SQUARE, (0, 0, 0, 5, 10, 15), 0.0),
    "rectangle": (_scaled(_SQUARE, 1.2, 0.6), _ANY, 0.0),
    "triangle": (_regular(3), _ANY, 0.0),
    "diamond": (_scaled(_regular(4), 0.85, 1.0), (0, 0, 5, 90), 0.0),
    "star": (_regular(10, 0.42), _ANY, 0.0),
    "hexagon": (_regular(6), _ANY, 0.0),
    "pentagon": (_regular(5), _ANY, 0.0),
    "ellipse": (_scaled(_regular(72), 1.0, 0.62), _ANY, 0.0),
    "ring": (_regular(72), (0,), 0.6),
    "cross": (_CROSS, (0, 0, 15, 30, 45), 0.0),
}
