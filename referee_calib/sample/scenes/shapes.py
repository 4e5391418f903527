"""Colours and outlines by name, chosen to be told apart by eye, by contour and, mostly, by the colour-blind."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]

# Saturated, far apart in hue, and apart in lightness where hues lie close for the colour-blind.
COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (214, 40, 40),
    "orange": (247, 142, 24),
    "yellow": (252, 212, 40),
    "green": (34, 150, 74),
    "cyan": (40, 196, 214),
    "blue": (38, 92, 214),
    "purple": (124, 58, 178),
    "pink": (242, 108, 172),
    "white": (246, 246, 246),
    "grey": (128, 130, 134),
}


def placed(points: Sequence[Point], angle: float, sx: float, sy: float) -> list[Point]:
    """Turn an outline by `angle` radians, then stretch it by `sx` and `sy`."""
    c, s = math.cos(angle), math.sin(angle)
    return [(sx * (c * x - s * y), sy * (s * x + c * y)) for x, y in points]


def _regular(corners: int, inner: float = 1.0) -> tuple[Point, ...]:
    """Regular polygon, or a star whose inner corners lie at `inner`; the first corner points up."""
    turn = 2 * math.pi / corners
    radii = [1.0 if n % 2 == 0 else inner for n in range(corners)]
    return tuple((r * math.sin(n * turn), -r * math.cos(n * turn)) for n, r in enumerate(radii))


# Closed polygons within the unit circle, y downwards.
OUTLINES: dict[str, tuple[Point, ...]] = {
    "ball": _regular(72),
    "square": ((-0.75, -0.75), (0.75, -0.75), (0.75, 0.75), (-0.75, 0.75)),
    "triangle": _regular(3),
    "star": _regular(10, 0.42),
    "diamond": ((0.0, -1.0), (0.85, 0.0), (0.0, 1.0), (-0.85, 0.0)),
    "pillar": ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
}
