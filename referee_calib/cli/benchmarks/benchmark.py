"""``referee-calib benchmark``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.benchmark.compared_runs import ComparedRuns

OWN_VERB = "V-STaR has a verb of its own: referee-calib vstar RESULT.json"


@click.command(
    short_help="Other benchmarks of grounding, with error bars and paired tests.",
    context_settings={"show_default": True},
)
@click.argument("name", required=False, metavar="[BENCHMARK]")
@click.argument("runs", nargs=-1, metavar="[[NAME=]RESULTS …]")
@click.option("--rules", metavar="NAME", help="The evaluator whose rules hold, where evaluators differ.")
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Annotations: what is true where results do not say it, and which items are missing.",
)
@click.option("--figure", "figures", multiple=True, metavar="KEY", help="Report and test only this; may be repeated.")
@click.option("--by-group", is_flag=True, help="Also by kind of question or task, where the results name it.")
@click.option("--baseline", metavar="NAME", default="", help="Compare the others with this one; else every pair.")
@click.option("--metric", metavar="NAME", help="Which metric of lmms-eval's samples.")
@click.option("--span-unit", type=click.Choice(["seconds", "shares"]), default="seconds", help="Of NExT-GQA's spans.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "latex"]), default="text", help="Of tables.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, help="Of the intervals.")
@click.option(
    "--resamples", "n_resamples", type=click.IntRange(min=100), default=2000, help="Of the bootstrap of videos."
)
@common.options("seed", "json")
def command(name: str | None, runs: tuple[str, ...], form: str, as_json: bool, **given: Any) -> None:
    """Report a benchmark from result files, with intervals over videos and paired differences.

    Without an argument the benchmarks are listed; BENCHMARK alone states its formulas, rules and sources. NAME=RESULTS
    names a system; files of one name are its seeds, and + joins the files of one run.

    \b
    Examples:
      referee-calib benchmark
      referee-calib benchmark charades-sta
      referee-calib benchmark charades-sta base.json ours.json --truth charades_sta_test.txt
      referee-calib benchmark tvgbench base=base.jsonl ours=1.jsonl ours=2.jsonl --baseline base --format latex
      referee-calib benchmark next-gqa ours=ground.json+res.json --truth gsub_test.json
    """  # noqa: D301
    from referee_calib.benchmark import comparison_tables as shown
    from referee_calib.benchmark.catalogue.known_benchmarks import BENCHMARKS, benchmark_named

    if name is None:
        every = list(BENCHMARKS.values())
        document = {"benchmarks": [shown.benchmark_json(one) for one in every]}
        common.result(document, f"{shown.benchmark_list(every)}\n\n{OWN_VERB}", as_json=as_json)
    elif not runs:
        benchmark = benchmark_named(name)
        common.result(shown.benchmark_json(benchmark), shown.benchmark_text(benchmark), as_json=as_json)
    else:
        found = _compared(name, runs, **given)
        common.result(shown.comparison_json(found), shown.comparison_text(found, form), as_json=as_json)


def _compared(
    name: str,
    runs: tuple[str, ...],
    rules: str | None,
    truth: Path | None,
    metric: str | None,
    span_unit: str,
    **comparing: Any,
) -> ComparedRuns:
    from referee_calib.benchmark.catalogue.known_benchmarks import benchmark_named
    from referee_calib.benchmark.compared_runs import ComparisonOptions, compare_runs
    from referee_calib.benchmark.result_files.read_run import ReadOptions
    from referee_calib.cli.benchmarks.system_files import systems_of

    benchmark = benchmark_named(name)
    reading = ReadOptions(benchmark.rule_set(rules).name, truth, metric, span_unit == "shares")
    return compare_runs(benchmark, systems_of(runs), reading, ComparisonOptions(**comparing))
