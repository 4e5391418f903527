"""Quiet places for the objects to stand in: little colour, soft light, so that only the objects catch the eye."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np

from referee_calib.sample.seeded_random import seeded_random

Rgb = tuple[int, int, int]


def backdrop(name: str, width: int, height: int, seed: int) -> np.ndarray:
    """Paint one of `PLACES`, wider than the frame when the camera pans: float32, (height, width, 3), RGB 0 to 255."""
    return PLACES[name](width, height, seeded_random(seed))


def _gradient(width: int, height: int, top: Rgb, bottom: Rgb) -> np.ndarray:
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    colours = (1 - share) * np.array(top, np.float32) + share * np.array(bottom, np.float32)
    return np.repeat(colours, width, axis=1)


def _vignette(image: np.ndarray, depth: float) -> np.ndarray:
    height, width = image.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    return np.asarray(image * (1 - depth * np.clip(0.75 * x * x + y * y, 0, 1.5) ** 1.5)[:, :, None])


def _room(wall: tuple[Rgb, Rgb], floor: tuple[Rgb, Rgb], depth: float = 0.07) -> Callable[..., np.ndarray]:
    def paint(width: int, height: int, _: random.Random) -> np.ndarray:
        horizon = round(0.68 * height)
        image = np.concatenate([_gradient(width, horizon, *wall), _gradient(width, height - horizon, *floor)])
        # The wall meets the floor in a soft curve, as in a photographer's studio.
        band = slice(max(horizon - height // 12, 0), horizon + height // 12)
        image[band] = cv2.GaussianBlur(image, (0, 0), height / 30)[band]
        return _vignette(image, depth)

    return paint


def _tiles(width: int, height: int, _: random.Random) -> np.ndarray:
    image = _room(((226, 229, 231), (214, 218, 222)), ((196, 199, 203), (222, 224, 226)))(width, height, _)
    horizon = round(0.68 * height)
    y = np.arange(horizon + 2, height, dtype=np.float32)[:, None]
    away = (height - horizon) / (y - horizon)  # perspective: rows near the horizon are far
    x = (np.arange(width, dtype=np.float32)[None, :] - width / 2) / height * away
    dark = (np.floor(3.2 * x) + np.floor(2.2 * away)) % 2 == 1
    fade = np.clip((y - horizon) / (0.2 * height), 0, 1) * 12
    image[horizon + 2 :] -= (dark * fade)[:, :, None]
    return cv2.GaussianBlur(image, (3, 3), 0)


def _hills(width: int, height: int, chance: random.Random) -> np.ndarray:
    image = _gradient(width, height, (206, 220, 232), (240, 238, 232))
    x = np.arange(width, dtype=np.float64)
    for layer, colour in enumerate([(196, 204, 208), (178, 189, 188), (164, 172, 164)]):
        waves = [(chance.uniform(0.5, 1.0), chance.uniform(0.6, 1.8), chance.uniform(0, 7)) for _ in range(3)]
        ridge = sum(a * np.sin(f * x / height * 2.2 + p) for a, f, p in waves)
        top = (0.60 + 0.10 * layer) * height + 0.045 * height * np.asarray(ridge)
        points = np.stack([x, top], axis=1)
        points = np.concatenate([points, [[width, height], [0, height]]])
        cv2.fillPoly(image, [np.rint(points * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
    for _ in range(max(3, 4 * width // (3 * height))):
        at = (chance.uniform(0, width), chance.uniform(0.08, 0.35) * height)
        _cloud(image, at, height * chance.uniform(0.04, 0.07), chance)
    return cv2.GaussianBlur(image, (3, 3), 0)


def _cloud(image: np.ndarray, at: tuple[float, float], size: float, chance: random.Random) -> None:
    veil = np.zeros(image.shape[:2], np.float32)
    for _ in range(6):
        centre = (round(at[0] + chance.uniform(-2.2, 2.2) * size), round(at[1] + chance.uniform(-0.4, 0.4) * size))
        cv2.ellipse(veil, centre, (round(1.5 * size), round(0.7 * size)), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    veil = cv2.GaussianBlur(veil, (0, 0), max(size / 3, 1.0))[:, :, None] * 0.7
    image[:] = image * (1 - veil) + 250 * veil


def _paper(width: int, height: int, _: random.Random) -> np.ndarray:
    image = _vignette(_gradient(width, height, (246, 243, 237), (236, 232, 224)), 0.06)
    step = height / 12
    for row in range(1, 12):
        for column in range(1, math.ceil(width / step)):
            centre = (round(column * step), round(row * step))
            cv2.circle(image, centre, max(1, height // 240), (216, 211, 203), -1, cv2.LINE_AA)
    return image


def _night(width: int, height: int, chance: random.Random) -> np.ndarray:
    image = _vignette(_gradient(width, height, (52, 55, 64), (76, 80, 90)), 0.25)
    for _ in range(width * height // 2600):
        x, y, glow = chance.randrange(width), chance.randrange(height), chance.uniform(20, 70)
        image[y, x] += glow
    return cv2.GaussianBlur(image, (3, 3), 0.6)


PLACES: dict[str, Callable[[int, int, random.Random], np.ndarray]] = {
    "studio": _room(((236, 239, 242), (216, 221, 227)), ((200, 205, 211), (228, 231, 234))),
    "sand": _room(((242, 237, 228), (228, 221, 209)), ((214, 205, 190), (232, 225, 213))),
    "mint": _room(((230, 238, 234), (212, 223, 218)), ((194, 205, 200), (222, 230, 226))),
    "lilac": _room(((238, 235, 242), (222, 218, 229)), ((204, 200, 212), (228, 225, 233))),
    "tiles": _tiles,
    "hills": _hills,
    "paper": _paper,
    "night": _night,
}
