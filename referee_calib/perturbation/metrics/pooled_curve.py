"""One curve over all families of perturbations: a value against the share of overlap that is lost.

Families have units of their own; what all have in common is the overlap with the truth that they leave. So a value is
averaged in bins of lost overlap, 0 (the truth) and 1 (nothing left) by themselves, and the curve is linear between the
means. A bin without a value is bridged, so that no cell of the design needs one. Intervals delete one video at a time
(delete-one jackknife with the t distribution, bias corrected): unlike the draws of a bootstrap, each of its samples
holds nearly all of a small design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from agreement import Estimate, HypothesisTest

Floats = NDArray[np.float64]
GRID: Floats = np.linspace(0.0, 1.0, 51)
NONE = 1e-9  # of overlap: no more is rounding
EDGES: Floats = np.array([NONE, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 - NONE])
N_BINS = len(EDGES) + 1
METHOD = "jackknife-t over videos"
_TRAPEZOID: Floats = np.append(np.append(0.5, np.ones(len(GRID) - 2)), 0.5) / (len(GRID) - 1)


@dataclass(frozen=True, slots=True)
class PooledValues:
    """Values at lost overlaps, shape (n,) each; `video` numbers the videos from 0."""

    lost: Floats
    value: Floats
    video: NDArray[np.intp]
    weight: Floats


def leave_one_out(n_videos: int) -> Floats:
    """Return the weights of videos in the whole sample and without each of them, shape (1 + videos, videos)."""
    return np.vstack([np.ones(n_videos), 1.0 - np.eye(n_videos)])


def pooled_curve(values: PooledValues, weights: Floats) -> Floats:
    """Return the curve on :data:`GRID` in every sample of videos, shape (samples, 51); NaN where it has no two ends."""
    place = np.searchsorted(EDGES, values.lost, side="left")
    sums = [
        weights @ _by_video(place, values.video, values.weight * one, weights.shape[1])
        for one in (np.ones_like(values.value), values.lost, values.value)
    ]
    found = np.full((len(weights), len(GRID)), np.nan)
    for i, (size, lost, value) in enumerate(zip(*sums, strict=True)):
        there = size > NONE
        if there[0] and there[-1]:
            found[i] = np.interp(GRID, lost[there] / size[there], value[there] / size[there])
    return found


def normalised_curve(curve: Floats) -> Floats:
    """Rescale curves so that the truth is 1 and no overlap 0; NaN where the truth does not have more."""
    gap = curve[..., :1] - curve[..., -1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(gap > NONE, (curve - curve[..., -1:]) / gap, np.nan)


def area(curve: Floats) -> Floats:
    """Integrate curves over lost overlap, by trapezoids."""
    return np.asarray(curve @ _TRAPEZOID)


def jackknife(samples: Floats, n_videos: int) -> tuple[float, float] | None:
    """Return the bias-corrected value and its standard error from :func:`leave_one_out` samples.

    ``G θ - (G - 1) mean θ₋ᵍ`` and ``√((G - 1) / G Σ (θ₋ᵍ - mean)²)`` (Efron and Tibshirani 1993, ch. 10 and 11). None
    where a sample is undefined, or with fewer than two videos: no interval comes from what happened to be defined.

    Examples
    --------
    The mean of 1, 2, 6 has the samples 3; 4, 3.5, 1.5: value 3, standard error √(2/3 · (1 + .25 + 2.25)) = 1.528.

    >>> import numpy as np
    >>> value, error = jackknife(np.array([3.0, 4.0, 3.5, 1.5]), 3)
    >>> round(value, 3), round(error, 3)
    (3.0, 1.528)
    """
    if n_videos < 2 or not np.isfinite(samples).all():
        return None
    without = samples[1:]
    middle, g = without.mean(), len(without)
    error = np.sqrt((n_videos - 1) / n_videos * np.square(without - middle).sum())
    return float(g * samples[0] - (g - 1) * middle), float(error)


def jackknife_estimate(
    samples: Floats, *, confidence: float, n_units: int, n_videos: int, reason: str = ""
) -> tuple[Estimate, HypothesisTest]:
    """Turn samples into an estimate with its interval and the two-sided test of 0; undefined is undefined.

    `n_videos` have a value of people's; the others only sharpen what they are compared with, and give no degrees of
    freedom.
    """
    from scipy.stats import t

    from agreement import Estimate, HypothesisTest

    null = "difference = 0"
    if not np.isfinite(samples[0]):
        why = reason or "it is not defined"
        return Estimate.undefined(why, n_units=n_units), HypothesisTest(None, null, METHOD, reason=why)
    found = jackknife(samples, n_videos)
    if found is None:
        why = "an interval needs two or more videos with ratings"
        if n_videos >= 2:
            why = "all ratings of the truth, or all of evidence without overlap, lie in one video"
        plain = Estimate(float(samples[0]), None, None, n_units=n_units, n_clusters=n_videos, reason=why)
        return plain, HypothesisTest(None, null, METHOD, reason=why)
    value, error = found
    reach = float(t.ppf(0.5 + confidence / 2, n_videos - 1)) * error
    estimate = Estimate(
        value, value - reach, value + reach, confidence=confidence, method=METHOD, n_units=n_units,
        n_clusters=n_videos, standard_error=error,
    )  # fmt: skip
    if error <= NONE:
        why = "no video changes it"
        return estimate, HypothesisTest(None, null, METHOD, reason=why)
    p = float(2 * t.sf(abs(value) / error, n_videos - 1))
    return estimate, HypothesisTest(p, null, METHOD, statistic=value / error, degrees_of_freedom=(n_videos - 1.0,))


def _by_video(place: NDArray[np.intp], video: NDArray[np.intp], value: Floats, n_videos: int) -> Floats:
    sums = np.bincount(video * N_BINS + place, value, n_videos * N_BINS)
    return sums.reshape(n_videos, N_BINS).astype(np.float64)
