"""Planted people and judges whose scores are in any unit."""

import numpy as np

SCALE = (1, 2, 3, 4, 5)


def people_and_merit(n_clusters=80, size=3, n_raters=3, seed=0, noise=0.7):
    """Return ratings 1 to 5 (units, raters), what units are worth, and clusters whose units are alike."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(n_clusters), size)
    merit = rng.normal(0, 0.8, n_clusters)[cluster] + rng.normal(0, 0.8, len(cluster)) + 3.2
    ratings = merit[:, None] + rng.normal(0, noise, (len(cluster), n_raters))
    return np.clip(np.rint(ratings), 1, 5), merit, cluster


def odd_unit(x):
    """Return numbers in another unit: an increasing map that is anything but affine."""
    return np.exp(2 * np.asarray(x, dtype=float)) - 1000
