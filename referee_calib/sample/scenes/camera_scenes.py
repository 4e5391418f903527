"""Clips with a camera that moves, a noisy picture or many objects."""

from __future__ import annotations

from referee_calib.sample.scenes.scene_building import NTSC, item, scene
from referee_calib.sample.scenes.scene_model import Scene

CAMERA_SCENES: tuple[Scene, ...] = (
    scene(
        *("gallery", (512, 288), 25, 12.0, "lilac"),
        item("red square", (0, 0.2, 0.60), size=0.14),
        item("green triangle", (0, 0.55, 0.62), size=0.16),
        item("blue star", (0, 0.95, 0.58), size=0.16, spin=0.03),
        item("yellow ball", (0, 1.35, 0.62), size=0.13),
        item("purple diamond", (0, 1.75, 0.60), size=0.16),
        camera=((0.8, 0.0), (11.0, 1.1)),
    ),
    scene(
        *("drift", (480, 270), NTSC, 11.0, "night"),
        item("white star", (0, 0.2, 0.75), (11, 0.30, 0.68), size=0.13, spin=0.04),
        item("pink ball", (0, 0.75, 0.25), (11, 0.25, 0.35), size=0.11, orbit=(0.04, 0.08, 4.0, 0.0)),
        item("cyan square", (0, 0.6, 0.72), (11, 0.8, 0.62), size=0.13, angle=0.02),
        noise=2.5,
    ),
    scene(
        *("walk", (480, 270), 25, 13.0, "hills"),
        item("blue triangle", (0, 0.45, 0.30), (12, 1.75, 0.24), size=0.12, orbit=(0.0, 0.05, 3.0, 0.0), spin=0.03),
        item("red square", (0, 1.0, 0.80), size=0.12),
        item("blue square", (0, 1.7, 0.80), size=0.12),
        camera=((0.5, 0.0), (12.0, 1.2)),
    ),
    scene(
        *("snow", (426, 240), 30, 8.0, "mint"),
        item("green star", (0, 0.18, 0.30), (7.5, 0.84, 0.62), size=0.15, spin=0.1, ease=True),
        item("blue star", (0, 0.80, 0.26), size=0.13, spin=-0.05),
        item("green ball", (0, 0.24, 0.78), size=0.12),
        noise=9.0,
    ),
    scene(
        *("crowd", (480, 360), 25, 10.0, "paper"),
        item("blue ball", (0, 0.15, 0.2), (10, 0.35, 0.3), size=0.08, orbit=(0.05, 0.04, 5.0, 0.0)),
        item("green square", (0, 0.82, 0.22), size=0.08, orbit=(0.03, 0.05, 6.0, 0.3), angle=0.02),
        item("yellow triangle", (0, 0.52, 0.22), size=0.09, spin=0.06),
        item("red square", (0, 0.18, 0.78), (10, 0.3, 0.72), size=0.08, angle=0.01),
        item("purple star", (0, 0.82, 0.78), size=0.10, spin=0.05),
        item("red ball", (0, 0.88, 0.50), (10, 0.10, 0.50), size=0.085, orbit=(0.0, 0.06, 3.0, 0.0)),
    ),
    scene(
        *("glance", (480, 270), NTSC, 7.0, "studio"),
        item("cyan star", (0, 0.30, 0.58), size=0.14, spin=0.04),
        item("purple ball", (0, 0.72, 0.74), size=0.12),
        item("orange diamond", (0, 1.25, 0.62), size=0.15),
        camera=((1.0, 0.0), (3.2, 0.72), (4.4, 0.72), (6.6, 0.0)),
    ),
    scene(
        *("pan", (512, 288), 25, 7.0, "hills"),
        item("red triangle", (0, 0.80, 0.30), size=0.12),
        item("red ball", (0, 1.16, 0.76), size=0.12),
        item("yellow square", (0, 0.30, 0.76), size=0.13),
        camera=((0.8, 0.0), (5.8, 0.62)),
    ),
    scene(
        *("fog", (426, 240), 24, 5.0, "lilac"),
        item("pink square", (0, 0.80, 0.70), size=0.13, angle=0.02),
        item("pink star", (0.4, -0.12, 0.30), (4.8, 0.70, 0.34), size=0.13, spin=0.06),
        item("green triangle", (0, 0.30, 0.74), size=0.13),
        noise=3.0,
    ),
    scene(
        *("sway", (480, 270), NTSC, 6.0, "mint"),
        item("cyan star", (0, 0.24, 0.28), size=0.13, spin=0.03),
        item("cyan diamond", (0, 0.62, 0.68), size=0.14),
        item("purple ball", (0, 1.10, 0.34), size=0.12),
        camera=((0.6, 0.0), (2.2, 0.22), (3.6, 0.22), (5.4, 0.0)),
    ),
)
