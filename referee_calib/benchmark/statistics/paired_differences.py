"""Differences between systems over their common items, with p-values, corrected for how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from agreement import Estimate, Interval, holm
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import ItemValues, on_common_items
from referee_calib.benchmark.statistics.paired_bootstrap import PairedVideoBootstrap, blank_estimate
from referee_calib.benchmark.statistics.seeds import (
    ErrorPart,
    System,
    freedom_of,
    interval_of_parts,
    mean_over_seeds,
    no_interval,
    seed_part,
    video_part,
)
from referee_calib.benchmark.statistics.swap_test import swap_test
from referee_calib.errors import InputError

SWAPS = "swap test over videos"
SEEDS = "t test, variance over videos and between seeds"
BORROWED = "one system has one seed: the other's variance between seeds is taken for both"


@dataclass(frozen=True)
class PairedDifference:
    """How much more the second system has than the first.

    Parameters
    ----------
    figure : str
        Key of the figure.
    first, second : str
        Names of the systems.
    estimate : Estimate
        Second minus first, over the items that every run of both has.
    p_value : float or None
        Two-sided, of no difference: with one run each by :func:`swap_test`, with several seeds by Student's t.
    p_holm : float or None
        The same by Holm over all differences that were asked for together.
    test : str
        How the p-value was made.
    n_items : int
        Common items.
    n_left_out : int
        Items that some of the runs has and another has not.
    """

    figure: str
    first: str
    second: str
    estimate: Estimate
    p_value: float | None
    p_holm: float | None
    test: str
    n_items: int
    n_left_out: int


def chosen_pairs(names: Sequence[str], baseline: str = "") -> list[tuple[int, int]]:
    """Return the positions of the systems that are compared: every pair, or the baseline with each other one.

    >>> chosen_pairs(["base", "a", "b"]), chosen_pairs(["a", "base", "b"], "base")
    ([(0, 1), (0, 2), (1, 2)], [(1, 0), (1, 2)])
    """
    if not baseline:
        return list(combinations(range(len(names)), 2))
    if baseline not in names:
        raise InputError(f"--baseline {baseline}", f"the systems are {', '.join(names)}")
    first = names.index(baseline)
    return [(first, other) for other in range(len(names)) if other != first]


def paired_differences(
    systems: Sequence[System],
    figures: Sequence[Figure],
    *,
    pairs: Sequence[tuple[int, int]] | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> list[PairedDifference]:
    """Compare systems in figures, every pair of them or those given by position; Holm over all that come back.

    Parameters
    ----------
    systems : sequence of System
    figures : sequence of Figure
        Those that are tested: each adds to what Holm corrects for.
    pairs : sequence of (int, int), optional
        Positions of first and second; by default every pair.
    n_resamples, seed, confidence
        Of the bootstrap of videos; the same videos are drawn for all runs of a pair.

    Returns
    -------
    list of PairedDifference
        By pair, then by figure.
    """
    chosen = chosen_pairs([one.name for one in systems]) if pairs is None else pairs
    found: list[PairedDifference] = []
    for i, j in chosen:
        first, second, left_out = _common(systems[i], systems[j])
        runs = [*first.runs, *second.runs]
        bootstrap = PairedVideoBootstrap.of(runs, n_resamples=n_resamples, seed=seed, confidence=confidence)
        found += [difference(first, second, figure, bootstrap, left_out=left_out, seed=seed) for figure in figures]
    return [replace(one, p_holm=p) for one, p in zip(found, holm([one.p_value for one in found]), strict=True)]


def difference(
    first: System, second: System, figure: Figure, bootstrap: PairedVideoBootstrap, *, left_out: int = 0, seed: int = 0
) -> PairedDifference:
    """Compare two systems, all of whose runs have the same items, in one figure."""
    runs = [*first.runs, *second.runs]
    blank = blank_estimate(runs, figure, "undefined", bootstrap.confidence)
    made = PairedDifference(figure.key, first.name, second.name, blank, None, None, SWAPS, len(runs[0].items), left_out)
    values = [[figure.value(run) for run in system.runs] for system in (first, second)]
    for run, (_, reason) in zip(runs, [*values[0], *values[1]], strict=True):
        if reason:
            return replace(made, estimate=replace(blank, reason=f"{run.name}: {reason}"))
    by_seed = [[value for value, _ in one if value is not None] for one in values]
    moved = float(np.mean(by_seed[1]) - np.mean(by_seed[0]))
    resampled = mean_over_seeds(second.runs, figure, bootstrap) - mean_over_seeds(first.runs, figure, bootstrap)
    why_not = no_interval(blank, resampled)
    if len(runs) == 2:
        interval = Interval(reason=why_not) if why_not else bootstrap.interval(resampled)
        p_value = swap_test(runs[0], runs[1], figure, seed=seed)
        return replace(made, estimate=blank.with_interval(moved, interval), p_value=p_value)
    if why_not:
        return replace(made, estimate=blank.with_interval(moved, Interval(reason=why_not)), test=SEEDS)
    parts = [video_part(resampled, blank.n_clusters or 0), *_seed_parts(*by_seed)]
    notes = (BORROWED,) if min(map(len, by_seed)) == 1 else ()
    estimate = blank.with_interval(moved, interval_of_parts(moved, parts, bootstrap.confidence), notes=notes)
    return replace(made, estimate=estimate, p_value=_t_test(moved, parts), test=SEEDS)


def _seed_parts(first: Sequence[float], second: Sequence[float]) -> list[ErrorPart]:
    """Return the variance between seeds of both means; who has one seed borrows the other's."""
    if len(first) > 1 and len(second) > 1:
        return [seed_part(first), seed_part(second)]
    several, n_one = (first, len(second)) if len(first) > 1 else (second, len(first))
    part = seed_part(several)
    return [replace(part, variance=part.variance * (1 + len(several) / n_one))]


def _t_test(moved: float, parts: Sequence[ErrorPart]) -> float | None:
    from scipy.special import stdtr

    variance = sum(part.variance for part in parts)
    if not np.isfinite(variance) or variance <= 0:
        return 1.0 if moved == 0 else None
    return float(2 * stdtr(freedom_of(parts), -abs(moved) / variance**0.5))


def _common(first: System, second: System) -> tuple[System, System, int]:
    """Return both systems on the items that all their runs have, and how many items were left out."""
    runs: tuple[ItemValues, ...] = (*first.runs, *second.runs)
    shared = on_common_items(runs)
    left_out = len({item for run in runs for item in run.items}) - len(shared[0].items)
    cut = len(first.runs)
    return System(first.name, shared[:cut]), System(second.name, shared[cut:]), left_out
