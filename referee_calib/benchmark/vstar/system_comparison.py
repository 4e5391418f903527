"""Several systems on V-STaR: figures with intervals, bins, paired differences, and what differences are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from agreement import Estimate
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import PairedVideoBootstrap
from referee_calib.benchmark.statistics.paired_differences import PairedDifference, chosen_pairs, paired_differences
from referee_calib.benchmark.statistics.seeds import SeedFigure, System, system_figure
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import EvaluationRules
from referee_calib.benchmark.vstar.run_evaluation import RunEvaluation
from referee_calib.benchmark.vstar.traps.without_traps import WITHOUT_TRAPS
from referee_calib.benchmark.vstar.vstar_figures import DECOMPOSITION, DETAILS, HEADLINE, TESTED

Figures = Mapping[str, SeedFigure]


@dataclass(frozen=True, eq=False)
class SystemResult:
    """One system: a run for each seed, its figures, and those of its bins.

    Parameters
    ----------
    name : str
    runs : tuple of RunEvaluation
    figures : mapping of str to SeedFigure
        By key of the figure, the headline and the details.
    durations, domains : mapping of str to mapping
        The headline figures of each bin, by key.
    without_traps : mapping of str to (Figure, Estimate)
        By key of a trap that was met: the figure that would be without it.
    """

    name: str
    runs: tuple[RunEvaluation, ...]
    figures: Figures
    durations: Mapping[str, Figures]
    domains: Mapping[str, Figures]
    without_traps: Mapping[str, tuple[Figure, Estimate]]


@dataclass(frozen=True, eq=False)
class VstarComparison:
    """What the verb prints: systems under one evaluator's rules, and their differences."""

    rules: EvaluationRules
    paired_by: str
    systems: tuple[SystemResult, ...]
    differences: tuple[PairedDifference, ...]
    decomposition: tuple[PairedDifference, ...]


def compare_systems(
    runs: Mapping[str, Sequence[RunEvaluation]],
    *,
    paired_by: str,
    baseline: str = "",
    tested: Collection[str] = (),
    n_resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> VstarComparison:
    """Compare systems.

    Parameters
    ----------
    runs : mapping of str to sequence of RunEvaluation
        By name of the system, a run for each seed; all under the same rules.
    paired_by : str
        By what items were named.
    baseline : str
        The system with which every other is compared; by default every pair is.
    tested : collection of str
        Keys of the figures whose differences are tested, all of ``TESTED`` by default: Holm corrects for each.
    n_resamples, seed, confidence
        Of the bootstrap of videos.
    """
    names = list(runs)
    drawn = partial(PairedVideoBootstrap.of, n_resamples=n_resamples, seed=seed, confidence=confidence)
    results = tuple(_system_result(name, tuple(its), drawn([run.values for run in its])) for name, its in runs.items())
    systems = [System(one.name, tuple(run.values for run in one.runs)) for one in results]
    compared = partial(
        paired_differences,
        systems,
        pairs=chosen_pairs(names, baseline),
        n_resamples=n_resamples,
        seed=seed,
        confidence=confidence,
    )
    differences = compared([one for one in TESTED if not tested or one.key in tested])
    parts = compared(DECOMPOSITION)
    return VstarComparison(results[0].runs[0].rules, paired_by, results, tuple(differences), tuple(parts))


def _system_result(name: str, runs: tuple[RunEvaluation, ...], bootstrap: PairedVideoBootstrap) -> SystemResult:
    whole = System(name, tuple(run.values for run in runs))
    figures = {one.key: system_figure(whole, one, bootstrap) for one in (*HEADLINE, *DETAILS)}
    met = {key: sum(run.traps[key] for run in runs) for key, _ in WITHOUT_TRAPS}
    return SystemResult(
        name,
        runs,
        figures,
        _binned(name, runs, RunEvaluation.by_duration, bootstrap),
        _binned(name, runs, RunEvaluation.by_domain, bootstrap),
        {key: (figure, system_figure(whole, figure, bootstrap).estimate) for key, figure in WITHOUT_TRAPS if met[key]},
    )


def _binned(
    name: str,
    runs: Sequence[RunEvaluation],
    bins_of: Callable[[RunEvaluation], Mapping[str, ItemValues]],
    bootstrap: PairedVideoBootstrap,
) -> dict[str, Figures]:
    """Return the headline figures of each bin that every run has."""
    bins = [bins_of(run) for run in runs]
    shared = [label for label in bins[0] if all(label in one for one in bins)]
    return {
        label: {
            one.key: system_figure(System(name, tuple(its[label] for its in bins)), one, bootstrap) for one in HEADLINE
        }
        for label in shared
    }
