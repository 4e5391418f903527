"""``referee-calib agree``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from referee_calib.cli import common


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
@click.option("--unit", default="unit", show_default=True, help="Column that names what was rated.")
@click.option("--rater", default="rater", show_default=True, help="Column that names who rated.")
@click.option("--value", default="value", show_default=True, help="Column that holds the rating.")
@click.option("--cluster", help="Column of what is independent, such as the video; by default cluster, if there.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
@click.option(
    "--interval",
    type=click.Choice(["jackknife", "bootstrap", "none"]),
    default="jackknife",
    show_default=True,
    help="How intervals are made, by cluster where there are clusters.",
)
@common.options("seed", "json")
def command(
    ratings: Path,
    referee: str | None,
    level: Literal["nominal", "ordinal", "interval"],
    scale: str | None,
    unit: str,
    rater: str,
    value: str,
    cluster: str | None,
    confidence: float,
    interval: Literal["jackknife", "bootstrap", "none"],
    seed: int,
    as_json: bool,
) -> None:
    """Measure how well raters agree, and whether a referee agrees with people as they do with each other.

    RATINGS is a CSV or Parquet file with one row per rating and the columns unit, rater, value, and optionally cluster.

    \b
    Example:
      referee-calib agree ratings.csv --referee gpt --scale 0:4 --cluster video
    """  # noqa: D301
    from agreement import AgreementError, Ratings
    from referee_calib import agree_table, ratings_file
    from referee_calib.errors import InputError

    wanted = {"unit": unit, "rater": rater, "value": value}
    if cluster:
        wanted["cluster"] = cluster
    columns = ratings_file.read(ratings, wanted, {} if cluster else {"cluster": "cluster"})
    notes = []
    if scale:
        categories = agree_table.parse_scale(scale)
    else:
        categories, said = agree_table.scale_of(columns["value"], level)
        notes.append(said)
    if all(isinstance(category, str) for category in categories):
        columns["value"] = [None if one is None else str(one) for one in columns["value"]]
    grouped = "cluster" if "cluster" in columns else None
    try:
        table = Ratings.from_long(columns, cluster=grouped, scale=categories)
        data, text = agree_table.build(
            table,
            referee,
            level,
            interval=None if interval == "none" else interval,
            confidence=confidence,
            seed=seed,
            notes=notes,
        )
    except AgreementError as error:
        raise InputError(f"{ratings}: {error.seen}", error.why, error.do.replace("scale=", "--scale")) from error
    common.result(data, text, as_json=as_json)
