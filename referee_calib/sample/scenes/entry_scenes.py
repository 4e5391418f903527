"""Clips in which something comes into view or leaves it."""

from __future__ import annotations

from referee_calib.sample.scenes.scene_building import item, scene
from referee_calib.sample.scenes.scene_model import Scene

ENTRY_SCENES: tuple[Scene, ...] = (
    scene(
        *("visitor", (480, 270), 24, 10.0, "night"),
        item("purple triangle", (0, 0.2, 0.66), size=0.15),
        item("yellow square", (0, 0.76, 0.70), size=0.13, angle=0.02),
        item("yellow star", (2.8, 1.12, 0.30), (7.6, -0.12, 0.40), size=0.13, spin=0.12),
    ),
    scene(
        *("bounce", (480, 270), 30, 7.0, "mint"),
        item("green ball", (0, 0.22, 0.76), size=0.11),
        item("orange triangle", (0, 0.82, 0.76), size=0.13),
        item("orange ball", (1.2, -0.1, 0.78), (6.2, 1.12, 0.78), size=0.10, hop=(0.42, 1.25)),
    ),
    scene(
        *("fall", (320, 426), 30, 5.0, "hills"),
        item("purple ball", (0, 0.28, 0.84), size=0.07),
        item("pink diamond", (1.4, 0.66, -0.12), (2.3, 0.66, 0.10), (3.2, 0.66, 0.80), size=0.10),
    ),
    scene(
        *("patrol", (480, 270), 12, 20.0, "tiles"),
        item("purple ball", (3, -0.1, 0.74), (9, 0.70, 0.74), (11, 0.70, 0.74), (17, -0.1, 0.74), size=0.12),
        item("yellow diamond", (0, 0.88, 0.74), size=0.14),
        item("purple square", (0, 0.46, 0.34), size=0.10, angle=0.02),
    ),
    scene(
        *("belt", (512, 288), 25, 12.0, "studio"),
        item("red ball", (0.5, -0.1, 0.72), (5.0, 1.1, 0.72), size=0.11),
        item("blue triangle", (3.5, -0.1, 0.74), (8.0, 1.1, 0.74), size=0.13),
        item("green square", (6.5, -0.1, 0.74), (11.0, 1.1, 0.74), size=0.13),
    ),
    scene(
        *("balloons", (270, 480), 30, 9.0, "hills"),
        item("red ball", (0.5, 0.24, 1.1), (6.0, 0.30, -0.1), size=0.06, orbit=(0.03, 0.0, 3.0, 0.0)),
        item("yellow ball", (2.0, 0.76, 1.1), (8.0, 0.70, -0.1), size=0.06, orbit=(0.04, 0.0, 4.0, 0.3)),
        item("blue ball", (3.5, 0.50, 1.1), (9.0, 0.52, 0.25), size=0.06, orbit=(0.03, 0.0, 3.5, 0.6)),
    ),
    scene(
        *("late", (480, 270), 25, 16.0, "mint"),
        item("purple square", (0, 0.22, 0.74), size=0.13),
        item("green ball", (0, 0.80, 0.76), size=0.11),
        item("green triangle", (10.4, 1.12, 0.46), (14.6, 0.50, 0.46), size=0.14, spin=0.05),
    ),
    scene(
        *("parade", (480, 270), 24, 7.0, "studio"),
        item("red ball", (0, 0.22, 0.26), size=0.11),
        item("red triangle", (1.0, -0.10, 0.70), (5.8, 1.10, 0.70), size=0.13),
        item("blue diamond", (0, 0.78, 0.28), size=0.12),
    ),
    scene(
        *("flyby", (426, 240), 30, 6.0, "night"),
        item("yellow star", (0, 0.22, 0.74), size=0.13, spin=0.04),
        item("cyan square", (0, 0.74, 0.72), size=0.13, angle=0.02),
        item("yellow ball", (1.0, 1.10, 0.26), (4.6, -0.10, 0.32), size=0.11),
    ),
    scene(
        *("drop", (320, 426), 25, 5.0, "lilac"),
        item("blue ball", (0, 0.26, 0.80), size=0.08),
        item("blue diamond", (1.0, 0.64, -0.12), (1.8, 0.64, 0.10), (2.8, 0.64, 0.78), size=0.10),
        item("orange star", (0, 0.24, 0.30), size=0.08, spin=0.06),
    ),
    scene(
        *("exit", (480, 270), 30, 6.0, "paper"),
        item("purple square", (0, 0.20, 0.26), size=0.12, angle=0.02),
        item("purple triangle", (1.2, 0.34, 0.68), (4.4, 1.12, 0.68), size=0.13),
        item("green ball", (0, 0.70, 0.26), size=0.10),
    ),
    scene(
        *("detour", (480, 270), 12, 9.0, "tiles"),
        item("green ball", (0, 0.24, 0.76), size=0.11),
        item("green diamond", (1.5, 1.10, 0.50), (4.0, 0.56, 0.50), (5.0, 0.56, 0.50), (7.5, 1.10, 0.50), size=0.13),
        item("pink star", (0, 0.26, 0.28), size=0.12, spin=0.05),
    ),
    scene(
        *("skip", (480, 270), 25, 5.0, "sand"),
        item("blue triangle", (0, 0.50, 0.24), size=0.12),
        item("blue ball", (0.2, 0.10, 0.78), (4.4, 1.12, 0.78), size=0.10, hop=(0.34, 1.1)),
        item("red square", (0, 0.16, 0.28), size=0.11),
    ),
)
