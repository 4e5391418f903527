"""A comparison on V-STaR as JSON: shares from 0 to 1, every figure as value, low and high."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.benchmark.statistics.figure_tables import difference_json, estimate_json
from referee_calib.benchmark.statistics.seeds import SeedFigure
from referee_calib.benchmark.vstar.system_comparison import Figures, SystemResult, VstarComparison
from referee_calib.benchmark.vstar.traps.item_traps import trap_keys


def comparison_json(found: VstarComparison) -> dict[str, Any]:
    """Return the comparison; the figures of a single system stand at the top, beside those of ``systems``."""
    systems = {one.name: system_json(one) for one in found.systems}
    alone = next(iter(systems.values())) if len(systems) == 1 else {}
    return {
        "benchmark": "V-STaR",
        "rules": found.rules.name,
        "source": found.rules.source,
        "paired_by": found.paired_by,
        **alone,
        "systems": systems,
        "differences": [difference_json(one) for one in found.differences],
        "decomposition": [difference_json(one) for one in found.decomposition],
    }


def system_json(one: SystemResult) -> dict[str, Any]:
    """Return one system: figures, traps, bins, seeds."""
    return {
        "items": max(len(run.values.items) for run in one.runs),
        "answered": max(sum(run.answered) for run in one.runs),
        "videos": max(len(set(run.values.videos)) for run in one.runs),
        **nested({key: estimate_json(figure.estimate) for key, figure in one.figures.items()}),
        "traps": {key: sum(run.traps[key] for run in one.runs) for key in trap_keys()},
        "without_traps": {
            key: {"figure": figure.title, **estimate_json(estimate)}
            for key, (figure, estimate) in one.without_traps.items()
        },
        "durations": {label: _figures_json(its) for label, its in one.durations.items()},
        "domains": {label: _figures_json(its) for label, its in one.domains.items()},
        "runs": [{"name": run.name, "unscored": run.unscored, "traps": run.traps} for run in one.runs],
        **({"seeds": _seeds_json(one.figures)} if len(one.runs) > 1 else {}),
    }


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"chain_1.am": x}`` as ``{"chain_1": {"am": x}}``; dots within a number (``r1@0.3``) do not part.

    >>> nested({"mam": 1, "chain_1.am": 2, "chain_1.r1@0.3": 3})
    {'mam': 1, 'chain_1': {'am': 2, 'r1@0.3': 3}}
    """
    found: dict[str, Any] = {}
    for key, value in flat.items():
        name, at, limit = key.partition("@")
        *folders, last = name.split(".")
        inner = found
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[last + at + limit] = value
    return found


def _figures_json(figures: Figures) -> dict[str, Any]:
    counted = next(iter(figures.values())).estimate.n_units
    return {"items": counted, **nested({key: estimate_json(one.estimate) for key, one in figures.items()})}


def _seeds_json(figures: Figures) -> dict[str, Any]:
    return nested({key: _seed_json(one) for key, one in figures.items()})


def _seed_json(one: SeedFigure) -> dict[str, Any]:
    return {
        "by_seed": list(one.by_seed),
        "between_variance": one.between_variance,
        "within_variance": one.within_variance,
    }
