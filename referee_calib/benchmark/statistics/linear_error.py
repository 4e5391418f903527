"""Standard errors of figures by the delta method over videos: what a plan needs, and a check of the bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import Floats, ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import video_sums

STEP = 1e-5


def gradient(figure: Figure, means: Mapping[str, float]) -> dict[str, float]:
    """Return the derivative of a figure by each of its means, by central differences."""
    found: dict[str, float] = {}
    for metric in figure.metrics:
        up, down = ({**means, metric: means[metric] + step} for step in (STEP, -STEP))
        found[metric] = (_at(figure, up) - _at(figure, down)) / (2 * STEP)
    return found


def standard_error(run: ItemValues, figure: Figure) -> float | None:
    r"""Return the standard error of a figure of one run, videos being what is drawn.

    With g the gradient, :math:`u_v = \sum_m g_m \sum_{i \in v} (x_{im} - \bar x_m) / n_m` and
    :math:`se^2 = V / (V - 1) \sum_v u_v^2`. None where the figure or its derivative is not defined.

    Examples
    --------
    Four items of four videos, of which half are right: sqrt(4/3 · 4 · (0.5/4)²) = 0.289.

    >>> from referee_calib.benchmark.statistics.figures import mean_of
    >>> run = ItemValues.from_columns("a", list("1234"), list("vwxy"), {"acc": [1, 0, 1, 0]})
    >>> round(standard_error(run, mean_of("acc", "Acc")), 3)
    0.289
    """
    videos = tuple(sorted(set(run.videos)))
    return _error(influences(run, figure, videos))


def paired_error(first: ItemValues, second: ItemValues, figure: Figure) -> float | None:
    """Return the standard error of the difference of two runs on the same items."""
    videos = tuple(sorted(set(first.videos) | set(second.videos)))
    one, two = influences(first, figure, videos), influences(second, figure, videos)
    return None if one is None or two is None else _error(two - one)


def influences(run: ItemValues, figure: Figure, videos: Sequence[str]) -> Floats | None:
    """Return how much each video moves the figure; None where its derivative is not defined."""
    means = {metric: mean for metric in figure.metrics if (mean := run.mean(metric)) is not None}
    if len(means) < len(figure.metrics):
        return None
    slopes = gradient(figure, means)
    sums, counts = video_sums(run, videos)
    moved = np.zeros(len(videos))
    for metric, slope in slopes.items():
        j = run.metrics.index(metric)
        moved += slope * (sums[:, j] - means[metric] * counts[:, j]) / counts[:, j].sum()
    return moved if np.isfinite(moved).all() else None


def _error(moved: Floats | None) -> float | None:
    n = 0 if moved is None else len(moved)
    return None if moved is None or n < 2 else float(np.sqrt(n / (n - 1) * np.square(moved).sum()))


def _at(figure: Figure, means: Mapping[str, float]) -> float:
    return float(figure.of({metric: np.array(mean) for metric, mean in means.items()}))
