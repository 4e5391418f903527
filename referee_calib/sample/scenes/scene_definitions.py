"""All clips of the sample study, and what is asked about each, as ``scenes.toml`` declares them."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

from referee_calib.sample.scenes.scene_model import MotionPath, Scene, SceneObject

_DECLARED: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("scenes.toml").read_text("utf-8"))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _object(name: str, keys: Any, size: Any, spin: float = 0.0, angle: float = 0.0, **more: Any) -> SceneObject:
    sizes = _tuples(size) if isinstance(size, list) else ((0.0, size),)
    stretch = _tuples(more.pop("stretch", [1.0, 1.0]))
    moves = {kind: _tuples(value) for kind, value in more.items()}
    return SceneObject(name, MotionPath(_tuples(keys), **moves), sizes, spin, angle, stretch)


def _scene(name: str, clip: dict[str, Any], objects: list[dict[str, Any]]) -> Scene:
    values = {key: _tuples(value) for key, value in clip.items()} | {"rate": Fraction(clip["rate"])}
    return Scene(name, objects=tuple(_object(**row) for row in objects), **values)


SCENES: tuple[Scene, ...] = tuple(_scene(name, row["clip"], row["objects"]) for name, row in _DECLARED.items())
ASKED: dict[str, list[list[str]]] = {name: row["asked"] for name, row in _DECLARED.items()}
