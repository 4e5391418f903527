"""Helpers with which clips are declared as data: an object, a pillar, a scene."""

from __future__ import annotations

from fractions import Fraction

from referee_calib.sample.scenes.scene_model import Keys, MotionPath, Scene, SceneObject

NTSC = Fraction(30000, 1001)


def item(
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
    """Return an object whose keys are rows of (t, x, y), and whose size is one number or rows of (t, size)."""
    sizes = ((0.0, size),) if isinstance(size, float) else size
    return SceneObject(name, MotionPath(keys, ease, hop, orbit), sizes, spin, angle, stretch)


def pillar(x: float, width: float = 0.3, height: float = 0.36) -> SceneObject:
    """Return a grey pillar on the floor that hides what is behind it; width relative to its height."""
    return item("grey pillar", (0, x, 0.86 - height), size=height, stretch=(width, 1.0))


def scene(
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
    """Return a clip; the objects are named from back to front."""
    return Scene(name, size, Fraction(rate), seconds, backdrop, objects, camera, noise, gaps)
