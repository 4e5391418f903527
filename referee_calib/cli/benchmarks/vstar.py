"""``referee-calib vstar``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.benchmarks.judge_options import JudgeOptions, judge_options, judged_replies
from referee_calib.cli.benchmarks.run_names import named_paths, run_names
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.benchmark.vstar.evaluators.evaluation_rules import EvaluationRules
    from referee_calib.benchmark.vstar.run_evaluation import RunEvaluation

TESTED_KEYS = ("accuracy", "chain_1.m_tiou", "chain_1.m_viou", "chain_2.m_tiou", "chain_2.m_viou", "mam", "mlgm")
FORMATS = ("text", "markdown", "latex")


@click.command(short_help="V-STaR with error bars, paired tests and traps.", context_settings={"show_default": True})
@click.argument("results", metavar="[NAME=]RESULT.json …", nargs=-1)
@click.option("--rules", type=click.Choice(["upstream", "open-o3"]), default="upstream", help="Whose evaluator.")
@click.option("--details", is_flag=True, help="Also thresholds, joint figures and domains.")
@click.option("--format", "shown_as", type=click.Choice(FORMATS), default="text", help="Of the printed tables.")
@click.option(
    "--baseline",
    metavar="NAME",
    default="",
    show_default=False,
    help="Compare the others with this one; else every pair.",
)
@click.option(
    "--test",
    "tested",
    metavar="FIGURE",
    type=click.Choice(TESTED_KEYS),
    multiple=True,
    help=f"Test this one's differences only: Holm corrects for each that is tested. One of {', '.join(TESTED_KEYS)}.",
)
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, help="Of the intervals.")
@click.option(
    "--resamples", "n_resamples", type=click.IntRange(min=100), default=2000, help="Of the bootstrap of videos."
)
@judge_options
@click.option("--recompute", type=click.Path(path_type=Path), metavar="TABLE.csv", help="Check published rows.")
@common.options("seed", "json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    results: tuple[str, ...],
    rules: str,
    details: bool,
    shown_as: str,
    judge: JudgeOptions,
    recompute: Path | None,
    as_json: bool,
    quiet: bool,
    **comparing: Any,
) -> None:
    """Evaluate result files of V-STaR: every figure with its interval, paired differences, and the traps in the files.

    NAME=RESULT.json names a system; files of one name are its seeds. Exit code 1: a published row does not add up.

    \b
    Examples:
      referee-calib vstar open_o3.json
      referee-calib vstar base=base.json ours=ours_1.json ours=ours_2.json --rules open-o3 --baseline base
      referee-calib vstar base.json ours.json --format latex
      referee-calib vstar ours.json --judge http://localhost:8000/v1 --scored scored/
      referee-calib vstar --recompute published.csv
    """  # noqa: D301
    from referee_calib.benchmark.statistics.paired_differences import chosen_pairs
    from referee_calib.benchmark.vstar.evaluators.evaluation_rules import RULES
    from referee_calib.benchmark.vstar.system_comparison import compare_systems
    from referee_calib.benchmark.vstar.vstar_document import comparison_json

    if recompute is not None:
        if results:
            raise InputError("--recompute and result files", "a table of published rows is checked alone", "Give one.")
        _recompute(ctx, recompute, as_json=as_json)
        return
    if not results:
        raise InputError("no result file", "there is nothing to evaluate", "Type: referee-calib vstar RESULT.json")
    named = named_paths(results)
    chosen_pairs(list(dict(named)), comparing["baseline"])  # a wrong name is said before a judge is paid
    runs, paired_by = _evaluated(named, RULES[rules], judge, quiet=quiet)
    found = compare_systems(runs, paired_by=paired_by, **comparing)
    common.result(comparison_json(found), _shown(found, shown_as, details=details), as_json=as_json)


def _recompute(ctx: click.Context, path: Path, *, as_json: bool) -> None:
    from referee_calib.benchmark.vstar import published_rows

    found = [published_rows.recompute(row) for row in published_rows.read_published_rows(path)]
    common.result({"rows": [one.to_json() for one in found]}, published_rows.recomputed_text(found), as_json=as_json)
    if not all(one.agrees for one in found):
        ctx.exit(1)


def _evaluated(
    named: list[tuple[str, Path]], rules: EvaluationRules, judge: JudgeOptions, *, quiet: bool
) -> tuple[dict[str, list[RunEvaluation]], str]:
    """Read, judge and evaluate every file; return the runs by system, and what items were named by."""
    from referee_calib.benchmark.vstar.result_file import item_keys, read_result_file
    from referee_calib.benchmark.vstar.run_evaluation import evaluate_run

    files = [read_result_file(path, run) for (_, path), run in zip(named, run_names(named), strict=True)]
    keys, paired_by = item_keys(files)
    runs: dict[str, list[RunEvaluation]] = {}
    for (name, _), file, its_keys in zip(named, files, keys, strict=True):
        run = evaluate_run(file, its_keys, rules, replies=judged_replies(file, rules, judge, quiet=quiet))
        if run.unscored:
            told = common.counted(run.unscored, "answered item")
            do = "Type the same command again." if judge.urls else "Type: --judge URL"
            remark = f"{file.name}: {told} without a judge's score: no Acc, AM or LGM. {do}"
            common.remark(remark, quiet=quiet)
        runs.setdefault(name, []).append(run)
    return runs, paired_by


def _shown(found: Any, shown_as: str, *, details: bool) -> str:
    from referee_calib.benchmark.statistics.table_formats import FORMATS, latex_comment
    from referee_calib.benchmark.vstar.vstar_tables import TRAPS, comparison_tables

    def written(table: Any) -> str:
        return (latex_comment if shown_as == "latex" and table.name == TRAPS else FORMATS[shown_as])(table)

    return "\n\n".join(map(written, comparison_tables(found, details=details)))
