"""``referee-calib doctor``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.referee import RefereeOptions, referee_options
from referee_calib.records import DIMENSIONS, Dimension

if TYPE_CHECKING:
    from referee_calib.cli.study.doctor_checks import Finding


@click.command(short_help="Say what is installed and wrong, or if a referee can be used.")
@click.argument("study", metavar="[STUDY]", required=False, type=click.Path(path_type=Path))
@click.option("--referee", "name", metavar="NAME", help="Examine this referee instead: drawn scenes, known answers.")
@click.option(
    "--dimension", "dimensions", multiple=True, type=click.Choice(DIMENSIONS), help="Examine it on this only."
)
@click.option("--scenes", type=click.IntRange(min=6), default=12, show_default=True, help="How many scenes to draw.")
@click.option("--clear", is_flag=True, help="Remove half-written files that killed processes left in STUDY.")
@referee_options
@common.options("json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    study: Path | None,
    name: str | None,
    dimensions: tuple[Dimension, ...],
    scenes: int,
    clear: bool,
    as_json: bool,
    quiet: bool,
    options: RefereeOptions,
) -> None:
    """Say which versions and optional parts are there, how a study is, and what to type where it is not well.

    Ends with exit code 1 when something is wrong. With --referee, it asks a referee about drawn scenes whose
    answers are known, and says whether it can be used (0), cannot (1) or cannot be reached (2); with STUDY, in
    the study's words and under the names of its referees.toml.

    \b
    Examples:
      referee-calib doctor
      referee-calib doctor mystudy
      referee-calib doctor mystudy --clear
      referee-calib doctor --referee openai --base-url http://localhost:8000/v1 --model M
    """  # noqa: D301
    if name is not None:
        from referee_calib.cli.referee import doctor_referee

        code = doctor_referee.examine(name, options, study, dimensions, scenes, as_json=as_json, quiet=quiet)
        ctx.exit(code)
    if options.given or dimensions:
        raise click.UsageError("Name the referee that these options are about: --referee NAME")
    if clear and study is None:
        raise click.UsageError("Name the study to clear: doctor STUDY --clear")
    from referee_calib.cli.study import doctor_checks

    findings = list(doctor_checks.installation())
    if study is not None and clear:
        findings += doctor_checks.clear_leftovers(study)
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


# What is examined is the referee and not its memory, so there is no cache to name.
command.params = [one for one in command.params if one.name != "cache"]
