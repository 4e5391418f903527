"""How the quality of claims is spread before anybody looks: normal, in two heaps, or mostly good with a tail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError

QualityShape = Literal["normal", "bimodal", "skewed"]
SHAPES: tuple[str, ...] = get_args(QualityShape)
POOR, GAP = 0.3, 3.0  # share of the lower heap, and how many of its own standard deviations it lies below the other
LEAN = 2.0  # shape of the gamma whose mirror image is the skewed quality; its skewness is −2/√2

WORDS = {
    "normal": "quality is normal",
    "bimodal": f"quality has two heaps: {POOR:.0%} of claims lie {GAP:g} sd of a heap below the others",
    "skewed": "quality is skewed: most claims are good, and a tail is not (a mirrored gamma, skewness −1.4)",
}


def check_shape(shape: str) -> str:
    """Refuse a shape that is not one of :data:`SHAPES`."""
    if shape not in SHAPES:
        raise AgreementError(f"quality={shape!r}", f"choose one of {', '.join(SHAPES)}")
    return shape


def draw_quality(rng: np.random.Generator, shape: str, video: np.ndarray, common: float) -> Floats:
    """Draw one quality per claim with mean 0 and variance 1, the share `common` of it normal and shared by the video.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : {"normal", "bimodal", "skewed"}
        Of what claims of one video differ in.
    video : array of int (claims,)
        The video of each claim, from 0.
    common : float
        In [0, 1).
    """
    n_videos = int(video.max(initial=-1)) + 1
    shared = np.sqrt(common) * rng.normal(size=n_videos)[video]
    return np.asarray(shared + np.sqrt(1 - common) * _OWN[shape](rng, len(video)))


def _bimodal(rng: np.random.Generator, n: int) -> Floats:
    low = rng.random(n) < POOR
    drawn = rng.normal(size=n) + np.where(low, -GAP * (1 - POOR), GAP * POOR)
    return np.asarray(drawn / np.sqrt(1 + GAP**2 * POOR * (1 - POOR)))


_OWN: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "bimodal": _bimodal,
    "skewed": lambda rng, n: (LEAN - rng.gamma(LEAN, size=n)) / np.sqrt(LEAN),
}
