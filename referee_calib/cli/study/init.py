"""``referee-calib init``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.analysis.table_options import table_options, tables_of
from referee_calib.records import CLOCKS, Clock

if TYPE_CHECKING:
    from referee_calib.table_study import TableStudyOptions


@click.command(short_help="Make a study folder.")
@common.study_argument
@click.option("--name", default="", help="The study's title; the folder's name by default.")
@click.option(
    "--rubric",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own words and levels; checked, and copied into the study.",
)
@click.option(
    "--clock",
    type=click.Choice(CLOCKS),
    default="first-frame",
    show_default=True,
    help="What 0 s of the claims is: the first frame, as policies count, or 0 on the video file's own clock.",
)
@click.option("--database", default="", metavar="URL", help="Keep the records in this PostgreSQL database.")
@click.option("--from-tables", is_flag=True, help="Keep two tables as a study, which needs no videos.")
@table_options
@common.options("json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    study: Path,
    name: str,
    rubric: Path | None,
    clock: Clock,
    database: str,
    from_tables: bool,
    as_json: bool,
    **columns: Any,
) -> None:
    """Make a study folder: settings, a media folder for the videos, and an empty database.

    With --from-tables it keeps a table of people's ratings and one of judges' scores, which report then opens, and
    states the thresholds that they are held to.

    With --database the records lie in PostgreSQL, for many raters or several servers. The URL has no password in it:
    that comes from ~/.pgpass, PGPASSWORD, or a whole URL in REFEREE_CALIB_DATABASE.

    \b
    Examples:
      referee-calib init mystudy --name "Red balls, policy step 400"
      referee-calib init mystudy --rubric examples/rubrics/seven_levels_english/rubric.toml
      referee-calib init mystudy --database postgresql://anna@db.example.org/studies
      referee-calib init mystudy --from-tables --ratings ratings.csv --scores scores.csv --cluster prompt
    """  # noqa: D301
    tables = tables_of(ctx, columns, name)
    if from_tables != (tables is not None):
        need = "--ratings FILE --scores FILE" if from_tables else "--from-tables"
        raise click.UsageError(f"a study from tables takes --from-tables and both files: add {need}", ctx)
    if tables:
        if database:
            raise click.UsageError("--database is for people who rate in the app; tables stay in the folder", ctx)
        if rubric:
            raise click.UsageError("--rubric is for people who rate in the app; tables bring their own scales", ctx)
        _from_tables(study, tables, as_json=as_json)
        return
    from referee_calib.study import Study, rubric_of_study

    with rubric_of_study(study, rubric) as words:
        made = Study.create(study, name=name, rubric=words, clock=clock, database=database)
    data: dict[str, Any] = {"study": str(made.folder), "name": made.config.name, "rubric": made.rubric.version}
    data["scales"] = {scale.dimension: len(scale.levels) for scale in made.rubric.scales}
    text = (
        f"Made study {made.config.name!r} in {study}.\nPeople judge on: {made.rubric.scale_words()}.\n"
        f"Next: referee-calib import {study} FILE… --media VIDEOS"
    )
    common.result(data, text, as_json=as_json)


def _from_tables(folder: Path, tables: TableStudyOptions, *, as_json: bool) -> None:
    from referee_calib.table_study import create_table_study

    made = create_table_study(folder, tables)
    counts = {
        "units": len(made.units),
        "ratings": len(made.ratings),
        "dimensions": list(made.scales),
        "judges": list(made.scores),
    }
    text = (
        f"Made a study from tables in {folder}: {len(made.units):,} units, {len(made.ratings):,} ratings on "
        f"{', '.join(made.scales)}, scores of {', '.join(made.scores)}.\n"
        f"Its thresholds stand in {folder / 'study.toml'}: state yours before you look.\n"
        f"Next: referee-calib report {folder}"
    )
    common.result({"study": str(folder), **counts}, "\n".join([*made.notes, text]), as_json=as_json)
