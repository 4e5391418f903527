"""``referee-calib doctor``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.cli.doctor_checks import Finding


@click.command(short_help="Say what is installed, and what is wrong.")
@click.argument("study", metavar="[STUDY]", required=False, type=click.Path(path_type=Path))
@common.options("json")
@click.pass_context
def command(ctx: click.Context, study: Path | None, as_json: bool) -> None:
    """Say which versions and optional parts are there, how a study is, and what to type where it is not well.

    Ends with exit code 1 when something is wrong.

    \b
    Examples:
      referee-calib doctor
      referee-calib doctor mystudy
    """  # noqa: D301
    from referee_calib.cli import doctor_checks

    findings = list(doctor_checks.installation())
    if study is not None:
        findings += doctor_checks.study_health(study)
    wrong = sum(one.wrong for one in findings)
    data = {"wrong": wrong, "findings": [asdict(one) for one in findings]}
    verdict = "All is well." if not wrong else f"{common.counted(wrong, 'thing is', 'things are')} wrong."
    common.result(data, "\n".join([*map(_line, findings), verdict]), as_json=as_json)
    ctx.exit(1 if wrong else 0)


def _line(found: Finding) -> str:
    mark = "!" if found.wrong else " "
    line = f"{mark} {found.part:<28} {found.says}"
    return f"{line}\n  {'':<28} → {found.do}" if found.do else line
