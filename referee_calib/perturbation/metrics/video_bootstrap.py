"""Bootstrap of whole videos, drawn once and used for everything, so that every comparison is a paired one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.errors import InputError

if TYPE_CHECKING:
    from agreement import Estimate

Floats = NDArray[np.float64]
METHOD = "video bootstrap percentile"
FLAT = 1e-12  # resamples that differ by less all agree
LEAST_DEFINED = 0.9  # share of resamples in which a statistic has to be defined for an interval


class VideoBootstrap:
    """Weights of videos in the sample itself (draw 0) and in resamples of it; `videos` has one per claim."""

    def __init__(
        self, videos: Sequence[str], *, n_resamples: int = 1000, seed: int = 0, confidence: float = 0.95
    ) -> None:
        if not 0 < confidence < 1 or n_resamples < 1:
            raise InputError(f"confidence={confidence}, n_resamples={n_resamples}", "they lie in 0 to 1, and from 1 on")
        names = sorted(set(videos))
        place = {name: i for i, name in enumerate(names)}
        self.of_claim = np.array([place[video] for video in videos], dtype=np.int64)
        self.n_videos, self.n_claims, self.confidence = len(names), len(videos), confidence
        dice = np.random.default_rng(seed)
        drawn = (
            dice.multinomial(len(names), np.full(len(names), 1 / len(names)), size=n_resamples)
            if names
            else np.zeros((n_resamples, 0), dtype=np.int64)
        )
        self.weights: Floats = np.vstack([np.ones(len(names)), drawn]).astype(np.float64)
        self._to_video: Floats = np.zeros((len(videos), len(names)))
        self._to_video[np.arange(len(videos)), self.of_claim] = 1.0

    def mean(self, values: NDArray[np.float64]) -> Floats:
        """Average over claims in every draw, shape (1 + n_resamples, ...).

        `values`, shape (..., n), hold NaN where a claim has none; so does the mean where no claim of the draw has one.
        """
        known = ~np.isnan(values)
        sums = self._weighted(np.where(known, values, 0.0))
        counts = self._weighted(known.astype(np.float64))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(counts > 0, sums / counts, np.nan)

    def _weighted(self, values: Floats) -> Floats:
        rows = int(np.prod(values.shape[:-1]))  # -1 says nothing where there are no claims
        by_video = values.reshape(rows, values.shape[-1]) @ self._to_video
        found: Floats = (self.weights @ by_video.T).reshape(len(self.weights), *values.shape[:-1])
        return found

    def estimate(self, drawn: NDArray[np.float64], reason: str = "", n_units: int | None = None) -> Estimate:
        """Turn a statistic's draws, shape (1 + n_resamples,), into an estimate.

        NaN where undefined, infinite beyond the magnitudes; `reason` says why it has no value, where it has none;
        `n_units` are the claims behind it, all by default.
        """
        from agreement import Estimate

        value, units = float(drawn[0]), self.n_claims if n_units is None else n_units
        if not np.isfinite(value):
            return Estimate(
                None, None, None, confidence=self.confidence, n_units=units, reason=reason or "it is not defined"
            )
        low, high = self.limits(drawn)
        why = None
        if low is None and high is None:
            why = "an interval needs two or more videos" if self.n_videos < 2 else "undefined in too many resamples"
        return Estimate(
            value,
            low,
            high,
            confidence=self.confidence,
            method=METHOD if why is None else "none",
            n_units=units,
            n_clusters=self.n_videos,
            reason=why,
        )

    def band(self, drawn: NDArray[np.float64]) -> tuple[tuple[float | None, ...], ...]:
        """Return value, lower and upper limit of several statistics, one per column, each None where undefined."""
        limits = [self.limits(column) for column in drawn.T]
        values = tuple(float(value) if np.isfinite(value) else None for value in drawn[0])
        return values, tuple(low for low, _ in limits), tuple(high for _, high in limits)

    def limits(self, drawn: NDArray[np.float64]) -> tuple[float | None, float | None]:
        """Return the percentile interval; a limit beyond the magnitudes is None."""
        known = np.sort(drawn[1:][~np.isnan(drawn[1:])])
        if self.n_videos < 2 or len(known) < LEAST_DEFINED * (len(drawn) - 1):
            return None, None
        tail = (1 - self.confidence) / 2
        low = known[int(np.floor(tail * (len(known) - 1)))]
        high = known[int(np.ceil((1 - tail) * (len(known) - 1)))]
        return (float(low) if np.isfinite(low) else None), (float(high) if np.isfinite(high) else None)


def p_value(drawn: NDArray[np.float64], n_videos: int) -> float | None:
    """Two-sided bootstrap p-value of "the statistic does not lie above 0", None when that is not defined.

    2 · (1 + the resamples at or below 0) / (1 + resamples), at most 1. A resample in which it is undefined counts as
    one at or below 0, and where more than one of ten is, there is no p-value, as there is no interval. Where all
    resamples agree the bootstrap says nothing: every video spoke alike, and a sign test over videos gives twice
    ``0.5 ** n_videos``.
    """
    known = drawn[1:][~np.isnan(drawn[1:])]
    if not np.isfinite(drawn[0]) or n_videos < 2 or len(known) < max(1.0, LEAST_DEFINED * (len(drawn) - 1)):
        return None
    if np.ptp(known) < FLAT:
        return min(1.0, 2 * 0.5**n_videos) if drawn[0] > 0 else 1.0
    return float(min(1.0, 2 * (1 + int((~(drawn[1:] > 0)).sum())) / len(drawn)))


def p_share(draws: VideoBootstrap, values: NDArray[np.float64], border: float) -> float | None:
    """Two-sided exact p-value of a share against a border, for claims that come in videos.

    The binomial tail at the effective number of claims, after Korn and Graubard 1998: seldom events make the bootstrap
    too sure of itself. `values`, shape (n,), lie in 0 to 1, NaN where a claim has none. It is the p-value of the side
    on which the share lies; None without claims, or with fewer than two videos.
    """
    from scipy.special import betainc, stdtrit

    known = ~np.isnan(values)
    found, videos = values[known], draws.of_claim[known]
    n, g = len(found), len(np.unique(videos))
    if g < 2:
        return None
    share = float(found.mean())
    spread = np.bincount(videos, found - share, draws.n_videos)
    variance = g / (g - 1) * float(np.square(spread).sum()) / n**2
    size = float(g)
    if variance > 0 and 0 < share < 1:
        shrink = (float(stdtrit(n - 1, 0.975)) / float(stdtrit(g - 1, 0.975))) ** 2
        size = min(float(n), share * (1 - share) / variance * shrink)
    rate, limit = (share, border) if share >= border else (1 - share, 1 - border)
    hits = size * rate  # at least so many of `size`, each with probability `limit`
    return float(min(1.0, 2 * betainc(hits, size - hits + 1, limit))) if hits > 0 else 1.0
