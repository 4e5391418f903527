"""Figures that a paper reports: smooth functions of means over items, each mean with its own denominator."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referee_calib.benchmark.statistics.item_values import ItemValues

Means = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Figure:
    """One reported number.

    Parameters
    ----------
    key : str
        In JSON and data files: ``"chain_1.m_tiou"``.
    title : str
        In tables: ``"m_tIoU"``.
    metrics : tuple of str
        Columns of :class:`ItemValues` whose means it is made of.
    formula : callable
        Takes means by metric, as arrays of any one shape, and returns an array of that shape; not finite where the
        figure is undefined. It is called with many resamples at once.
    undefined : str
        Why the formula may give no number although every mean is there.
    group : str
        Heading above its column in tables: ``"Chain 1"``.
    percent : bool
        Whether tables show it times 100.
    bounds : tuple of float
        Least and greatest possible value: no interval reaches beyond.

    Examples
    --------
    >>> run = ItemValues.from_columns("a", ["1", "2"], ["v", "w"], {"acc": [1, 0], "tiou": [0.5, 0.25]})
    >>> both = Figure("am", "AM", ("acc", "tiou"), lambda m: (m["acc"] + m["tiou"]) / 2)
    >>> both.value(run), mean_of("acc", "Acc").value(run)
    ((0.4375, None), (0.5, None))
    """

    key: str
    title: str
    metrics: tuple[str, ...]
    formula: Callable[[Means], NDArray[np.float64]]
    undefined: str = "the formula gives no number here"
    group: str = ""
    percent: bool = True
    bounds: tuple[float, float] = (0.0, math.inf)

    def of(self, means: Means) -> NDArray[np.float64]:
        """Return the figure of means, NaN where undefined."""
        with np.errstate(all="ignore"):  # log(0) and 0/0 are the undefined values that become NaN here
            found = np.asarray(self.formula(means), dtype=float)
        return np.where(np.isfinite(found), found, np.nan)

    def value(self, run: ItemValues) -> tuple[float | None, str | None]:
        """Return the figure of a run and None, or None and the reason why there is none."""
        means = {metric: run.mean(metric) for metric in self.metrics}
        if missing := [metric for metric, mean in means.items() if mean is None]:
            told = [run.reasons[metric] for metric in missing if metric in run.reasons]
            return None, told[0] if told else f"no item counts in {' and '.join(missing)}"
        found = float(self.of({metric: np.array(mean, dtype=float) for metric, mean in means.items()}))
        return (None, self.undefined) if np.isnan(found) else (found, None)


def mean_of(metric: str, title: str, *, key: str = "", group: str = "", percent: bool = True) -> Figure:
    """Return the figure that is the mean of one metric, such as an accuracy or a mean IoU: a share, where `percent`."""
    bounds = (0.0, 1.0) if percent else (-math.inf, math.inf)
    return Figure(key or metric, title, (metric,), lambda m: m[metric], group=group, percent=percent, bounds=bounds)
