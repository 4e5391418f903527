"""``referee-calib report``."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.cli.ahead import Render, rendering


@click.command(short_help="Compare people and a referee, and write the report.")
@common.study_argument
@click.argument("others", metavar="", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; STUDY/report by default.")
@click.option("--referee", metavar="FINGERPRINT", help="Beginning of a referee's fingerprint, when there are several.")
@click.option("--compare", metavar="A B …", help="Put referees that scored the same claims side by side, after STUDY.")
@click.option("--no-rewards", is_flag=True, help="Do not ask the rewards again; the report has no such sections then.")
@click.option("--tables", type=click.Path(path_type=Path), help="Folder for every table of the report as tidy CSV.")
@click.option("--parquet", is_flag=True, help="Write the tables as Parquet instead; needs pyarrow.")
@click.option("--check", is_flag=True, help="Exit with 1 when a threshold of study.toml is missed.")
@click.option("--strict", is_flag=True, help='As --check, and with 1 where the data "cannot tell yet" too.')
@common.options("seed", "json", "quiet")
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
    if others and not compare:
        raise click.UsageError(f"Got unexpected extra argument ({others[0]})", ctx)
    asked = (compare, *others) if compare else ()
    with without_collection(), rendering() as render:  # in this order, so that a second process does not collect either
        report = analysed(study, asked, referee, seed=seed, rewards=not no_rewards, quiet=quiet)
        page, data = written(report, out or study / "report", render, tables, parquet=parquet, quiet=quiet)
    common.result(summary(report, page, data), text(report, page), as_json=as_json)
    if (check or strict) and (wrong := objections(report["verdict"], strict=strict)):
        click.echo("\n".join(wrong), err=True)
        ctx.exit(1)


@contextmanager
def without_collection() -> Iterator[None]:
    """Leave garbage in cycles where it is: looking for it through all that is loaded costs a fifth of the time.

    Half of that is the last look, when the process ends.
    """
    was_on = gc.isenabled()
    gc.disable()
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def analysed(
    study: Path, asked: Sequence[str], referee: str | None, *, seed: int, rewards: bool, quiet: bool
) -> dict[str, Any]:
    """Return the content of report.json; `asked` are referees to put side by side."""
    from referee_calib.analysis import analyse, compare_referees
    from referee_calib.report import build
    from referee_calib.study import Study

    def say(step: str) -> None:
        common.remark(f"{step} …", quiet=quiet)

    with Study.open(study) as opened:
        sides = compare_referees(opened, asked) if asked else None
        chosen = referee or (sides.sides[0].fingerprint if sides else None)
        analysis = analyse(opened, referee=chosen, seed=seed, rewards=rewards, say=say)
        return build(replace(analysis, ablation=sides), opened.rubric)


def written(
    report: dict[str, Any], out: Path, render: Render, tables: Path | None, *, parquet: bool, quiet: bool
) -> tuple[Path, Path]:
    """Write the page and what goes with it; return page and data."""
    from referee_calib.report import write_report, write_tables

    common.remark("drawing …", quiet=quiet)
    if tables:
        write_tables(report, tables, parquet=parquet)
    return write_report(report, out, render=render)


def objections(verdict: Mapping[str, Any], *, strict: bool = False) -> list[str]:
    """Return one line per missed threshold; with `strict` also per threshold that nobody can tell about yet."""
    from referee_calib.report.verdict import checks

    states = ("fail", "cannot tell yet") if strict else ("fail",)
    lines = [
        f"{state}: {' '.join((c['sentence'], c['need'])).strip()}" for state in states for c in checks(verdict, state)
    ]
    return lines or (["cannot tell yet: nothing was rated"] if strict and verdict["state"] != "pass" else [])


def summary(report: dict[str, Any], page: Path, data: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in report.json."""
    return {
        "page": str(page),
        "data": str(data),
        "headline": report["headline"]["sentence"],
        "simulated_ratings": report["ratings"]["simulated"],
        "referee": report["referee"]["fingerprint"],
        "dimensions": {
            card["dimension"]: {key: card[key]["value"] for key in ("people", "referee", "difference")}
            | {"verdict": card["verdict"]}
            for card in report["headline"]["cards"]
        },
        "verdict": report["verdict"]["state"],
        "missed": _named(report["verdict"], "fail"),
        "cannot_tell_yet": _named(report["verdict"], "cannot tell yet"),
        "rows_left_out": sum(loss["rows"] for loss in report["losses"]),
    }


def _named(verdict: Mapping[str, Any], state: str) -> list[dict[str, str]]:
    from referee_calib.report.verdict import checks

    return [{"dimension": c["dimension"], "threshold": c["threshold"]} for c in checks(verdict, state)]


def text(report: dict[str, Any], page: Path) -> str:
    """Return the result in words."""
    head = report["headline"]
    lines = [head["sentence"], head["leniency"], head["caution"], head["simulated"]]
    verdict = f"Verdict: {report['verdict']['state']}. {report['verdict']['sentence']}"
    return "\n".join([*(line for line in lines if line), verdict, f"Report: {page}"])
