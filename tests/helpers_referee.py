"""Small scenes and clips that the tests of referees and perturbations draw themselves."""

import math
from fractions import Fraction

import av
import cv2
import numpy as np

from referee_calib.referee import Reply

WIDTH, HEIGHT = 480, 270
GROUND = (196, 200, 190)
RGB = {"red": (214, 40, 40), "blue": (40, 90, 220), "green": (40, 160, 60), "yellow": (240, 205, 40)}
CORNERS = {"square": 4, "triangle": 3, "circle": 60, "star": 10}


def corners(shape, x, y, radius):
    """Corner points in pixels; a square stands on its side, the others on a corner pointing up."""
    count = CORNERS[shape]
    offset = math.pi / 4 if shape == "square" else -math.pi / 2
    radii = [radius if shape != "star" or i % 2 == 0 else 0.42 * radius for i in range(count)]
    angles = [offset + 2 * math.pi * i / count for i in range(count)]
    return np.array([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)])


def box_of(shape, x, y, radius):
    """Normalised bounds of a drawn shape."""
    low, high = corners(shape, x, y, radius).min(axis=0), corners(shape, x, y, radius).max(axis=0)
    return (low[0] / WIDTH, low[1] / HEIGHT, high[0] / WIDTH, high[1] / HEIGHT)


def scene(*things, noise=0, seed=0):
    """Draw (colour, shape, x, y, radius) in order on a plain ground: uint8, (270, 480, 3), RGB."""
    image = np.full((HEIGHT, WIDTH, 3), GROUND, np.uint8)
    for colour, shape, x, y, radius in things:
        points = np.rint(16 * (corners(shape, x, y, radius) - 0.5)).astype(np.int32)  # pixel centres
        cv2.fillPoly(image, [points], RGB[colour], cv2.LINE_AA, 4)
    if noise:
        grain = np.random.default_rng(seed).normal(0, noise, image.shape)
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    return image


def write_clip(path, images, fps=10):
    """Write an H.264 MP4 of the given images."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "18", "preset": "veryfast"}
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return path


class FakeBackend:
    """A backend that says level 3 to everything, for tests that change what they need."""

    reads_words = True
    cacheable = deterministic = takes_pauses = False

    def settings(self):
        return {"backend": "fake"}

    def describe(self):
        return self.settings()

    def answer(self, question):
        return Reply(text="Level: 3")
