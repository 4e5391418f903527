"""Several runs of one system: its mean over seeds, and how much of its error comes from seeds and from videos."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agreement import Estimate, Interval, t_quantile
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import Floats, ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import (
    ONE_VIDEO,
    PairedVideoBootstrap,
    blank_estimate,
    lost_tail,
)


@dataclass(frozen=True, eq=False)
class System:
    """What is compared: one training or model, with a run for each seed.

    Parameters
    ----------
    name : str
    runs : tuple of ItemValues
        At least one.
    """

    name: str
    runs: tuple[ItemValues, ...]


@dataclass(frozen=True)
class ErrorPart:
    """A part of a variance and the degrees of freedom it was estimated with."""

    variance: float
    freedom: float


@dataclass(frozen=True)
class SeedFigure:
    """A figure of a system: the mean over its seeds.

    Parameters
    ----------
    estimate : Estimate
        With one seed, the bootstrap of videos. With several, mean ± t · sqrt(variance over videos of the mean +
        between-seed variance / seeds), Student's t with Satterthwaite's degrees of freedom.
    by_seed : tuple of (float or None)
        The figure of each run.
    between_variance : float or None
        Sample variance of the runs' figures on the same items; None with one seed.
    within_variance : float or None
        Mean over runs of the bootstrap variance over videos: what another sample of videos would change.
    """

    estimate: Estimate
    by_seed: tuple[float | None, ...]
    between_variance: float | None
    within_variance: float | None


def system_figure(system: System, figure: Figure, bootstrap: PairedVideoBootstrap) -> SeedFigure:
    """Return a figure of a system with its interval and its two variances."""
    estimates = [bootstrap.estimate(run, figure) for run in system.runs]
    by_seed = tuple(one.value for one in estimates)
    within = _mean([one.standard_error**2 for one in estimates if one.standard_error is not None])
    if len(system.runs) == 1:
        return SeedFigure(estimates[0], by_seed, None, within)
    known = [value for value in by_seed if value is not None]
    if len(known) < len(by_seed):
        why = next(f"{run.name}: {one.reason}" for run, one in zip(system.runs, estimates, strict=True) if one.reason)
        return SeedFigure(blank_estimate(system.runs, figure, why, bootstrap.confidence), by_seed, None, within)
    blank = blank_estimate(system.runs, figure, "undefined", bootstrap.confidence)
    value, resampled = float(np.mean(known)), mean_over_seeds(system.runs, figure, bootstrap)
    if reason := no_interval(blank, resampled):
        interval = Interval(reason=reason)
    else:
        parts = [video_part(resampled, blank.n_clusters or 0), seed_part(known)]
        interval = interval_of_parts(value, parts, bootstrap.confidence, figure.bounds)
    estimate = blank.with_interval(value, interval)
    return SeedFigure(estimate, by_seed, float(np.var(known, ddof=1)), within)


def mean_over_seeds(runs: Sequence[ItemValues], figure: Figure, bootstrap: PairedVideoBootstrap) -> Floats:
    """Return, in every resample of videos, the mean of the runs' figures; NaN where one is undefined."""
    return np.asarray(np.mean([bootstrap.resampled(run, figure) for run in runs], axis=0), dtype=float)


def no_interval(blank: Estimate, resampled: Floats) -> str:
    """Return why resamples of videos give no variance of a figure with these counts, "" where they do."""
    return ONE_VIDEO if blank.n_clusters == 1 else lost_tail(resampled, blank.confidence)


def video_part(resampled: Floats, n_videos: int) -> ErrorPart:
    """Return the variance over videos of a resampled figure, from the resamples that define it."""
    kept = resampled[np.isfinite(resampled)]
    return ErrorPart(float(kept.var(ddof=1)) if len(kept) > 1 else np.nan, max(n_videos - 1, 1))


def seed_part(by_seed: Sequence[float]) -> ErrorPart:
    """Return the variance that seeds give to the mean of these figures."""
    return ErrorPart(float(np.var(by_seed, ddof=1)) / len(by_seed), len(by_seed) - 1)


def freedom_of(parts: Sequence[ErrorPart]) -> float:
    """Return Satterthwaite's degrees of freedom of a sum of independent variances.

    F. E. Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2
    (1946).

    >>> freedom_of([ErrorPart(1.0, 4), ErrorPart(1.0, 4)])
    8.0
    """
    below = sum(part.variance**2 / part.freedom for part in parts)
    return sum(part.variance for part in parts) ** 2 / below if below > 0 else float("inf")


def interval_of_parts(
    value: float, parts: Sequence[ErrorPart], confidence: float, bounds: tuple[float, float] = (-math.inf, math.inf)
) -> Interval:
    """Return ``value ± t · sqrt(sum of variances)``, cut at the bounds of what is possible."""
    method = "t, variance over videos and between seeds"
    variance = sum(part.variance for part in parts)
    if not np.isfinite(variance) or variance <= 0:
        return Interval(method=method, reason="no interval: every resample and every seed gives the same value")
    df, error = freedom_of(parts), variance**0.5
    reach = t_quantile(df, confidence) * error
    low, high = max(value - reach, bounds[0]), min(value + reach, bounds[1])
    return Interval(low, high, method, error, degrees_of_freedom=df)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
