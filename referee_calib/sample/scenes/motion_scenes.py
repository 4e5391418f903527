"""Clips in which something moves past others, around them or to a place of rest."""

from __future__ import annotations

from referee_calib.sample.scenes.scene_building import NTSC, item, scene
from referee_calib.sample.scenes.scene_model import Scene

MOTION_SCENES: tuple[Scene, ...] = (
    scene(
        *("crossing", (426, 240), 30, 6.0, "sand"),
        item("blue ball", (0.3, 0.12, 0.70), (5.5, 0.90, 0.70), size=0.14, ease=True),
        item("green triangle", (0, 0.5, 0.30), size=0.12, spin=0.08),
        item("red ball", (0.3, 0.88, 0.76), (5.5, 0.10, 0.76), size=0.14, ease=True),
    ),
    scene(
        *("orbit", (360, 360), 24, 9.0, "paper"),
        item("blue triangle", (0, 0.15, 0.16), size=0.09, angle=0.1),
        item("yellow square", (0, 0.5, 0.52), size=0.13, angle=0.03),
        item("blue ball", (0, 0.5, 0.52), size=0.075, orbit=(0.36, 0.33, 7.0, 0.1)),
    ),
    scene(
        *("swap", (480, 270), 30, 6.0, "sand"),
        item("green square", (1.0, 0.2, 0.74), (4.6, 0.8, 0.74), size=0.14, ease=True),
        item("orange star", (0, 0.5, 0.26), size=0.12, spin=0.1),
        item("green ball", (1.0, 0.8, 0.79), (4.6, 0.2, 0.79), size=0.12, ease=True),
    ),
    scene(
        *("approach", (480, 270), 25, 8.0, "tiles"),
        item("blue square", (0, 0.22, 0.73), size=0.09),
        item(
            "orange ball",
            *((0.5, 0.56, 0.62), (7.0, 0.66, 0.60)),
            size=((0.5, 0.04), (7.0, 0.25)),
            orbit=(0.03, 0.0, 3.0, 0.0),
        ),
        item("orange square", (0, 0.9, 0.70), size=0.10),
    ),
    scene(
        *("race", (560, 240), 30, 7.0, "studio"),
        item("blue ball", (0.8, 0.06, 0.36), (6.4, 0.80, 0.36), size=0.12, ease=True),
        item("red ball", (0.8, 0.06, 0.62), (3.0, 0.34, 0.62), (5.2, 0.94, 0.62), size=0.12),
        item("yellow ball", (0.8, 0.06, 0.86), (6.6, 0.70, 0.86), size=0.12, ease=True),
    ),
    scene(
        *("pendulum", (360, 360), 30, 6.0, "sand"),
        item("cyan ball", (0, 0.5, 0.42), size=0.10, orbit=(0.34, 0.0, 3.6, 0.25)),
        item("orange square", (0, 0.82, 0.80), size=0.09),
        item("cyan triangle", (0, 0.18, 0.80), size=0.10),
    ),
    scene(
        *("slide", (480, 270), NTSC, 8.0, "tiles"),
        item("orange square", (1.0, 0.14, 0.76), (6.5, 0.84, 0.76), size=0.12, ease=True),
        item("orange ball", (0, 0.5, 0.30), size=0.10),
        item("blue diamond", (0, 0.84, 0.30), size=0.12),
    ),
    scene(
        *("zigzag", (480, 270), 30, 5.0, "paper"),
        *(
            item("green diamond", (0, 0.86, 0.74), size=0.12),
            item("pink star", (0, 0.14, 0.76), size=0.11, spin=0.1),
        ),
        item(
            "green triangle",
            *((0.2, 0.1, 0.3), (1.4, 0.35, 0.66), (2.4, 0.56, 0.24), (3.4, 0.72, 0.60), (4.6, 0.92, 0.22)),
            size=0.12,
            spin=0.2,
        ),
    ),
    scene(
        *("pair", (480, 270), 25, 4.0, "sand"),
        item("red square", (0.2, 0.16, 0.74), (3.8, 0.66, 0.74), size=0.13, ease=True),
        item("red ball", (0.2, 0.38, 0.77), (3.8, 0.88, 0.77), size=0.12, ease=True),
        item("blue ball", (0, 0.5, 0.28), size=0.10),
    ),
    scene(
        *("handover", (480, 270), 25, 9.0, "lilac"),
        item("red triangle", (0.5, 0.12, 0.74), (3.8, 0.50, 0.74), (8.5, 0.50, 0.74), size=0.13),
        item("green star", (0, 0.50, 0.26), size=0.12, spin=0.06),
        item("red diamond", (4.2, 0.72, 0.74), (7.8, 1.14, 0.74), size=0.13),
    ),
    scene(
        *("duel", (480, 270), 30, 4.0, "studio"),
        item("orange diamond", (0.4, 0.88, 0.74), (2.6, 0.60, 0.74), size=0.13, ease=True),
        item("orange ball", (0.4, -0.10, 0.76), (2.6, 0.40, 0.76), size=0.11, ease=True),
        item("blue star", (0, 0.50, 0.26), size=0.11, spin=0.08),
    ),
    scene(
        *("seesaw", (426, 240), 25, 5.0, "paper"),
        item("purple star", (0, 0.78, 0.60), size=0.13, spin=0.04),
        item("purple ball", (0, 0.28, 0.50), size=0.11, orbit=(0.0, 0.30, 3.2, 0.25)),
        item("yellow square", (0, 0.54, 0.24), size=0.11, angle=0.02),
    ),
    scene(
        *("spiral", (360, 360), 30, 5.0, "sand"),
        item("green square", (0, 0.50, 0.50), size=0.12, angle=0.03),
        item("red star", (0, 0.14, 0.86), size=0.09),
        item("green ball", (0, 0.50, 0.50), size=0.08, orbit=(0.34, 0.34, 5.5, 0.6)),
        item("green triangle", (0, 0.88, 0.14), size=0.08),
    ),
    scene(
        *("glide", (512, 288), 24, 6.0, "hills"),
        item("red ball", (0, 0.16, 0.72), size=0.11),
        item("red star", (0.6, -0.12, 0.22), (4.4, 0.76, 0.66), size=0.13, ease=True, spin=0.08),
        item("purple square", (0, 0.84, 0.24), size=0.11),
    ),
    scene(
        *("climb", (270, 480), 30, 5.0, "studio"),
        item("cyan ball", (0, 0.26, 0.74), size=0.07),
        item("cyan star", (0.5, 0.68, 0.84), (3.8, 0.64, -0.12), size=0.08, ease=True, spin=0.1),
        item("orange triangle", (0, 0.28, 0.32), size=0.07),
    ),
    scene(
        *("sprint", (560, 240), 25, 5.0, "tiles"),
        item("purple star", (0.6, 0.08, 0.34), (4.6, 0.72, 0.34), size=0.13, ease=True),
        item("green star", (0.6, 0.08, 0.72), (3.8, 0.90, 0.72), size=0.13),
        item("green ball", (0, 0.88, 0.24), size=0.10),
    ),
    scene(
        *("corner", (480, 270), NTSC, 5.0, "mint"),
        item("orange ball", (0, 0.20, 0.74), size=0.11),
        item("orange star", (0.3, -0.12, 0.28), (2.4, 0.76, 0.28), (4.4, 0.76, 0.74), size=0.12),
        item("cyan square", (0, 0.48, 0.70), size=0.12, angle=0.01),
    ),
)
