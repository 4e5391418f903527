"""Test of no difference between two runs: the runs change places within whole videos."""

from __future__ import annotations

import numpy as np

from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import Floats, ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import video_sums

N_SWAPS = 9999
BLOCK = 1000  # swaps held at a time
TINY = 1e-12  # differences closer than this are equal: sums of the same numbers in another order


def swap_test(first: ItemValues, second: ItemValues, figure: Figure, *, n_swaps: int = N_SWAPS, seed: int = 0) -> float:
    r"""Return the two-sided p-value of no difference in a figure between two runs on the same items.

    The results of both runs are exchanged for whole videos, each with probability ½, and the figure's difference is
    taken anew; with R exchanges, :math:`p = (1 + \#\{|d^*| \ge |d|\}) / (R + 1)`. Items of one video stay together.

    Parameters
    ----------
    first, second : ItemValues
        With the same items and metrics.
    figure : Figure
        Defined in both; an exchange that leaves it undefined counts as one at least as large.
    n_swaps : int
        Exchanges drawn.
    seed : int

    Returns
    -------
    float

    References
    ----------
    E. W. Noreen, *Computer-Intensive Methods for Testing Hypotheses* (1989): approximate randomization.
    E. S. Edgington and P. Onghena, *Randomization Tests* (2007).

    Examples
    --------
    One of three videos differs; half of the exchanges give +1/3, half −1/3, all as large:

    >>> a = ItemValues.from_columns("a", ["1", "2", "3"], ["v", "w", "x"], {"acc": [0, 1, 1]})
    >>> b = ItemValues.from_columns("b", ["1", "2", "3"], ["v", "w", "x"], {"acc": [1, 1, 1]})
    >>> from referee_calib.benchmark.statistics.figures import mean_of
    >>> swap_test(a, b, mean_of("acc", "Acc"))
    1.0
    """
    videos = tuple(sorted(set(first.videos)))
    one, two = (_sums(run, figure, videos) for run in (first, second))
    seen = _difference(one.sum(axis=0)[None], two.sum(axis=0)[None], figure)[0]
    rng, as_large = np.random.default_rng(seed), 0
    for start in range(0, n_swaps, BLOCK):
        swapped = rng.integers(0, 2, size=(min(BLOCK, n_swaps - start), len(videos))).astype(float)
        moved = swapped @ (two - one)
        drawn = _difference(one.sum(axis=0) + moved, two.sum(axis=0) - moved, figure)
        as_large += int(np.count_nonzero(~(np.abs(drawn) < abs(seen) - TINY)))
    return (1 + as_large) / (n_swaps + 1)


def _sums(run: ItemValues, figure: Figure, videos: tuple[str, ...]) -> Floats:
    """Return the sums of the figure's metrics by video and, behind them, their counts."""
    chosen = [run.metrics.index(metric) for metric in figure.metrics]
    sums, counts = video_sums(run, videos)
    return np.concatenate([sums[:, chosen], counts[:, chosen]], axis=1)


def _difference(first: Floats, second: Floats, figure: Figure) -> Floats:
    return _from_sums(second, figure) - _from_sums(first, figure)


def _from_sums(sums: Floats, figure: Figure) -> Floats:
    n = len(figure.metrics)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:, :n] / sums[:, n:]
    return figure.of({metric: means[:, j] for j, metric in enumerate(figure.metrics)})
