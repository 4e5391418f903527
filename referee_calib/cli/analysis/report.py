"""``referee-calib report``."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.analysis.figure_processes import Render, rendering

if TYPE_CHECKING:
    from referee_calib.report import ReportJson, VerdictJson

MOST_DIFFERENCES = 6  # of one pair of referees, in the words that are printed


@click.command(short_help="Compare people and a referee, and write the report.")
@common.study_argument
@click.argument("others", metavar="", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; STUDY/report by default.")
@click.option("--referee", metavar="FINGERPRINT", help="Beginning of a referee's fingerprint, when there are several.")
@click.option("--compare", metavar="A B …", help="Put referees that scored the same claims side by side, after STUDY.")
@click.option("--no-rewards", is_flag=True, help="Do not ask the rewards again; the report has no such sections then.")
@click.option("--tables", type=click.Path(path_type=Path), help="Folder for every table of the report as tidy CSV.")
@click.option("--parquet", is_flag=True, help="Write the tables as Parquet instead; needs pyarrow.")
@click.option("--full", is_flag=True, help="Open every section of the page, so that it prints whole.")
@click.option("--check", is_flag=True, help="Exit with 1 when a threshold of study.toml is missed.")
@click.option("--strict", is_flag=True, help='As --check, and with 1 where the data "cannot tell" too.')
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
    if others and not compare:
        raise click.UsageError(f"Got unexpected extra argument ({others[0]})", ctx)
    if parquet and not tables:
        raise click.UsageError("--parquet says how tables are written: name their folder with --tables DIR", ctx)
    asked = (compare, *others) if compare else ()
    with without_collection(), rendering() as render:  # in this order, so that a second process does not collect either
        report = analysed(study, asked, referee, seed=seed, rewards=not no_rewards, quiet=quiet)
        drawn = partial(render, full=True) if full else render
        page, data = written(report, out or study / "report", drawn, tables, parquet=parquet, quiet=quiet)
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
) -> ReportJson:
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
    report: ReportJson, out: Path, render: Render, tables: Path | None, *, parquet: bool, quiet: bool
) -> tuple[Path, Path]:
    """Write the page and what goes with it; return page and data."""
    from referee_calib.report import write_report, write_tables

    common.remark("drawing …", quiet=quiet)
    if tables:
        write_tables(report, tables, parquet=parquet)
    return write_report(report, out, render=render)


def objections(verdict: VerdictJson | None, *, strict: bool = False) -> list[str]:
    """Return one line per missed threshold; with `strict` also per open one, and for what nothing was held against."""
    from referee_calib.report import checks

    states = ("fail", "cannot tell") if strict else ("fail",)
    lines = [
        f"{state}: {c['sentence']}{_needed(c['needed'])}"
        for state in states
        for c in checks(verdict, state)
        if not c["not_run"]  # a gap says it once for all of them
    ]
    if strict and verdict:
        lines += [f"not held: {gap}" for gap in verdict["gaps"]]
    return lines or (["cannot tell: nothing was rated"] if strict and verdict and verdict["state"] != "pass" else [])


def _needed(what: str) -> str:
    return f" Needed: {what}." if what else ""


def summary(report: ReportJson, page: Path, data: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in report.json."""
    return {
        "page": str(page),
        "data": str(data),
        "headline": report["headline"]["sentence"],
        "simulated_ratings": report["ratings"]["simulated"],
        "referee": report["referee"]["fingerprint"],
        "dimensions": {
            card["dimension"]: {
                "people": card["people"]["value"],
                "referee": card["referee"]["value"],
                "difference": card["difference"]["value"],
                "verdict": card["verdict"],
            }
            for card in report["headline"]["cards"]
        },
        "verdict": report["verdict"]["state"] if report["verdict"] else None,
        "missed": _named(report["verdict"], "fail"),
        "cannot_tell": _named(report["verdict"], "cannot tell"),
        "excluded_rows": sum(row["rows"] for row in report["excluded_rows"]),
        "differ": [
            {key: row[key] for key in ("first", "second", "measure", "p_holm")}
            | {"dimension": item["dimension"], "difference": row["estimate"]["value"]}
            for item, row in _differ(report["ablation"], report["confidence"])
        ],
    }


def _named(verdict: VerdictJson | None, state: str) -> list[dict[str, str]]:
    from referee_calib.report import checks

    return [{"dimension": c["dimension"], "threshold": c["threshold"]} for c in checks(verdict, state)]


def text(report: ReportJson, page: Path) -> str:
    """Return the result in words."""
    head = report["headline"]
    lines = [head["sentence"], head["leniency"], head["caution"], head["simulated"]]
    found = report["verdict"]
    verdict = f"Verdict: {found['state']}. {found['sentence']}" if found else ""
    pairs = compared(report["ablation"], report["confidence"])
    return "\n".join([*(line for line in (*lines, verdict) if line), *pairs, f"Report: {page}"])


def compared(found: Mapping[str, Any] | None, confidence: float) -> list[str]:
    """Say in one line per pair of referees where they differ by more than chance; empty without a comparison.

    Parameters
    ----------
    found : dict or None
        ``ablation`` in ``report.json``; its p-values are corrected by Holm over all differences.
    confidence : float
    """
    if not found:
        return []
    labels = dict.fromkeys(row["label"] for item in found["dimensions"] for row in item["differences"])
    differ = _differ(found, confidence)
    told = {label: [_told(item, row) for item, row in differ if row["label"] == label] for label in labels}
    tests = f"Holm over {common.counted(found['n_tests'], 'difference')}"
    return [f"{label}: {_first(said) or 'no difference beyond chance'} ({tests})." for label, said in told.items()]


def _differ(found: Mapping[str, Any] | None, confidence: float) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return the differences that chance does not explain, each with its dimension."""
    return [
        (item, row)
        for item in (found["dimensions"] if found else ())
        for row in item["differences"]
        if row["p_holm"] is not None and row["p_holm"] < 1 - confidence
    ]


def _told(item: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    from referee_calib.report import interval, signed

    estimate, digits = row["estimate"], row["digits"]
    value = f"{signed(estimate['value'], digits)} {interval(estimate, digits)}"
    return f"{item['title']}, {row['title']} {value}".strip()


def _first(said: Sequence[str]) -> str:
    more = f"; and {len(said) - MOST_DIFFERENCES} more in the report" if len(said) > MOST_DIFFERENCES else ""
    return "; ".join(said[:MOST_DIFFERENCES]) + more
