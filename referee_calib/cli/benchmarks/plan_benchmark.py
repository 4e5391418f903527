"""What ``referee-calib plan --benchmark`` takes and prints."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

_OPTIONS = (
    click.option("--benchmark", type=click.Choice(["vstar"]), help="Plan a comparison of two runs on a benchmark."),
    click.option("--items", metavar="N,N,…", help="With --benchmark: numbers of items to try.", show_default=False),
    click.option(
        "--result",
        "results",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="With --benchmark: a run, or two, instead of published means.",
    ),
    click.option("--correlation", type=click.FloatRange(-1, 0.999), default=0.7, help="Of two runs on an item."),
    click.option("--power", type=click.FloatRange(0.5, 0.999), default=0.8, help="With which it should be found."),
    click.option("--gain", type=click.FloatRange(0.01, 100), default=3.0, help="In points of mLGM: what it takes."),
)


@dataclass(frozen=True)
class BenchmarkOptions:
    """What a user said about the benchmark; without a name the plan is one of a study."""

    benchmark: str | None
    items: str | None
    results: tuple[Path, ...]
    correlation: float
    power: float
    gain: float


def benchmark_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options; they arrive as one argument, ``compared``, a :class:`BenchmarkOptions`."""

    @functools.wraps(command)
    def collected(*arguments: Any, **given: Any) -> Any:
        compared = BenchmarkOptions(*(given.pop(name) for name in BenchmarkOptions.__dataclass_fields__))
        if compared.benchmark is None and (compared.items or compared.results):
            raise InputError("--items or --result", "they are of a plan of a benchmark", "Add --benchmark vstar.")
        return command(*arguments, compared=compared, **given)

    decorated: Callable[..., Any] = collected
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def plan_benchmark(given: BenchmarkOptions, *, as_json: bool) -> None:
    """Print what difference two runs can show."""
    from referee_calib.benchmark.vstar import detectable_difference as planning
    from referee_calib.benchmark.vstar.published_rows import ITEMS

    items = _numbers(given.items)
    options = {"correlation": given.correlation, "power": given.power, "gain": given.gain / 100}
    if len(given.results) > 2:
        raise InputError(f"{len(given.results)} result files", "a difference is of two runs", "Give one or two.")
    if given.results:
        found = planning.plan_from_runs(_runs(given.results), items, **options)
    else:
        found = planning.plan_from_published(items or (ITEMS,), **options)
    common.result(found.to_json(), planning.plan_text(found), as_json=as_json)


def _runs(paths: tuple[Path, ...]) -> list[Any]:
    from referee_calib.benchmark.vstar.evaluators.evaluation_rules import UPSTREAM
    from referee_calib.benchmark.vstar.result_file import item_keys, read_result_file
    from referee_calib.benchmark.vstar.run_evaluation import evaluate_run

    files = [read_result_file(path) for path in paths]
    keys, _ = item_keys(files)
    return [evaluate_run(file, its, UPSTREAM).values for file, its in zip(files, keys, strict=True)]


def _numbers(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--items {text}", "it is no list of whole numbers", "Write: --items 500,2094") from None
    if min(found) < 2:
        raise InputError(f"--items {text}", "a comparison takes two items at least", "Write: --items 500,2094")
    return found
