"""``referee-calib report``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common


@click.command(short_help="Compare people and a referee, and write the report.")
@common.study_argument
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report; STUDY/report by default.")
@click.option("--referee", metavar="FINGERPRINT", help="Beginning of a referee's fingerprint, when there are several.")
@click.option("--no-rewards", is_flag=True, help="Do not ask the rewards again; the report has no such sections then.")
@common.options("seed", "json", "quiet")
def command(
    study: Path, out: Path | None, referee: str | None, no_rewards: bool, seed: int, as_json: bool, quiet: bool
) -> None:
    """Compare people and a referee: report.html for reading, report.json with every number.

    The page is one file that opens offline. The same study, seed and versions give the same report.json.

    \b
    Examples:
      referee-calib report mystudy
      referee-calib report mystudy --referee 3fa9c2d4 --out report/
    """  # noqa: D301
    from referee_calib.analysis import analyse
    from referee_calib.report import build, write_report
    from referee_calib.study import Study

    def say(step: str) -> None:
        common.remark(f"{step} …", quiet=quiet)

    with Study.open(study) as opened:
        analysis = analyse(opened, referee=referee, seed=seed, rewards=not no_rewards, say=say)
        report = build(analysis, opened.rubric)
    say("drawing")
    page, data = write_report(report, out or study / "report")
    common.result(summary(report, page, data), text(report, page), as_json=as_json)


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
        "rows_left_out": sum(loss["rows"] for loss in report["losses"]),
    }


def text(report: dict[str, Any], page: Path) -> str:
    """Return the result in words."""
    head = report["headline"]
    lines = [head["sentence"], head["leniency"], head["caution"], head["simulated"]]
    return "\n".join([line for line in lines if line] + [f"Report: {page}"])
