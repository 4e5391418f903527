"""``referee-calib agree``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from referee_calib.cli import common
from referee_calib.cli.analysis.agree_localization import localization_options

if TYPE_CHECKING:
    from agreement import AgreementError
    from referee_calib.errors import InputError
    from referee_calib.table_agreement.table_options import Level


@click.command(short_help="Agreement in any table of ratings, without a study.")
@click.argument("ratings", metavar="RATINGS", type=click.Path(path_type=Path))
@click.option("--referee", help="Which rater is the referee; the others are people.")
@click.option(
    "--level",
    type=click.Choice(["nominal", "ordinal", "interval"]),
    default="ordinal",
    show_default=True,
    help="What the values mean.",
)
@click.option("--scale", help="All categories in order: 0:4, or worst,…,best.")
@click.option("--unit", default="unit", show_default=True, help="Column, or columns, that name what was rated.")
@click.option("--rater", default="rater", show_default=True, help="Column that names who rated.")
@click.option("--value", default="value", show_default=True, help="Column that holds the rating.")
@click.option("--cluster", help="Column of what is independent, such as the video; by default cluster, if there.")
@click.option("--wide", metavar="RATERS", help="A table with one column per rater: all, or the columns' names.")
@click.option("--question", help="Which question, where the file holds several.")
@click.option("--missing", metavar="CODES", help="Codes for a missing rating: --missing=-1,99.")
@click.option("--sets", metavar="MARK", help="What separates the labels of a cell that holds several.")
@click.option("--sheet", help="Which sheet of an Excel workbook.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "label-studio", "argilla", "prodigy", "doccano", "potato", "study", "inspect"]),
    help="Form of the file; by default told by its content.",
)
@click.option("--many-raters", is_flag=True, help="Accept many more raters than units.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
@click.option(
    "--interval",
    type=click.Choice(["jackknife", "bootstrap", "none"]),
    default="jackknife",
    show_default=True,
    help="How intervals are made, by cluster where there are clusters.",
)
@click.option(
    "--raters",
    type=click.Choice(["fixed", "sample"]),
    default="fixed",
    show_default=True,
    help="Whom intervals and tests speak of: these raters, or raters like these.",
)
@click.option(
    "--population",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of all units, rated or not, of which these were drawn: intervals then speak of them.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page here as well: .html, one file that opens offline, or .md. Repeat for both.",
)
@localization_options
@common.options("seed", "json")
@click.pass_context
def command(
    context: click.Context,
    ratings: Path,
    referee: str | None,
    level: Level,
    scale: str | None,
    unit: str,
    rater: str,
    value: str,
    cluster: str | None,
    wide: str | None,
    question: str | None,
    missing: str | None,
    sets: str | None,
    sheet: str | None,
    form: str | None,
    many_raters: bool,
    confidence: float,
    interval: Literal["jackknife", "bootstrap", "none"],
    raters: Literal["fixed", "sample"],
    population: int | None,
    reports: tuple[Path, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Measure how well raters agree, and whether a referee agrees with people as they do with each other.

    RATINGS is a table (CSV, Excel, Parquet, JSON lines) with one row per rating and the columns unit, rater, value, and
    optionally cluster; or, with --wide, one row per unit and a column per rater; or an export of Label Studio, Argilla,
    Prodigy, doccano or Potato. With --spans or --boxes it holds what people marked: columns item, annotator, start and
    end, or x1, y1, x2, y2.

    \b
    Examples:
      referee-calib agree ratings.csv --referee gpt --scale 0:4 --cluster video
      referee-calib agree anxiety.csv --wide rater1,rater2,rater3 --scale 1:6
      referee-calib agree label_studio.json --question sentiment --level nominal
      referee-calib agree spans.csv --spans --length 100 --cluster video
    """  # noqa: D301
    from agreement import AgreementError
    from referee_calib.errors import InputError
    from referee_calib.rating_tables import TableSource
    from referee_calib.table_agreement import (
        IntervalOptions,
        RatingsFile,
        agreement_of_file,
        check_page,
        render,
        write_page,
    )

    for path in reports:
        check_page(path)

    source = TableSource(
        path=ratings,
        unit=unit,
        rater=rater,
        value=value,
        cluster=cluster,
        wide=wide,
        question=question,
        format=form,
        sheet=sheet,
        sets=sets,
    )
    file = RatingsFile(source=source, scale=scale, missing=missing, many_raters=many_raters)
    if raters == "sample" and interval == "bootstrap":
        raise InputError(
            "--interval bootstrap with --raters sample", "it resamples units alone", "Leave --interval out."
        )
    if population is not None:
        _check_population(referee, interval, raters)
    options = IntervalOptions(
        interval=None if interval == "none" else interval,
        confidence=confidence,
        seed=seed,
        raters=raters,
        population=population,
    )
    try:
        found = agreement_of_file(file, referee, level, options, errors=bool(reports) or as_json)
    except AgreementError as error:
        raise _typed(ratings, error) from error
    assumed = context.get_parameter_source("level") is ParameterSource.DEFAULT
    found = replace(found, source=ratings.name, level_assumed=assumed and found.unit == "scale")
    for path in reports:
        write_page(found, path)
    common.result(found.to_json(), render(found), as_json=as_json)


def _check_population(referee: str | None, interval: str, raters: str) -> None:
    """Refuse a finite population beside what knows none."""
    from referee_calib.errors import InputError

    if interval != "jackknife":
        raise InputError(
            f"--population with --interval {interval}", "it corrects the jackknife", "Leave --interval out."
        )
    if raters == "sample":
        raise InputError(
            "--population with --raters sample",
            "raters have no end, and units would have one",
            "Leave one of them out.",
        )
    if referee is not None:
        raise InputError(
            "--population with --referee",
            "differences are of units like these, and both sides would not be of one population",
            "Leave one of them out.",
        )


def _typed(path: Path, error: AgreementError) -> InputError:
    """Say what the library refuses in words of the command line."""
    from referee_calib.errors import InputError

    do = error.do.replace("scale=", "--scale")
    seen = error.seen.replace("population=", "--population ")
    if "wide=True" in do:
        do = "Swap --unit and --rater, or add --many-raters if it is so."
    return InputError(f"{path}: {seen}", error.why, do)
