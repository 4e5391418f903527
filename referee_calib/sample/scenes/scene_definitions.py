"""What happens in each clip, and what is asked about it."""

from __future__ import annotations

from fractions import Fraction

from referee_calib.sample.scenes.scene_model import Keys, MotionPath, Scene, SceneObject

NTSC = Fraction(30000, 1001)


def _thing(
    name: str,
    *keys: tuple[float, float, float],
    size: float | Keys = 0.12,
    ease: bool = False,
    hop: tuple[float, float] = (0.0, 1.0),
    orbit: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0),
    spin: float = 0.0,
    angle: float = 0.0,
    stretch: tuple[float, float] = (1.0, 1.0),
) -> SceneObject:
    sizes = ((0.0, size),) if isinstance(size, float) else size
    return SceneObject(name, MotionPath(keys, ease, hop, orbit), sizes, spin, angle, stretch)


def _pillar(x: float, width: float = 0.3, height: float = 0.36) -> SceneObject:
    """Return a grey pillar on the floor that hides what is behind it; width relative to its height."""
    return _thing("grey pillar", (0, x, 0.86 - height), size=height, stretch=(width, 1.0))


def _scene(
    name: str,
    size: tuple[int, int],
    rate: int | Fraction,
    seconds: float,
    backdrop: str,
    *objects: SceneObject,
    camera: Keys = ((0.0, 0.0),),
    noise: float = 0.0,
    gaps: tuple[int, ...] = (1,),
) -> Scene:
    return Scene(name, size, Fraction(rate), seconds, backdrop, objects, camera, noise, gaps)


SCENES: tuple[Scene, ...] = (
    _scene(
        *("pillar", (480, 270), 25, 8.0, "studio"),
        _thing("red star", (0, 0.86, 0.36), size=0.11, spin=0.05),
        _thing("red ball", (0, -0.12, 0.74), (7, 1.15, 0.74), size=0.12),
        _pillar(0.46),
        _thing("blue square", (0, 0.8, 0.80), size=0.12),
    ),
    _scene(
        *("crossing", (426, 240), 30, 6.0, "sand"),
        _thing("blue ball", (0.3, 0.12, 0.70), (5.5, 0.90, 0.70), size=0.14, ease=True),
        _thing("green triangle", (0, 0.5, 0.30), size=0.12, spin=0.08),
        _thing("red ball", (0.3, 0.88, 0.76), (5.5, 0.10, 0.76), size=0.14, ease=True),
    ),
    _scene(
        *("visitor", (480, 270), 24, 10.0, "night"),
        _thing("purple triangle", (0, 0.2, 0.66), size=0.15),
        _thing("yellow square", (0, 0.76, 0.70), size=0.13, angle=0.02),
        _thing("yellow star", (2.8, 1.12, 0.30), (7.6, -0.12, 0.40), size=0.13, spin=0.12),
    ),
    _scene(
        *("bounce", (480, 270), 30, 7.0, "mint"),
        _thing("green ball", (0, 0.22, 0.76), size=0.11),
        _thing("orange triangle", (0, 0.82, 0.76), size=0.13),
        _thing("orange ball", (1.2, -0.1, 0.78), (6.2, 1.12, 0.78), size=0.10, hop=(0.42, 1.25)),
    ),
    _scene(
        *("gallery", (512, 288), 25, 12.0, "lilac"),
        _thing("red square", (0, 0.2, 0.60), size=0.14),
        _thing("green triangle", (0, 0.55, 0.62), size=0.16),
        _thing("blue star", (0, 0.95, 0.58), size=0.16, spin=0.03),
        _thing("yellow ball", (0, 1.35, 0.62), size=0.13),
        _thing("purple diamond", (0, 1.75, 0.60), size=0.16),
        camera=((0.8, 0.0), (11.0, 1.1)),
    ),
    _scene(
        *("orbit", (360, 360), 24, 9.0, "paper"),
        _thing("blue triangle", (0, 0.15, 0.16), size=0.09, angle=0.1),
        _thing("yellow square", (0, 0.5, 0.52), size=0.13, angle=0.03),
        _thing("blue ball", (0, 0.5, 0.52), size=0.075, orbit=(0.36, 0.33, 7.0, 0.1)),
    ),
    _scene(
        *("drift", (480, 270), NTSC, 11.0, "night"),
        _thing("white star", (0, 0.2, 0.75), (11, 0.30, 0.68), size=0.13, spin=0.04),
        _thing("pink ball", (0, 0.75, 0.25), (11, 0.25, 0.35), size=0.11, orbit=(0.04, 0.08, 4.0, 0.0)),
        _thing("cyan square", (0, 0.6, 0.72), (11, 0.8, 0.62), size=0.13, angle=0.02),
        noise=2.5,
    ),
    _scene(
        *("swap", (480, 270), 30, 6.0, "sand"),
        _thing("green square", (1.0, 0.2, 0.74), (4.6, 0.8, 0.74), size=0.14, ease=True),
        _thing("orange star", (0, 0.5, 0.26), size=0.12, spin=0.1),
        _thing("green ball", (1.0, 0.8, 0.79), (4.6, 0.2, 0.79), size=0.12, ease=True),
    ),
    _scene(
        *("fall", (320, 426), 30, 5.0, "hills"),
        _thing("purple ball", (0, 0.28, 0.84), size=0.07),
        _thing("pink diamond", (1.4, 0.66, -0.12), (2.3, 0.66, 0.10), (3.2, 0.66, 0.80), size=0.10),
    ),
    _scene(
        *("approach", (480, 270), 25, 8.0, "tiles"),
        _thing("blue square", (0, 0.22, 0.73), size=0.09),
        _thing(
            "orange ball",
            *((0.5, 0.56, 0.62), (7.0, 0.66, 0.60)),
            size=((0.5, 0.04), (7.0, 0.25)),
            orbit=(0.03, 0.0, 3.0, 0.0),
        ),
        _thing("orange square", (0, 0.9, 0.70), size=0.10),
    ),
    _scene(
        *("race", (560, 240), 30, 7.0, "studio"),
        _thing("blue ball", (0.8, 0.06, 0.36), (6.4, 0.80, 0.36), size=0.12, ease=True),
        _thing("red ball", (0.8, 0.06, 0.62), (3.0, 0.34, 0.62), (5.2, 0.94, 0.62), size=0.12),
        _thing("yellow ball", (0.8, 0.06, 0.86), (6.6, 0.70, 0.86), size=0.12, ease=True),
    ),
    _scene(
        *("stutter", (480, 270), 30, 10.0, "paper"),
        _thing("cyan ball", (0.5, -0.08, 0.40), (9.0, 1.1, 0.56), size=0.12),
        _thing("pink triangle", (0, 0.84, 0.20), size=0.11, spin=0.05),
        _thing("purple square", (0, 0.46, 0.48), size=0.22),
        gaps=(1, 1, 2, 1, 3, 4, 1, 2, 1, 1, 5),
    ),
    _scene(
        *("doorway", (480, 270), 12, 14.0, "studio"),
        _thing("orange star", (1.5, 0.08, 0.62), (6.0, 0.62, 0.62), (8.5, 0.62, 0.62), (13.0, 1.12, 0.62), size=0.13),
        _thing("orange ball", (0, 0.90, 0.24), size=0.09),
        _pillar(0.30, 0.34, 0.38),
        _pillar(0.62, 0.40, 0.38),
    ),
    _scene(
        *("walk", (480, 270), 25, 13.0, "hills"),
        _thing("blue triangle", (0, 0.45, 0.30), (12, 1.75, 0.24), size=0.12, orbit=(0.0, 0.05, 3.0, 0.0), spin=0.03),
        _thing("red square", (0, 1.0, 0.80), size=0.12),
        _thing("blue square", (0, 1.7, 0.80), size=0.12),
        camera=((0.5, 0.0), (12.0, 1.2)),
    ),
    _scene(
        *("snow", (426, 240), 30, 8.0, "mint"),
        _thing("green star", (0, 0.18, 0.30), (7.5, 0.84, 0.62), size=0.15, spin=0.1, ease=True),
        _thing("blue star", (0, 0.80, 0.26), size=0.13, spin=-0.05),
        _thing("green ball", (0, 0.24, 0.78), size=0.12),
        noise=9.0,
    ),
    _scene(
        *("crowd", (480, 360), 25, 10.0, "paper"),
        _thing("blue ball", (0, 0.15, 0.2), (10, 0.35, 0.3), size=0.08, orbit=(0.05, 0.04, 5.0, 0.0)),
        _thing("green square", (0, 0.82, 0.22), size=0.08, orbit=(0.03, 0.05, 6.0, 0.3), angle=0.02),
        _thing("yellow triangle", (0, 0.52, 0.22), size=0.09, spin=0.06),
        _thing("red square", (0, 0.18, 0.78), (10, 0.3, 0.72), size=0.08, angle=0.01),
        _thing("purple star", (0, 0.82, 0.78), size=0.10, spin=0.05),
        _thing("red ball", (0, 0.88, 0.50), (10, 0.10, 0.50), size=0.085, orbit=(0.0, 0.06, 3.0, 0.0)),
    ),
    _scene(
        *("patrol", (480, 270), 12, 20.0, "tiles"),
        _thing("purple ball", (3, -0.1, 0.74), (9, 0.70, 0.74), (11, 0.70, 0.74), (17, -0.1, 0.74), size=0.12),
        _thing("yellow diamond", (0, 0.88, 0.74), size=0.14),
        _thing("purple square", (0, 0.46, 0.34), size=0.10, angle=0.02),
    ),
    _scene(
        *("hide", (480, 270), 24, 9.0, "lilac"),
        _thing("yellow ball", (1.2, 0.16, 0.66), (3.4, 0.55, 0.66), (5.6, 0.55, 0.66), (8.0, 0.92, 0.66), size=0.12),
        _thing("blue square", (0, 0.55, 0.62), size=0.26),
        _thing("yellow star", (0, 0.18, 0.24), size=0.11, spin=0.06),
    ),
    _scene(
        *("belt", (512, 288), 25, 12.0, "studio"),
        _thing("red ball", (0.5, -0.1, 0.72), (5.0, 1.1, 0.72), size=0.11),
        _thing("blue triangle", (3.5, -0.1, 0.74), (8.0, 1.1, 0.74), size=0.13),
        _thing("green square", (6.5, -0.1, 0.74), (11.0, 1.1, 0.74), size=0.13),
    ),
    _scene(
        *("pendulum", (360, 360), 30, 6.0, "sand"),
        _thing("cyan ball", (0, 0.5, 0.42), size=0.10, orbit=(0.34, 0.0, 3.6, 0.25)),
        _thing("orange square", (0, 0.82, 0.80), size=0.09),
        _thing("cyan triangle", (0, 0.18, 0.80), size=0.10),
    ),
    _scene(
        *("slide", (480, 270), NTSC, 8.0, "tiles"),
        _thing("orange square", (1.0, 0.14, 0.76), (6.5, 0.84, 0.76), size=0.12, ease=True),
        _thing("orange ball", (0, 0.5, 0.30), size=0.10),
        _thing("blue diamond", (0, 0.84, 0.30), size=0.12),
    ),
    _scene(
        *("eclipse", (480, 270), 24, 8.0, "night"),
        _thing("yellow ball", (0, 0.5, 0.42), size=0.15),
        _thing("yellow star", (0, 0.15, 0.74), size=0.11, spin=0.05),
        _thing("white ball", (0.5, -0.05, 0.60), (7.5, 1.05, 0.26), size=0.16),
    ),
    _scene(
        *("balloons", (270, 480), 30, 9.0, "hills"),
        _thing("red ball", (0.5, 0.24, 1.1), (6.0, 0.30, -0.1), size=0.06, orbit=(0.03, 0.0, 3.0, 0.0)),
        _thing("yellow ball", (2.0, 0.76, 1.1), (8.0, 0.70, -0.1), size=0.06, orbit=(0.04, 0.0, 4.0, 0.3)),
        _thing("blue ball", (3.5, 0.50, 1.1), (9.0, 0.52, 0.25), size=0.06, orbit=(0.03, 0.0, 3.5, 0.6)),
    ),
    _scene(
        *("zigzag", (480, 270), 30, 5.0, "paper"),
        *(
            _thing("green diamond", (0, 0.86, 0.74), size=0.12),
            _thing("pink star", (0, 0.14, 0.76), size=0.11, spin=0.1),
        ),
        _thing(
            "green triangle",
            *((0.2, 0.1, 0.3), (1.4, 0.35, 0.66), (2.4, 0.56, 0.24), (3.4, 0.72, 0.60), (4.6, 0.92, 0.22)),
            size=0.12,
            spin=0.2,
        ),
    ),
    _scene(
        *("late", (480, 270), 25, 16.0, "mint"),
        _thing("purple square", (0, 0.22, 0.74), size=0.13),
        _thing("green ball", (0, 0.80, 0.76), size=0.11),
        _thing("green triangle", (10.4, 1.12, 0.46), (14.6, 0.50, 0.46), size=0.14, spin=0.05),
    ),
    _scene(
        *("pair", (480, 270), 25, 4.0, "sand"),
        _thing("red square", (0.2, 0.16, 0.74), (3.8, 0.66, 0.74), size=0.13, ease=True),
        _thing("red ball", (0.2, 0.38, 0.77), (3.8, 0.88, 0.77), size=0.12, ease=True),
        _thing("blue ball", (0, 0.5, 0.28), size=0.10),
    ),
    _scene(
        *("glance", (480, 270), NTSC, 7.0, "studio"),
        _thing("cyan star", (0, 0.30, 0.58), size=0.14, spin=0.04),
        _thing("purple ball", (0, 0.72, 0.74), size=0.12),
        _thing("orange diamond", (0, 1.25, 0.62), size=0.15),
        camera=((1.0, 0.0), (3.2, 0.72), (4.4, 0.72), (6.6, 0.0)),
    ),
    _scene(
        *("handover", (480, 270), 25, 9.0, "lilac"),
        _thing("red triangle", (0.5, 0.12, 0.74), (3.8, 0.50, 0.74), (8.5, 0.50, 0.74), size=0.13),
        _thing("green star", (0, 0.50, 0.26), size=0.12, spin=0.06),
        _thing("red diamond", (4.2, 0.72, 0.74), (7.8, 1.14, 0.74), size=0.13),
    ),
)
