"""Runs of a benchmark side by side: figures with intervals by video, and paired differences corrected by Holm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agreement import Estimate
from referee_calib.benchmark.benchmark_items import ReadItems
from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark, RuleSet
from referee_calib.benchmark.result_files.read_run import ReadOptions
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import N_RESAMPLES, PairedVideoBootstrap
from referee_calib.benchmark.statistics.paired_differences import PairedDifference, chosen_pairs, paired_differences
from referee_calib.benchmark.statistics.seeds import System, system_figure
from referee_calib.errors import InputError


@dataclass(frozen=True, slots=True)
class SystemFiles:
    """What is compared: its name, and the files of each of its runs, a run for each seed."""

    name: str
    runs: tuple[tuple[Path, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOptions:
    """How runs are compared.

    Attributes
    ----------
    figures : tuple of str
        Keys of the figures to report and to test; all of the benchmark where it is empty.
    by_group : bool
        Whether kinds of items are reported too.
    baseline : str
        The system with which the others are compared; every pair where it is empty.
    n_resamples, seed, confidence
        Of the bootstrap of videos.
    """

    figures: tuple[str, ...] = ()
    by_group: bool = False
    baseline: str = ""
    n_resamples: int = N_RESAMPLES
    seed: int = 0
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRuns:
    """The figures of every system, of every kind of item where asked, the differences, and what is to be said.

    `groups` has the figures by (system, kind of item).
    """

    benchmark: Benchmark
    rules: RuleSet
    figures: tuple[Figure, ...]
    systems: tuple[System, ...]
    estimates: Mapping[str, Mapping[str, Estimate]]
    groups: Mapping[tuple[str, str], Mapping[str, Estimate]]
    differences: tuple[PairedDifference, ...]
    notes: Mapping[str, tuple[str, ...]]
    confidence: float


def compare_runs(
    benchmark: Benchmark, systems: Sequence[SystemFiles], reading: ReadOptions, options: ComparisonOptions
) -> ComparedRuns:
    """Read and measure the runs of systems, and compare these.

    Raises
    ------
    InputError
        For files that cannot be read, an item that stands twice, or systems without a common item.
    """
    read = [(one, _read_system(benchmark, one, reading)) for one in systems]
    made = tuple(System(one.name, tuple(values for values, _ in runs)) for one, runs in read)
    figures = _figures(benchmark, options.figures, made)
    drawn: dict[str, Any] = {"n_resamples": options.n_resamples, "seed": options.seed, "confidence": options.confidence}
    bootstraps = {one.name: PairedVideoBootstrap.of(one.runs, **drawn) for one in made}
    differences = paired_differences(
        made,
        figures,
        pairs=chosen_pairs([one.name for one in made], options.baseline),
        **drawn,
    )
    return ComparedRuns(
        benchmark=benchmark,
        rules=benchmark.rule_set(reading.rules),
        figures=figures,
        systems=made,
        estimates={one.name: _estimates(one, figures, bootstraps[one.name]) for one in made},
        groups=_by_group(read, figures, bootstraps) if options.by_group else {},
        differences=tuple(differences),
        notes={one.name: _notes(benchmark, one.runs) for one in made},
        confidence=options.confidence,
    )


ReadSystem = list[tuple[ItemValues, tuple[str, ...]]]  # the values of each run, and the kind of every item


def _read_system(benchmark: Benchmark, system: SystemFiles, reading: ReadOptions) -> ReadSystem:
    stems = [files[0].stem for files in system.runs]
    own = stems if len(set(stems)) == len(stems) else [str(files[0]) for files in system.runs]
    names = [system.name] if len(own) == 1 else [f"{system.name} {one}" for one in own]
    return [_read_run(benchmark, name, files, reading) for name, files in zip(names, system.runs, strict=True)]


def _read_run(
    benchmark: Benchmark, name: str, files: tuple[Path, ...], reading: ReadOptions
) -> tuple[ItemValues, tuple[str, ...]]:
    read = _items(benchmark, files, reading)
    if not read.items:
        raise InputError(f"{files[0]} holds no item", "there is nothing to measure")
    columns = benchmark.measure(read, reading.rules)
    items, videos = [one.item for one in read.items], [one.video for one in read.items]
    values = ItemValues.from_columns(name, items, videos, columns, notes=read.notes)
    return values, tuple(one.group for one in read.items)


def _items(benchmark: Benchmark, files: tuple[Path, ...], reading: ReadOptions) -> ReadItems[Any]:
    """Read the files of a run; what is not there or is something else than its form says is told in one line."""
    try:
        return benchmark.read(files, reading)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        named = " and ".join(map(str, [*files, *([reading.truth] if reading.truth else [])]))
        why = f"it is not as its program writes it ({type(error).__name__}: {error})"
        raise InputError(named, why, f"{benchmark.title} reads {benchmark.files}.") from error


def _figures(benchmark: Benchmark, wanted: Sequence[str], systems: Sequence[System]) -> tuple[Figure, ...]:
    """Return the figures that are wanted and that every run has the metrics of."""
    known = {one.key: one for one in benchmark.figures}
    if lost := [key for key in wanted if key not in known]:
        raise InputError(f"--figure {lost[0]}", f"{benchmark.title} has {', '.join(known)}")
    there = set.intersection(*(set(run.metrics) for system in systems for run in system.runs))
    chosen = [one for one in benchmark.figures if not wanted or one.key in wanted]
    return tuple(one for one in chosen if set(one.metrics) <= there)


def _estimates(system: System, figures: Sequence[Figure], bootstrap: PairedVideoBootstrap) -> dict[str, Estimate]:
    return {figure.key: system_figure(system, figure, bootstrap).estimate for figure in figures}


def _by_group(
    read: Sequence[tuple[SystemFiles, ReadSystem]],
    figures: Sequence[Figure],
    bootstraps: Mapping[str, PairedVideoBootstrap],
) -> dict[tuple[str, str], dict[str, Estimate]]:
    """Return the figures of the items of each kind that the files name."""
    import numpy as np

    found = {}
    for system, runs in read:
        for group in dict.fromkeys(one for _, groups in runs for one in groups if one):
            cut = tuple(values.where(np.array([one == group for one in groups])) for values, groups in runs)
            found[system.name, group] = _estimates(System(system.name, cut), figures, bootstraps[system.name])
    return found


def _notes(benchmark: Benchmark, runs: Sequence[ItemValues]) -> tuple[str, ...]:
    """Return what is to be said of each run, behind its name."""
    said = [(run.name, note) for run in runs for note in (*run.notes, benchmark.size_note(len(run.items)))]
    return tuple(dict.fromkeys(f"{name}: {note}" for name, note in said if note))
