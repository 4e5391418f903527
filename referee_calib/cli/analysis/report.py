"""``referee-calib report``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.analysis.table_options import table_options, tables_of

if TYPE_CHECKING:
    from referee_calib.analysis import TableJudgements
    from referee_calib.report import ReportJson
    from referee_calib.table_study import TableStudyOptions


@click.command(short_help="Compare people and a referee, and write the report.")
@click.argument("study", metavar="[STUDY]", required=False, type=common.StudyPath(path_type=Path))
@click.argument("others", metavar="[REFEREE]...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report: STUDY/report, or report.")
@click.option("--compare", metavar="A B …", help="Put referees that scored the same claims side by side, after STUDY.")
@click.option("--no-rewards", is_flag=True, help="Do not ask the rewards again; the report has no such sections then.")
@click.option("--adjudicated", is_flag=True, help="Hold referee and people against adjudicated levels as well.")
@click.option("--tables", type=click.Path(path_type=Path), help="Folder for every table of the report as tidy CSV.")
@click.option("--parquet", is_flag=True, help="Write the tables as Parquet instead; needs pyarrow.")
@click.option("--full", is_flag=True, help="Open every section of the page, so that it prints whole.")
@click.option("--check", is_flag=True, help="Exit with 1 when a threshold of study.toml is missed.")
@click.option("--strict", is_flag=True, help="As --check, and with 1 where the data cannot tell too.")
@click.option("--title", metavar="TEXT", help="Of a report from tables; the name of the ratings file by default.")
@table_options
@common.options("referee", "seed", "json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    study: Path | None,
    others: tuple[str, ...],
    out: Path | None,
    referee: str | None,
    compare: str | None,
    no_rewards: bool,
    adjudicated: bool,
    tables: Path | None,
    parquet: bool,
    full: bool,
    check: bool,
    strict: bool,
    title: str | None,
    seed: int,
    as_json: bool,
    quiet: bool,
    **columns: Any,
) -> None:
    """Compare people and a referee: report.html for reading, report.json with every number.

    STUDY is a study folder. In its place two tables will do, without any video: --ratings with a row per rating and
    --scores with a row per score of a judge, or a column per judge. The page is one file that opens offline. The same
    study, seed and versions give the same report.json.

    \b
    Examples:
      referee-calib report mystudy
      referee-calib report mystudy --referee 3fa9c2d4 --out report/
      referee-calib report mystudy --compare 3fa9c2d4 81c0aa57
      referee-calib report mystudy --check
      referee-calib report mystudy --adjudicated
      referee-calib report --ratings ratings.csv --scores scores.csv --cluster prompt --slice system
      referee-calib report --ratings ratings.csv --scores wide.csv --judges gpt=alignment --scale 1:5
    """  # noqa: D301
    from referee_calib.report import printed_summary, write_report, write_tables

    source = tables_of(ctx, columns, title or "")
    if source and study is not None:  # with --compare, the names that follow are judges
        study, others = None, (str(study), *others)
    if others and not compare:
        raise click.UsageError(f"Got unexpected extra argument ({others[0]})", ctx)
    if study is None and source is None:
        raise click.UsageError("Missing argument 'STUDY', or two tables: --ratings FILE --scores FILE", ctx)
    if title and source is None:
        raise click.UsageError("--title is for a report from tables; a study has its name in study.toml", ctx)
    if parquet and not tables:
        raise click.UsageError("--parquet says how tables are written: name their folder with --tables DIR", ctx)
    referees = (compare, *others) if compare else ()
    if adjudicated and study is None:
        raise click.UsageError(
            "--adjudicated is for a study, whose coordinators adjudicate; tables hold no such levels", ctx
        )
    wanted = ReportWanted(referees, referee, seed, not no_rewards, quiet, adjudicated)
    report = _of_tables(source, wanted) if source else _of_study(study or Path(), wanted)
    common.remark("drawing …", quiet=quiet)
    if tables:
        write_tables(report, tables, parquet=parquet)
    page, data = write_report(report, out or (study / "report" if study else Path("report")), full=full)
    common.result(
        printed_summary.summary_json(report, page, data), printed_summary.summary_text(report, page), as_json=as_json
    )
    if (check or strict) and (lines := printed_summary.not_passed(report["verdict"], strict=strict)):
        click.echo("\n".join(lines), err=True)
        ctx.exit(1)


@dataclass(frozen=True, slots=True)
class ReportWanted:
    """Which referees a report is about, and how it is made."""

    referees: Sequence[str]  # to put side by side
    referee: str | None
    seed: int
    rewards: bool
    quiet: bool
    adjudicated: bool = False


def _of_study(folder: Path, wanted: ReportWanted) -> ReportJson:
    """Return the content of report.json for a study folder, whatever it holds."""
    from referee_calib.analysis import analyse
    from referee_calib.report import build
    from referee_calib.study import Study
    from referee_calib.table_study import is_table_study, open_table_study

    if is_table_study(folder):
        return _of_judgements(open_table_study(folder), wanted)
    with Study.open(folder) as opened:
        say = common.steps(quiet=wanted.quiet)
        analysis = analyse(
            opened,
            referee=wanted.referee,
            compare=wanted.referees,
            seed=wanted.seed,
            rewards=wanted.rewards,
            adjudicated=wanted.adjudicated,
            say=say,
        )
        return build(analysis, opened.rubric)


def _of_tables(source: TableStudyOptions, wanted: ReportWanted) -> ReportJson:
    """Return the same for two tables."""
    from referee_calib.table_study import read_table_study

    return _of_judgements(read_table_study(source), wanted)


def _of_judgements(found: TableJudgements, wanted: ReportWanted) -> ReportJson:
    from referee_calib.analysis import analyse_tables
    from referee_calib.report import build

    for note in found.notes:
        common.remark(note, quiet=wanted.quiet)
    say = common.steps(quiet=wanted.quiet)
    return build(analyse_tables(found, referee=wanted.referee, compare=wanted.referees, seed=wanted.seed, say=say))
