"""``referee-calib report``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.report import ReportJson


@click.command(short_help="Compare people and a referee, and write the report.")
@common.study_argument
@click.argument("others", metavar="[REFEREE]...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; STUDY/report by default.")
@click.option("--compare", metavar="A B …", help="Put referees that scored the same claims side by side, after STUDY.")
@click.option("--no-rewards", is_flag=True, help="Do not ask the rewards again; the report has no such sections then.")
@click.option("--tables", type=click.Path(path_type=Path), help="Folder for every table of the report as tidy CSV.")
@click.option("--parquet", is_flag=True, help="Write the tables as Parquet instead; needs pyarrow.")
@click.option("--full", is_flag=True, help="Open every section of the page, so that it prints whole.")
@click.option("--check", is_flag=True, help="Exit with 1 when a threshold of study.toml is missed.")
@click.option("--strict", is_flag=True, help="As --check, and with 1 where the data cannot tell too.")
@common.options("referee", "seed", "json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    study: Path,
    others: tuple[str, ...],
    out: Path | None,
    referee: str | None,
    compare: str | None,
    no_rewards: bool,
    tables: Path | None,
    parquet: bool,
    full: bool,
    check: bool,
    strict: bool,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare people and a referee: report.html for reading, report.json with every number.

    The page is one file that opens offline. The same study, seed and versions give the same report.json.

    \b
    Examples:
      referee-calib report mystudy
      referee-calib report mystudy --referee 3fa9c2d4 --out report/
      referee-calib report mystudy --compare 3fa9c2d4 81c0aa57
      referee-calib report mystudy --check
    """  # noqa: D301
    from referee_calib.report import printed_summary, write_report, write_tables

    if others and not compare:
        raise click.UsageError(f"Got unexpected extra argument ({others[0]})", ctx)
    if parquet and not tables:
        raise click.UsageError("--parquet says how tables are written: name their folder with --tables DIR", ctx)
    referees = (compare, *others) if compare else ()
    report = _report(study, referees, referee, seed=seed, rewards=not no_rewards, quiet=quiet)
    common.remark("drawing …", quiet=quiet)
    if tables:
        write_tables(report, tables, parquet=parquet)
    page, data = write_report(report, out or study / "report", full=full)
    common.result(
        printed_summary.summary_json(report, page, data), printed_summary.summary_text(report, page), as_json=as_json
    )
    if (check or strict) and (lines := printed_summary.not_passed(report["verdict"], strict=strict)):
        click.echo("\n".join(lines), err=True)
        ctx.exit(1)


def _report(
    study: Path, referees: Sequence[str], referee: str | None, *, seed: int, rewards: bool, quiet: bool
) -> ReportJson:
    """Return the content of report.json; `referees` are put side by side."""
    from referee_calib.analysis import analyse
    from referee_calib.report import build
    from referee_calib.study import Study

    with Study.open(study) as opened:
        say = common.steps(quiet=quiet)
        analysis = analyse(opened, referee=referee, compare=referees, seed=seed, rewards=rewards, say=say)
        return build(analysis, opened.rubric)
