"""Drawing a scene and writing it as a file that browsers play."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterator

import av
import cv2
import numpy as np

from referee_calib.sample.scenes.backdrops import backdrop
from referee_calib.sample.scenes.scene_model import Scene, SceneObject, between
from referee_calib.sample.scenes.shapes import COLOURS

_OVER = 4  # subpixels a side for smooth edges
_FLOOR = {"studio", "sand", "mint", "lilac", "tiles", "hills"}


def render_frames(scene: Scene) -> Iterator[np.ndarray]:
    """Yield the frames of a scene, uint8 RGB of shape (height, width, 3), in time."""
    width, height = scene.size
    seed = zlib.crc32(scene.name.encode())
    pans = [key[1] for key in scene.camera]
    reach = math.ceil((max(pans) - min(pans)) * width)
    wide = backdrop(scene.backdrop, width + reach, height, seed)
    grain = np.random.default_rng(seed)
    for t in scene.times:
        shift = (between(scene.camera, t, ease=True)[0] - min(pans)) * width
        move = np.array([[1, 0, -shift], [0, 1, 0]], np.float32)
        image = cv2.warpAffine(wide, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for item in scene.objects:
            _shade_ground(image, scene, item, t)
            _draw(image, scene, item, t)
        if scene.noise:
            image = image + scene.noise * grain.standard_normal(image.shape, np.float32)
        yield np.clip(np.rint(image), 0, 255).astype(np.uint8)


def write(scene: Scene, path: str | os.PathLike[str]) -> None:
    """Render a scene to an MP4: H.264, yuv420p, index first, a key frame about every second."""
    gop = str(round(scene.rate))
    options = {"g": gop, "crf": "22", "preset": "slow", "threads": "1"}
    with av.open(os.fspath(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=scene.rate, options=options)
        stream.width, stream.height = scene.size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = 1 / scene.rate
        for tick, image in zip(scene.ticks, render_frames(scene), strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = tick, 1 / scene.rate
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _shade_ground(image: np.ndarray, scene: Scene, item: SceneObject, t: float) -> None:
    """Darken what lies below an object: the floor in a room, the paper behind it elsewhere."""
    height, width = image.shape[:2]
    corners = scene.corners(item, t) * (width, height)
    if scene.backdrop in _FLOOR:
        outline, depth, blur = _on_floor(corners, height)
    else:
        outline, depth, blur = corners + 0.018 * height, 0.22, 0.014 * height
    reach = 3 * blur + 2
    low = np.maximum(np.floor(outline.min(axis=0) - reach).astype(int), 0)
    high = np.minimum(np.ceil(outline.max(axis=0) + reach).astype(int), (width, height))
    if (high <= low).any():
        return
    shade = cv2.GaussianBlur(_cover(outline, low, high), (0, 0), blur)
    image[low[1] : high[1], low[0] : high[0]] *= 1 - depth * shade[:, :, None]


def _on_floor(corners: np.ndarray, height: int) -> tuple[np.ndarray, float, float]:
    """Return outline, depth and blur of a shadow on the floor: wider, fainter and softer the higher an object is."""
    (left, _), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    ground = max(bottom, 0.80 * height) if bottom > 0.6 * height else 0.9 * height
    above = max(ground - bottom, 0.0) / height
    axes = (right - left) / 2 * (1 + above / 2), 0.045 * height
    turn = np.linspace(0, 2 * math.pi, 49)[:-1]
    outline = np.stack([(left + right) / 2 + axes[0] * np.cos(turn), ground + axes[1] * np.sin(turn)], axis=1)
    return outline, 0.34 / (1 + 5 * above), height * (0.012 + above / 14)


def _draw(image: np.ndarray, scene: Scene, item: SceneObject, t: float) -> None:
    """Blend an object into the image: flat colour, lit from the upper left, with a darker rim."""
    height, width = image.shape[:2]
    corners = scene.corners(item, t) * (width, height)
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, (width, height))
    if (high <= low).any():
        return
    middle = corners.mean(axis=0)
    alpha = _cover(corners, low, high)
    inner = _cover(middle + 0.9 * (corners - middle), low, high)
    x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
    half = np.maximum((corners.max(axis=0) - corners.min(axis=0)) / 2, 1.0)
    u, v = (x - middle[0]) / half[0], (y - middle[1]) / half[1]
    light = (0.87 + 0.13 * inner) * (1.0 - 0.07 * (u + v))
    gloss = 0.26 * np.exp(-((u + 0.36) ** 2 + (v + 0.42) ** 2) / 0.09) if item.shape == "ball" else 0.0 * u
    colour = np.array(COLOURS[item.colour], np.float64) * light[:, :, None]
    colour += (255 - colour) * gloss[:, :, None]
    part = image[low[1] : high[1], low[0] : high[0]]
    part += alpha[:, :, None] * (np.minimum(colour, 255) - part)


def _cover(corners: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which share of each pixel between `low` and `high` a polygon covers."""
    columns, rows = (int(v) for v in high - low)
    fine = np.zeros((rows * _OVER, columns * _OVER), np.uint8)
    # fillPoly counts from pixel centres, so the corner of a pixel lies at -0.5.
    cv2.fillPoly(fine, [np.rint(((corners - low) * _OVER - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    return np.asarray(cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA)) / 255.0
