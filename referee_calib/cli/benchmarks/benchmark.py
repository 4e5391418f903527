"""``referee-calib benchmark``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Tables with error bars for benchmarks of grounding and question answering.")
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
@click.option("--metric", metavar="NAME", help="Which metric of lmms-eval's samples.")
@click.option("--span-unit", type=click.Choice(["seconds", "shares"]), default="seconds", show_default=True,
              help="Unit of NExT-GQA's predicted spans.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "markdown", "latex"]), default="text", show_default=True)
@click.option("--resamples", type=click.IntRange(min=100), default=2000, show_default=True)
@click.option(
    "--confidence", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True
)
@common.options("seed", "json")
def command(
    name: str | None,
    runs: tuple[str, ...],
    rules: str | None,
    truth: Path | None,
    figures: tuple[str, ...],
    by_group: bool,
    metric: str | None,
    span_unit: str,
    form: str,
    resamples: int,
    confidence: float,
    seed: int,
    as_json: bool,
) -> None:
    """Report a benchmark from result files, with intervals over videos and paired differences.

    Without an argument the benchmarks are listed; BENCHMARK alone states its formulas, rules and sources. A comma
    separates the seeds of a system, + joins the files of one run.

    \b
    Examples:
      referee-calib benchmark
      referee-calib benchmark charades-sta
      referee-calib benchmark charades-sta base.json ours.json --truth charades_sta_test.txt
      referee-calib benchmark tvgbench base=base.jsonl ours=seed1.jsonl,seed2.jsonl --format latex
      referee-calib benchmark next-gqa ours=ground.json+res.json --truth gsub_test.json
    """  # noqa: D301
    from referee_calib.benchmark.catalogue.known_benchmarks import BENCHMARKS, benchmark_named
    from referee_calib.benchmark.comparison_tables import (
        benchmark_json,
        benchmark_list,
        benchmark_text,
        comparison_json,
        comparison_text,
    )

    if name is None:
        every = list(BENCHMARKS.values())
        text = f"{benchmark_list(every)}\n\nV-STaR has a verb of its own: referee-calib vstar RESULT.json"
        common.result({"benchmarks": [benchmark_json(one) for one in every]}, text, as_json=as_json)
        return
    benchmark = benchmark_named(name)
    if not runs:
        common.result(benchmark_json(benchmark), benchmark_text(benchmark), as_json=as_json)
        return
    from referee_calib.benchmark.compared_runs import ComparisonOptions, compare_runs
    from referee_calib.benchmark.result_files.read_run import ReadOptions
    from referee_calib.benchmark.run_arguments import systems_of

    chosen = benchmark.rule_set(rules).name
    found = compare_runs(
        benchmark,
        systems_of(runs),
        ReadOptions(chosen, truth, metric, span_unit == "shares"),
        ComparisonOptions(figures=figures, by_group=by_group, n_resamples=resamples, seed=seed, confidence=confidence),
    )
    common.result(comparison_json(found), comparison_text(found, form), as_json=as_json)
