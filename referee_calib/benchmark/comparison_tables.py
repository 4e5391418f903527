"""Compared runs as tables for a terminal or a paper, and as JSON; every known benchmark with its formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark
from referee_calib.benchmark.compared_runs import ComparedRuns
from referee_calib.benchmark.statistics.figure_tables import (
    difference_json,
    differences_table,
    estimate_json,
    figures_table,
)
from referee_calib.benchmark.statistics.table_formats import FORMATS
from referee_calib.report import Table


def comparison_text(found: ComparedRuns, form: str = "text") -> str:
    """Return all tables of a comparison in a form of FORMATS, and what is to be said below them."""
    tables = [FORMATS[form](table) for table in comparison_tables(found)]
    return "\n\n".join([*tables, *_remarks(found, form)])


def comparison_tables(found: ComparedRuns) -> list[Table]:
    """Return the table of figures, that of the kinds of items, and that of the differences, where there are such."""
    name = found.benchmark.name.replace("-", "_")
    level = f"{found.confidence:.0%} intervals over {_videos(found):,} videos"
    caption = f"{found.benchmark.title}, rules of {found.rules.name}: {level}, times 100."
    tables = [figures_table(name, caption, found.figures, found.estimates)]
    if found.groups:
        rows = {f"{system}, {group}": its for (system, group), its in found.groups.items()}
        tables.append(figures_table(f"{name}_kinds", f"{found.benchmark.title} by kind of item.", found.figures, rows))
    if found.differences:
        caption = "Paired differences over common items, times 100; p by test of the difference, and corrected by Holm."
        tables.append(differences_table(f"{name}_differences", caption, found.figures, found.differences))
    return tables


def comparison_json(found: ComparedRuns) -> dict[str, Any]:
    """Return a comparison as plain values; figures are on the scale 0 to 1."""
    systems = {}
    for system in found.systems:
        its = found.estimates[system.name]
        systems[system.name] = {
            "runs": [run.name for run in system.runs],
            "items": [len(run.items) for run in system.runs],
            "videos": [len(set(run.videos)) for run in system.runs],
            "figures": {key: _counted(estimate_json(one), one.n_units) for key, one in its.items()},
            "notes": list(found.notes[system.name]),
        }
    kinds = [
        {"system": system, "kind": kind, "figures": {key: estimate_json(one) for key, one in its.items()}}
        for (system, kind), its in found.groups.items()
    ]
    return {
        "benchmark": found.benchmark.name,
        "rules": found.rules.name,
        "source": found.rules.source,
        "formulas": list(found.benchmark.formulas),
        "confidence": found.confidence,
        "systems": systems,
        "kinds": kinds,
        "differences": [difference_json(one) for one in found.differences],
    }


def benchmark_list(benchmarks: Sequence[Benchmark]) -> str:
    """List benchmarks, a line each."""
    lines = [(one.name, one.asks, ", ".join(figure.title for figure in one.figures)) for one in benchmarks]
    widths = [max(len(line[i]) for line in lines) for i in range(2)]
    return "\n".join(f"{name:<{widths[0]}}  {asks:<{widths[1]}}  {figures}" for name, asks, figures in lines)


def benchmark_text(one: Benchmark) -> str:
    """State a benchmark's formulas, rules, files and sources."""
    found = [f"{one.title}: {one.asks}", "", "Formulas", *(f"  {line}" for line in one.formulas), "", "Rules"]
    for rules in one.rules:
        found += [f"  {rules.name}: {rules.says}", f"    {rules.source}"]
    found += ["", "Result files", f"  {one.files}"]
    if one.truth:
        found += ["", "--truth", f"  {one.truth}"]
    if one.sizes:
        found += ["", "Items", "  " + ", ".join(f"{split} {size:,}" for split, size in one.sizes.items())]
    return "\n".join(found)


def benchmark_json(one: Benchmark) -> dict[str, Any]:
    """Return a benchmark's definition as plain values."""
    return {
        "name": one.name,
        "title": one.title,
        "asks": one.asks,
        "figures": {figure.key: figure.title for figure in one.figures},
        "formulas": list(one.formulas),
        "rules": [{"name": rules.name, "says": rules.says, "source": rules.source} for rules in one.rules],
        "files": one.files,
        "truth": one.truth,
        "sizes": dict(one.sizes),
    }


def _remarks(found: ComparedRuns, form: str) -> list[str]:
    """Return what every run has to be read with; in LaTeX as comments, which a paper does not print."""
    said = [f"{note}." for notes in found.notes.values() for note in notes]
    left = {f"{one.second} − {one.first}": one.n_left_out for one in found.differences if one.n_left_out}
    said += [f"{pair}: {n:,} items that not all of their runs have are left out." for pair, n in left.items()]
    said += list(dict.fromkeys(f"{note}." for one in found.differences for note in one.estimate.notes))
    said += [f"Formula: {line}" for line in found.benchmark.formulas] + [f"Source: {found.rules.source}"]
    mark = {"latex": "% ", "markdown": "- "}.get(form, "")
    return ["\n".join(f"{mark}{line}" for line in said)]


def _videos(found: ComparedRuns) -> int:
    return len({video for system in found.systems for run in system.runs for video in run.videos})


def _counted(figure: dict[str, Any], n_items: int | None) -> dict[str, Any]:
    return {**figure, "items": n_items}
