"""Clips in which something passes behind something else."""

from __future__ import annotations

from referee_calib.sample.scenes.scene_building import item, pillar, scene
from referee_calib.sample.scenes.scene_model import Scene

OCCLUSION_SCENES: tuple[Scene, ...] = (
    scene(
        *("pillar", (480, 270), 25, 8.0, "studio"),
        item("red star", (0, 0.86, 0.36), size=0.11, spin=0.05),
        item("red ball", (0, -0.12, 0.74), (7, 1.15, 0.74), size=0.12),
        pillar(0.46),
        item("blue square", (0, 0.8, 0.80), size=0.12),
    ),
    scene(
        *("stutter", (480, 270), 30, 10.0, "paper"),
        item("cyan ball", (0.5, -0.08, 0.40), (9.0, 1.1, 0.56), size=0.12),
        item("pink triangle", (0, 0.84, 0.20), size=0.11, spin=0.05),
        item("purple square", (0, 0.46, 0.48), size=0.22),
        gaps=(1, 1, 2, 1, 3, 4, 1, 2, 1, 1, 5),
    ),
    scene(
        *("doorway", (480, 270), 12, 14.0, "studio"),
        item("orange star", (1.5, 0.08, 0.62), (6.0, 0.62, 0.62), (8.5, 0.62, 0.62), (13.0, 1.12, 0.62), size=0.13),
        item("orange ball", (0, 0.90, 0.24), size=0.09),
        pillar(0.30, 0.34, 0.38),
        pillar(0.62, 0.40, 0.38),
    ),
    scene(
        *("hide", (480, 270), 24, 9.0, "lilac"),
        item("yellow ball", (1.2, 0.16, 0.66), (3.4, 0.55, 0.66), (5.6, 0.55, 0.66), (8.0, 0.92, 0.66), size=0.12),
        item("blue square", (0, 0.55, 0.62), size=0.26),
        item("yellow star", (0, 0.18, 0.24), size=0.11, spin=0.06),
    ),
    scene(
        *("eclipse", (480, 270), 24, 8.0, "night"),
        item("yellow ball", (0, 0.5, 0.42), size=0.15),
        item("yellow star", (0, 0.15, 0.74), size=0.11, spin=0.05),
        item("white ball", (0.5, -0.05, 0.60), (7.5, 1.05, 0.26), size=0.16),
    ),
    scene(
        *("tunnel", (480, 270), 25, 7.0, "tiles"),
        item("cyan square", (0, 0.86, 0.30), size=0.12, angle=0.02),
        item("cyan ball", (0.3, 0.10, 0.70), (6.2, 0.92, 0.70), size=0.11),
        pillar(0.52, 0.38, 0.38),
    ),
    scene(
        *("curtain", (426, 240), 30, 6.0, "lilac"),
        item("green star", (0, 0.16, 0.24), size=0.13, spin=0.05),
        item("green ball", (0.4, 0.12, 0.64), (5.6, 0.90, 0.64), size=0.11, ease=True),
        item("purple square", (0, 0.52, 0.60), size=0.25),
    ),
    scene(
        *("peek", (480, 270), 24, 5.0, "sand"),
        item("blue star", (0.8, 0.40, 0.62), (3.4, 0.76, 0.70), size=0.12, ease=True),
        item("orange square", (0, 0.36, 0.64), size=0.20),
        item("blue ball", (0, 0.82, 0.24), size=0.10),
    ),
    scene(
        *("screen", (360, 360), 25, 6.0, "mint"),
        item("pink diamond", (0, 0.82, 0.20), size=0.11),
        item("pink ball", (0.3, 0.12, 0.66), (5.4, 0.90, 0.58), size=0.09),
        item("blue square", (0, 0.50, 0.62), size=0.20),
    ),
)
