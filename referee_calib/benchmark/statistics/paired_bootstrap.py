"""Bootstrap of videos: the same videos are drawn for every run, so that differences of runs are paired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agreement import Estimate, Interval, bootstrap_weights, percentile_interval
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import ItemValues

Floats = NDArray[np.float64]
N_RESAMPLES = 2000
DIGITS = 12  # sums of the same numbers in another order differ behind them
METHOD = "bootstrap of videos, percentile"
ONE_VIDEO = "no interval: all items are of one video, and it takes two"


@dataclass(frozen=True, eq=False)
class PairedVideoBootstrap:
    """How often each video is drawn in each resample.

    Parameters
    ----------
    videos : tuple of str
        Every video of the runs it was made for.
    weights : array of shape (resamples, videos)
    confidence : float
        Of every interval made with it.

    Examples
    --------
    >>> run = ItemValues.from_columns("a", ["1", "2", "3"], ["v", "w", "x"], {"acc": [1, 0, 1]})
    >>> PairedVideoBootstrap.of([run], n_resamples=5).weights.sum(axis=1).tolist()
    [3.0, 3.0, 3.0, 3.0, 3.0]
    """

    videos: tuple[str, ...]
    weights: Floats
    confidence: float = 0.95
    _means: dict[ItemValues, Mapping[str, Floats]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, runs: Iterable[ItemValues], *, n_resamples: int = N_RESAMPLES, seed: int = 0, confidence: float = 0.95
    ) -> PairedVideoBootstrap:
        """Draw the videos of all runs, as many as there are, with replacement."""
        videos = tuple(sorted({video for run in runs for video in run.videos}))
        weights = bootstrap_weights(np.random.default_rng(seed), np.ones(len(videos)), n_resamples)
        return cls(videos, weights, confidence)

    def means(self, run: ItemValues) -> Mapping[str, Floats]:
        """Return the mean of every metric in every resample, NaN where no item counts."""
        if run not in self._means:
            sums, counts = video_sums(run, self.videos)
            with np.errstate(invalid="ignore"):
                found = (self.weights @ sums) / (self.weights @ counts)
            self._means[run] = {metric: found[:, j] for j, metric in enumerate(run.metrics)}
        return self._means[run]

    def resampled(self, run: ItemValues, figure: Figure) -> Floats:
        """Return a figure in every resample, NaN where undefined."""
        return figure.of(self.means(run))

    def interval(self, values: Floats) -> Interval:
        """Return the percentile interval of resampled values; those that differ by rounding alone are equal.

        There is none where so many are undefined that a limit may be.
        """
        if lost := lost_tail(values, self.confidence):
            return Interval(method=METHOD, reason=lost)
        return percentile_interval(np.round(values, DIGITS), confidence=self.confidence, method=METHOD)

    def estimate(self, run: ItemValues, figure: Figure) -> Estimate:
        """Return a figure of one run with its interval, or the reason why there is none."""
        value, reason = figure.value(run)
        blank = blank_estimate([run], figure, reason or "undefined", self.confidence)
        if value is None:
            return blank
        if blank.n_clusters == 1:
            return blank.with_interval(value, Interval(reason=ONE_VIDEO))
        return blank.with_interval(value, self.interval(self.resampled(run, figure)))


def lost_tail(values: Floats, confidence: float) -> str:
    """Return the reason why resamples give no interval: more of them are undefined than lie beyond a limit, else "".

    >>> lost_tail(np.array([0.5, 0.6, np.nan, 0.7]), 0.95)
    'no interval: the figure is undefined in 1 of 4 resamples'
    """
    lost = int(np.count_nonzero(~np.isfinite(values)))
    told = f"no interval: the figure is undefined in {lost} of {len(values)} resamples"
    return told if lost > (1 - confidence) / 2 * len(values) else ""


def blank_estimate(runs: Sequence[ItemValues], figure: Figure, reason: str, confidence: float) -> Estimate:
    """Return an estimate without a value, with the counts of what enters a figure."""
    counted = [run.counted[:, [run.metrics.index(m) for m in figure.metrics]].any(axis=1) for run in runs]
    n_units = max(int(one.sum()) for one in counted)
    videos = {run.videos[i] for run, one in zip(runs, counted, strict=True) for i in np.flatnonzero(one)}
    return Estimate.undefined(reason, confidence=confidence, n_units=n_units, n_clusters=len(videos))


def video_sums(run: ItemValues, videos: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the sum of each metric in each video and how many items count there, both (videos, metrics)."""
    place = {video: i for i, video in enumerate(videos)}
    member = np.array([place[video] for video in run.videos], dtype=np.intp)
    sums, counts = np.zeros((2, len(videos), len(run.metrics)))
    np.add.at(sums, member, run.values)
    np.add.at(counts, member, run.counted.astype(float))
    return sums, counts
